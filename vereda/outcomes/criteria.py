"""What an audience can ask about promised benefits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from math import ceil, floor
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy

from vereda.foundation.criteria import (
    About,
    AskedCriterion,
    Comparison,
    Criterion,
    Parameter,
    ValueKind,
    one_of_many,
)
from vereda.foundation.wording import number_words
from vereda.outcomes.contracts import OutcomeState
from vereda.outcomes.models.outcomes import Outcome
from vereda.outcomes.wording import STATES

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace

GROUP: Final = gettext_lazy("Value")
STATE: Final = "state"


class OutcomeCriteria:
    """How many benefits were promised to an account, and how many stand in a state."""

    def criteria(self, workspace: Workspace, *, about: About) -> Sequence[Criterion]:
        """Two questions about accounts; about people nothing of this."""
        del workspace
        if about is not About.ACCOUNTS:
            return ()
        choices = {str(state): word for state, word in STATES.items()}
        state = Parameter(
            name=STATE,
            label=gettext_lazy("in the state"),
            kind=ValueKind.CHOICE,
            choices=choices,
            default=str(OutcomeState.BEHIND),
        )
        return [
            Criterion(
                name="outcomes.benefit",
                label=gettext_lazy("Has a promised benefit that is"),
                group=GROUP,
                about=about,
                kind=ValueKind.CHOICE,
                comparisons=(Comparison.IS, Comparison.ANY_OF, Comparison.NONE_OF),
                matching=has_benefit,
                told=tell_benefits,
                choices=choices,
                by_time=True,
            ),
            Criterion(
                name="outcomes.count",
                label=gettext_lazy("Number of promised benefits"),
                group=GROUP,
                about=about,
                kind=ValueKind.NUMBER,
                comparisons=(Comparison.AT_LEAST, Comparison.AT_MOST),
                matching=has_so_many_benefits,
                told=tell_benefits,
                parameters=(state,),
                by_time=True,
            ),
        ]


def has_benefit(asked: AskedCriterion) -> Q:
    """Accounts with a benefit in one of these states; NONE_OF: all others."""
    value = asked.value
    wanted = [str(each) for each in value] if isinstance(value, tuple) else [str(value)]
    rows = Outcome.objects.of(asked.workspace).filter(state__in=wanted)
    inside = Q(pk__in=rows.values("account"))
    return ~inside if asked.comparison is Comparison.NONE_OF else inside


def has_so_many_benefits(asked: AskedCriterion) -> Q:
    """Accounts with at least, or at most, so many benefits in that state; none is zero."""
    bound = asked.value if isinstance(asked.value, Decimal) else Decimal(0)
    state = str(asked.parameters.get(STATE) or OutcomeState.BEHIND)
    rows = Outcome.objects.of(asked.workspace).filter(state=state).values("account")
    counted = rows.annotate(count=Count("pk")).order_by()
    if asked.comparison is Comparison.AT_MOST:
        return ~Q(pk__in=counted.filter(count__gt=floor(bound)).values("account"))
    if bound <= 0:
        return Q()
    return Q(pk__in=counted.filter(count__gte=ceil(bound)).values("account"))


def tell_benefits(asked: AskedCriterion, ids: Collection[UUID]) -> Mapping[UUID, str]:
    """How many benefits stand where: "Behind: 1, Verified: 2"."""
    rows = Outcome.objects.of(asked.workspace).filter(one_of_many(ids, column="account"))
    counted = rows.values_list("account_id", "state").annotate(count=Count("pk")).order_by()
    told: dict[UUID, dict[OutcomeState, int]] = defaultdict(dict)
    for account_id, state, count in counted:
        told[account_id][OutcomeState(state)] = count
    return {
        account_id: ", ".join(
            f"{STATES[state]}: {number_words(counts[state])}"
            for state in OutcomeState
            if state in counts
        )
        for account_id, counts in told.items()
    }
