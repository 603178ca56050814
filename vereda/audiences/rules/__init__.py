"""Pure decisions of audiences: the grammar of a question.

questions (reading and writing one), editing (what the buttons of the builder do to one).
"""
