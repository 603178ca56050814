"""Support: what customers asked for help with, how long they waited, and what they were promised.

Nouns     Ticket, TicketMove (its history), BusinessHours, SlaPolicy, SlaClock, TicketQueue,
          RepairRule, RepairRun, Commitment, Outage.
Verbs     open, edit, answer, hold, resume, resolve, reopen, assign, escalate, upsert (many at
          once); publish and retire a policy; commit, extend, keep, withdraw; note an outage.
Announces TicketOpened, TicketResolved, TicketReopened, TicketEscalated, TicketsUpserted,
          SlaWarned, SlaBreached, SlaCleared, CommitmentDue, CommitmentMissed, CommitmentSettled.
Start reading at contracts.py, rules/clocks.py and actions/tickets.py.
"""
