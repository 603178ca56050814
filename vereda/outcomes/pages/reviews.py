"""The review of the whole value proposition, and the outcomes behind each of its counts."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from vereda.foundation.access import READING, MemberRequest, page
from vereda.foundation.pages import answer
from vereda.foundation.paging import Order, slice_of
from vereda.foundation.shell import report_tabs
from vereda.outcomes.contracts import OutcomeState, Side, WhyNot
from vereda.outcomes.pages.outcomes import today_here
from vereda.outcomes.queries.reviews import (
    ReviewBy,
    ReviewCell,
    outcomes_reviewed,
    value_review,
)
from vereda.outcomes.rules.cohorts import Quarter, quarter_named
from vereda.outcomes.wording import STATES, WHY_NOT
from vereda.product.queries import features_in, products_in

ROUTE = "outcomes:review"
NEWEST = Order.on("promised", "number", descending=True)


@page(may="outcomes.see", methods=READING)
def review(request: MemberRequest) -> HttpResponse:
    """How much of what is promised comes true, by product or feature and by cohort."""
    by = ReviewBy.FEATURE if request.GET.get("by") == "feature" else ReviewBy.PRODUCT
    told = value_review(request.member.workspace, by=by, today=today_here(request))
    rows = outcomes_url(request)
    context = {
        "tabs": report_tabs(request.member, current=ROUTE),
        "by": by,
        "whole": _shown(told.whole, url=rows),
        "rows": [
            {
                "name": row.name,
                "whole": _shown(row.whole, url=rows, **_group_query(by, row.group_id)),
                "cohorts": [
                    (
                        quarter_words(quarter),
                        _shown(
                            cell,
                            url=rows,
                            cohort=quarter.key,
                            **_group_query(by, row.group_id),
                        ),
                    )
                    for quarter, cell in row.cohorts
                ],
            }
            for row in told.rows
        ],
    }
    return answer(request, "outcomes/review.html", context)


def _group_query(by: ReviewBy, group_id: UUID | None) -> dict[str, str]:
    return {str(by): "none" if group_id is None else str(group_id)}


def _shown(cell: ReviewCell, *, url: str, **query: str) -> dict[str, Any]:
    """A cell with the address of the rows behind each of its counts."""

    def link(**more: str) -> str:
        return f"{url}?{urlencode({**query, **more})}"

    return {
        "cell": cell,
        "all_url": link(),
        "verified_url": link(state=OutcomeState.VERIFIED),
        "confirmed_url": link(state=OutcomeState.VERIFIED, said_by=Side.CUSTOMER),
        "not_verified_url": link(state=OutcomeState.NOT_VERIFIED),
        "behind_url": link(state=OutcomeState.BEHIND),
        "overdue_url": link(overdue="1"),
        "reasons": [
            (WHY_NOT[reason], count, link(state=OutcomeState.NOT_VERIFIED, why_not=reason))
            for reason, count in cell.why_not.items()
        ],
    }


def quarter_words(quarter: Quarter) -> str:
    """A quarter as people read it: "Q4 2026"."""
    return _("Q%(number)s %(year)s") % {"number": quarter.number, "year": quarter.year}


def outcomes_url(request: MemberRequest) -> str:
    """The list of outcomes."""
    return reverse("outcomes:outcomes", kwargs={"workspace": request.member.workspace.slug})


# --- The rows behind a count ------------------------------------------------------


@page(may="outcomes.see", methods=READING)
def outcomes(request: MemberRequest) -> HttpResponse:
    """Outcomes of all accounts, as a count of the review or a filter asks for them."""
    workspace, asked = request.member.workspace, request.GET
    quarter = quarter_named(asked.get("cohort", ""))
    state = _one_of(OutcomeState, asked.get("state", ""))
    reason = _one_of(WhyNot, asked.get("why_not", ""))
    said = {"state": state, "why_not": reason, "ruled_by": _one_of(Side, asked.get("said_by", ""))}
    rows = outcomes_reviewed(
        workspace,
        exactly={**{name: value for name, value in said.items() if value}, **_groups(request)},
        quarter=quarter,
        overdue_on=today_here(request) if asked.get("overdue") == "1" else None,
    )
    slice = slice_of(rows, workspace=workspace, order=NEWEST, cursor=asked.get("cursor", ""))
    context = {
        "slice": slice,
        "state": state,
        "states": [(str(each), word) for each, word in STATES.items()],
        "reason": reason,
        "reasons": [(str(each), word) for each, word in WHY_NOT.items()],
        "product": asked.get("product", ""),
        "feature": asked.get("feature", ""),
        "cohort": quarter.key if quarter else "",
        "cohort_words": quarter_words(quarter) if quarter else "",
        "said_by": asked.get("said_by", ""),
        "overdue": asked.get("overdue") == "1",
        "products": [(str(row.pk), row.name) for row in products_in(workspace)],
        "features": [(str(row.pk), row.name) for row in features_in(workspace)],
        "review_url": reverse(ROUTE, kwargs={"workspace": workspace.slug}),
    }
    return answer(request, "outcomes/outcomes.html", context)


def _groups(request: MemberRequest) -> dict[str, UUID | None]:
    """Which product and feature are asked for; "none" asks for those of none."""
    groups: dict[str, UUID | None] = {}
    for name in ("product", "feature"):
        wanted = request.GET.get(name, "")
        chosen = _id_in(wanted)
        if wanted == "none" or chosen is not None:
            groups[name] = chosen
    return groups


def _one_of(words: Any, wanted: str) -> str:
    return wanted if wanted in {str(word) for word in words} else ""


def _id_in(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
