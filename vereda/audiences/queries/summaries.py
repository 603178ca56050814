"""Who came and went: counts for lists, lines for pages."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db.models import Count, Q

from vereda.audiences.contracts import ChangeKind
from vereda.audiences.models import Audience, AudienceChange

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace

WEEK: Final = timedelta(days=7)
FOUR_WEEKS: Final = timedelta(days=28)


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """How many entered and left in the last seven and twenty-eight days."""

    entered_7d: int = 0
    left_7d: int = 0
    entered_28d: int = 0
    left_28d: int = 0


def traffic_of(
    workspace: Workspace | UUID, audience_ids: Collection[UUID], *, now: datetime
) -> dict[UUID, Traffic]:
    """The comings and goings of each of these audiences; one query."""
    rows = AudienceChange.objects.of(workspace).filter(
        audience__in=audience_ids, happened_at__gt=now - FOUR_WEEKS
    )
    lately = Q(happened_at__gt=now - WEEK)
    counted = rows.values("audience").annotate(
        entered_28d=Count("pk", filter=Q(kind=ChangeKind.ENTERED)),
        left_28d=Count("pk", filter=Q(kind=ChangeKind.LEFT)),
        entered_7d=Count("pk", filter=lately & Q(kind=ChangeKind.ENTERED)),
        left_7d=Count("pk", filter=lately & Q(kind=ChangeKind.LEFT)),
    )
    columns = ("entered_7d", "left_7d", "entered_28d", "left_28d")
    told = {
        pk: Traffic(**dict(zip(columns, numbers, strict=True)))
        for pk, *numbers in counted.values_list("audience_id", *columns)
    }
    return {pk: told.get(pk, Traffic()) for pk in audience_ids}


def latest_changes(audience: Audience, *, limit: int) -> list[AudienceChange]:
    """Who entered and left last, with who did it where it was by hand."""
    rows = AudienceChange.objects.of(audience.workspace_id).filter(audience=audience)
    rows = rows.select_related("account", "person", "by__user")
    return list(rows.order_by("-happened_at", "-pk")[:limit])
