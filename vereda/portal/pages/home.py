"""The first page of a visitor: what they can do, what waits for whom, and who helps."""

from __future__ import annotations

from collections.abc import Mapping

from django import forms
from django.db.models import prefetch_related_objects
from django.http import HttpResponse

from vereda.foundation.clock import now
from vereda.onboarding.queries.items import why_returned
from vereda.onboarding.queries.plans import next_steps_of
from vereda.outcomes.queries.customers import is_for_customer_to_say, promised_to
from vereda.portal.access import VisitorRequest, portal_page
from vereda.portal.queries.steps import visitors_plans
from vereda.portal.showing import shown
from vereda.portal.steps import shown_step
from vereda.worklist.queries.ranks import today_at


@portal_page(methods=("GET", "HEAD"))
def home(request: VisitorRequest) -> HttpResponse:
    """What is theirs, with the people who help them."""
    return home_with(request, {})


def home_with(
    request: VisitorRequest, bound: Mapping[str, forms.Form], *, status: int = 200
) -> HttpResponse:
    """The page; `bound` holds the forms that came back with an error, by their prefix."""
    visitor = request.visitor
    asked = next_steps_of(visitor.person, now=now(), account_ids=visitor.account_ids)
    reasons = why_returned(visitor.workspace, [each.item.pk for each in asked])
    steps = [shown_step(each, because=reasons.get(each.item.pk, ""), bound=bound) for each in asked]
    plans = visitors_plans(visitor.accounts)
    today = today_at(visitor.workspace, now=now())
    promised, views = promised_to(visitor.workspace, visitor.account_ids, today=today)
    prefetch_related_objects(visitor.accounts, "owner__user")
    leads = {plan.lead.pk: plan.lead for plan in plans if plan.lead and not plan.ended_at}
    owners = {each.owner.pk: each.owner for each in visitor.accounts if each.owner}
    context = {
        "visitor": visitor,
        "steps": steps,
        "to_confirm": [each for each in views if is_for_customer_to_say(each, today=today)],
        "promised": promised,
        "plans": plans,
        "helpers": list({**leads, **owners}.values()),
    }
    return shown(request, visitor.workspace, "home.html", context, status=status)
