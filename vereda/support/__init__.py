"""Support: what customers asked for help with, and how long they waited.

Nouns     Ticket.
Verbs     open, edit, resolve, reopen, rate, upsert (many at once).
Announces TicketOpened, TicketResolved, TicketReopened, TicketsUpserted.
Start reading at contracts.py and actions.py.
"""
