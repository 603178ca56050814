"""Settings: how long events are kept; what a change lets go of is shown before it is saved."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vereda.events.actions.retention import drop_retention, set_retention
from vereda.events.queries.retention import (
    ToGo,
    events_to_go,
    last_retention_run,
    names_without_rule,
    retention_rule_for,
    retention_rules,
)
from vereda.events.retention_forms import RetentionForm, agreement
from vereda.events.rules.retention import LEAST_DAYS, Keeping
from vereda.foundation.access import READING, MemberRequest, page
from vereda.foundation.clock import now
from vereda.foundation.pages import answer, answer_after, notice
from vereda.foundation.shell import settings_tabs
from vereda.foundation.wording import number_words

MAY = "events.set_retention"
VERB = ("POST",)


@page(may=MAY, methods=READING)
def event_retention(request: MemberRequest) -> HttpResponse:
    """The rules, what each lets go of tonight, and how the last night went."""
    workspace, moment = request.member.workspace, now()
    context = {
        "rules": [
            (rule, events_to_go(workspace, keeping=rule, now=moment))
            for rule in retention_rules(workspace)
        ],
        "run": last_retention_run(workspace),
        "least": LEAST_DAYS,
        "tabs": settings_tabs(request.member, current="event_retention"),
    }
    return answer(request, "events/retention.html", context)


@page(may=MAY)
def add_event_retention(request: MemberRequest) -> HttpResponse:
    """A rule for one event."""
    names = names_without_rule(request.member.workspace)
    form = RetentionForm(request.POST or None, names=names)
    return _form_page(request, form, title=_("A rule for one event"))


@page(may=MAY)
def edit_event_retention(request: MemberRequest) -> HttpResponse:
    """Change the rule of the event that `name` says, or of all that have none."""
    name = request.GET.get("name", "")
    rule = retention_rule_for(request.member.workspace, name=name)
    form = RetentionForm(request.POST or None, fixed=rule)
    return _form_page(request, form, title=_("Events: %s") % name if name else _("All events"))


@page(may=MAY, methods=VERB)
def drop_event_retention(request: MemberRequest) -> HttpResponse:
    """One event is kept as long as all others from now on."""
    name = request.POST.get("name", "")
    drop_retention(request.member.workspace, name=name, by=request.member)
    notice(request, _("The rule is gone; the rule for all events holds."))
    return answer_after(request, to=_address(request))


def _form_page(request: MemberRequest, form: RetentionForm, *, title: str) -> HttpResponse:
    workspace = request.member.workspace
    to_go: ToGo | None = None
    agreed = ""
    if form.is_bound and form.is_valid():
        to_go = events_to_go(workspace, keeping=form.keeping, now=now())
        agreed = agreement(form.keeping)
        if not to_go or request.POST.get("agreed") == agreed:
            if form.accepts(lambda: _save(request, form.keeping)):
                return answer_after(request, to=_address(request))
            to_go = None
    context: dict[str, Any] = {
        "form": form,
        "title": title,
        "back": _address(request),
        "to_go": to_go,
        "agreed": agreed,
        "warning": _warning(to_go) if to_go else "",
        "keep_counts": to_go is not None and form.keeping.keep_counts,
    }
    status = 422 if form.is_bound and to_go is None else 200
    return answer(request, "events/retention_form.html", context, status=status)


def _save(request: MemberRequest, keeping: Keeping) -> None:
    set_retention(request.member.workspace, keeping=keeping, by=request.member)
    notice(request, _("Kept as you said, from tonight on."))


def _warning(to_go: ToGo) -> str:
    tonight = ngettext(
        "%(count)s event is older and goes tonight, for ever.",
        "%(count)s events are older and go tonight, for ever.",
        to_go.tonight,
    )
    later = ngettext(
        "%(count)s event is older and goes for ever %(days)d days after it arrived.",
        "%(count)s events are older and go for ever %(days)d days after they arrived.",
        to_go.later,
    )
    said = {"days": LEAST_DAYS}
    return " ".join(
        words % {**said, "count": number_words(count)}
        for words, count in ((tonight, to_go.tonight), (later, to_go.later))
        if count
    )


def _address(request: MemberRequest) -> str:
    return reverse("event_retention", kwargs={"workspace": request.member.workspace.slug})
