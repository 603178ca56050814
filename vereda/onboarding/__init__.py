"""A new customer's way from the handshake to the benefit they were promised, in six sets.

Nouns: Template, Plan, Item, Promise.
Verbs: start a plan; ask for, submit, accept, return an item; promise.
"""
