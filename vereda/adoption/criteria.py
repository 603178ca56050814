"""What audiences can ask about adoption: who began, who completed it, who uses it regularly."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vereda.adoption.contracts import Measure
from vereda.adoption.models import Adoption
from vereda.adoption.queries.curves import reached_on
from vereda.foundation.criteria import (
    About,
    AskedCriterion,
    Comparison,
    Criterion,
    Parameter,
    ValueKind,
    Words,
    one_of_many,
)
from vereda.foundation.wording import day_words
from vereda.product.queries import products_in

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace

ANY: Final = "any"
GROUP: Final = gettext_lazy("Adoption")
LABELS: Final[Mapping[Measure, Words]] = {
    Measure.FIRST_USE: gettext_lazy("First use"),
    Measure.FIRST_USE_COMPLETED: gettext_lazy("First use completed"),
    Measure.REGULAR_USE: gettext_lazy("Regular use since"),
}


class AdoptionCriteria:
    """Adoption's share of what can be asked, about accounts."""

    def criteria(self, workspace: Workspace, *, about: About) -> Sequence[Criterion]:
        """When each milestone was reached, of anything or of one product."""
        if about is not About.ACCOUNTS:
            return ()
        choices: dict[str, Words] = {ANY: gettext_lazy("Anything")}
        choices |= {row.slug: row.name for row in products_in(workspace).prefetch_related(None)}
        which = Parameter(
            name="product",
            label=gettext_lazy("Product"),
            kind=ValueKind.CHOICE,
            choices=choices,
            default=ANY,
        )
        return tuple(
            Criterion(
                name=f"adoption.{measure}",
                label=label,
                group=GROUP,
                about=about,
                kind=ValueKind.DATE,
                comparisons=(
                    Comparison.IN_LAST_DAYS,
                    Comparison.BEFORE,
                    Comparison.AFTER,
                    Comparison.KNOWN,
                    Comparison.UNKNOWN,
                ),
                matching=_matching(measure),
                told=_told(measure),
                parameters=(which,),
                by_time=True,
            )
            for measure, label in LABELS.items()
        )


def _reached(asked: AskedCriterion, measure: Measure) -> dict[UUID, date]:
    """When accounts reached it; one query."""
    rows = Adoption.objects.of(asked.workspace).of_products()
    product = str(asked.parameters.get("product") or ANY)
    rows = rows.filter(product=None) if product == ANY else rows.filter(product__slug=product)
    if asked.among is not None:
        rows = rows.filter(one_of_many(asked.among, column="account_id"))
    days = {row.account_id: reached_on(row, measure) for row in rows}
    return {account_id: day for account_id, day in days.items() if day is not None}


def _matching(measure: Measure) -> Callable[[AskedCriterion], Q]:
    def matching(asked: AskedCriterion) -> Q:
        reached = _reached(asked, measure)
        if asked.comparison is Comparison.UNKNOWN:
            return ~one_of_many(list(reached))
        return one_of_many([pk for pk, day in reached.items() if _fits(asked, day)])

    return matching


def _fits(asked: AskedCriterion, day: date) -> bool:
    value = asked.value
    match asked.comparison:
        case Comparison.KNOWN:
            return True
        case Comparison.BEFORE:
            return isinstance(value, date) and day < value
        case Comparison.AFTER:
            return isinstance(value, date) and day > value
    return day > asked.today - asked.span


def _told(
    measure: Measure,
) -> Callable[[AskedCriterion, Collection[UUID]], Mapping[UUID, str]]:
    def told(asked: AskedCriterion, ids: Collection[UUID]) -> Mapping[UUID, str]:
        reached = _reached(asked, measure)
        label = str(LABELS[measure])
        return {
            pk: _("%(what)s: %(day)s")
            % {
                "what": label,
                "day": day_words(reached[pk]) if pk in reached else _("not yet"),
            }
            for pk in ids
        }

    return told
