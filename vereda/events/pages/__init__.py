"""Pages of events.

live: what arrives. arrivals: what did not, and why. explore: questions about use, explore_form: how
they are asked, explore_behind: who is behind a number. shown: what they share.
"""
