"""The words the rest of Vereda uses about product events.

arriving: what goes into the store. answers: what comes back. store: the questions
(`EventStore`). facts: what is announced.
"""
