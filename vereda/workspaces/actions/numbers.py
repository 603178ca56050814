"""Numbers for keys such as A-12: no two callers get the same."""

from uuid import UUID

from django.db import transaction
from django.db.models import F

from vereda.foundation.scoping import id_of
from vereda.workspaces.models import KeyCounter, Workspace


@transaction.atomic
def reserve_numbers(workspace: Workspace | UUID, prefix: str, *, count: int = 1) -> range:
    """The next `count` numbers for keys with that prefix; no two callers get the same."""
    counters = KeyCounter.objects.of(workspace).filter(prefix=prefix)
    if not counters.update(last=F("last") + count):
        KeyCounter.objects.of(workspace).get_or_create(workspace_id=id_of(workspace), prefix=prefix)
        counters.update(last=F("last") + count)
    last = counters.values_list("last", flat=True).get()
    return range(last - count + 1, last + 1)
