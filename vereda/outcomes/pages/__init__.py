"""Pages of outcomes.

outcomes: one benefit and what is said about it. expectations: what customers were told.
reports: the value report of an account, for us, on paper and as a file. reviews: the whole value
proposition, and the rows behind each count.
"""
