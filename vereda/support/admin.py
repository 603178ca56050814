"""Support in Django's admin, for those who run the machine."""

from django.contrib import admin

from vereda.support.models.commitments import Commitment
from vereda.support.models.outages import Outage
from vereda.support.models.promises import BusinessHours, SlaClock, SlaPolicy
from vereda.support.models.repairs import RepairRule, RepairRun, TicketQueue
from vereda.support.models.tickets import Ticket, TicketMove

admin.site.register(
    [
        Ticket,
        TicketMove,
        TicketQueue,
        BusinessHours,
        SlaPolicy,
        SlaClock,
        RepairRule,
        RepairRun,
        Commitment,
        Outage,
    ]
)
