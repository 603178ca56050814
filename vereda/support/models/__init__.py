"""Tables of support.

tickets (Ticket, TicketMove), promises (BusinessHours, SlaPolicy, SlaClock), repairs (TicketQueue,
TicketQueueMember, RepairRule, RepairRun), commitments (Commitment, CommitmentTicket,
CommitmentExtension), outages (Outage, OutagePolicy).
Django looks for models here, so this is the one package that imports its modules.
"""

from vereda.support.models import commitments, outages, promises, repairs, tickets

__all__ = ["commitments", "outages", "promises", "repairs", "tickets"]
