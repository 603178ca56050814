"""A new customer's way from the handshake to the benefit they were promised, in six sets.

Nouns: Template and its editions; Plan, Item, Entry, Promise, WorkingCalendar.
Verbs: publish a template; start a plan; ask for, submit, accept, return, hand over; promise.
Announces: see contracts/facts.py.
Start reading at contracts/plans.py, then rules/standing.py: a plan is its entries.
"""
