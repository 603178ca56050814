"""The list of all work: alerts and tasks, whose, of what kind; and many at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Q
from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vereda.customers.queries.accounts import account_with_key
from vereda.foundation.access import READING, MemberRequest, page
from vereda.foundation.clock import now
from vereda.foundation.errors import Missing
from vereda.foundation.pages import answer, answer_after, notice
from vereda.foundation.paging import Slice, slice_of
from vereda.foundation.templatetags.ui import Tab
from vereda.worklist import wording
from vereda.worklist.actions.desks import mark_as_seen, set_budget
from vereda.worklist.actions.items import (
    delegate_items,
    finish_items,
    snooze_items,
    take_items_back,
)
from vereda.worklist.contracts import AlertKind
from vereda.worklist.forms import BudgetForm, DelegateForm, SnoozeForm
from vereda.worklist.pages.items import next_of
from vereda.worklist.queries.alerts import ALERT_ORDERS, all_alerts
from vereda.worklist.queries.desks import desk_of
from vereda.worklist.queries.items import Item, item_with_key
from vereda.worklist.queries.ranks import today_at
from vereda.worklist.queries.tasks import TASK_ORDERS, all_tasks, queues_served_by
from vereda.worklist.wording import did_in
from vereda.workspaces.queries import member_with_id, members_of

if TYPE_CHECKING:
    from datetime import date

    from vereda.workspaces.models import Member, Workspace

POST = ("POST",)
MOST_AT_ONCE: Final = 200
WHATS: Final = ("alerts", "tasks")
WHOSE: Final = ("mine", "queues", "nobody", "everybody")
STATES: Final = ("open", "snoozed", "closed")
DUES: Final = ("late", "today", "week")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the address of the list asks for; what it does not know is the usual."""

    what: str
    whose: str
    state: str
    kind: AlertKind | None
    due: str
    sort: str
    account: str
    owner: str

    @classmethod
    def by(cls, query: QueryDict) -> Asked:
        """What this address asks for."""
        kind = query.get("kind", "")
        what = one_of(query.get("what"), WHATS)
        orders = ALERT_ORDERS if what == "alerts" else TASK_ORDERS
        return cls(
            what=what,
            whose=one_of(query.get("whose"), WHOSE),
            state=one_of(query.get("state"), STATES),
            kind=AlertKind(kind) if kind in set(AlertKind) else None,
            due=query.get("due", "") if query.get("due") in DUES else "",
            sort=one_of(query.get("sort"), tuple(orders)),
            account=query.get("account", "")[:20],
            owner=query.get("owner", "")[:40],
        )


def one_of(wanted: str | None, known: tuple[str, ...]) -> str:
    """The value if it is known, else the first that is."""
    return wanted if wanted in known else known[0]


@page(may="worklist.see", methods=READING)
def work(request: MemberRequest) -> HttpResponse:
    """Alerts or tasks, page by page."""
    member, workspace = request.member, request.member.workspace
    asked = Asked.by(request.GET)
    today = today_at(workspace, now=now())
    rows = rows_asked(asked, member=member, today=today, cursor=request.GET.get("cursor", ""))
    context = {
        "asked": asked,
        "slice": rows,
        "told": [told_item(row, today=today) for row in rows.rows],
        "tabs": tabs_of(request, asked),
        "whose": whose_tabs(asked),
        "kinds": wording.choices_in_order(wording.KINDS),
        "members": members_of(workspace) if asked.whose == "everybody" else [],
        "may_act": member.may("worklist.act"),
        "next": request.get_full_path(),
        "did": did_in(request.GET.get("did", "")),
        "today": today,
    }
    return answer(request, "worklist/work.html#rows", context)


def rows_asked(asked: Asked, *, member: Member, today: date, cursor: str) -> Slice[Any]:
    """One page of what is asked for."""
    workspace = member.workspace
    rows: Any = all_alerts(workspace) if asked.what == "alerts" else all_tasks(workspace)
    order = (ALERT_ORDERS if asked.what == "alerts" else TASK_ORDERS)[asked.sort]
    rows = in_state(rows, asked)
    rows = rows.filter(whose_is(asked, member=member))
    if asked.kind and asked.what == "alerts":
        rows = rows.filter(kind=asked.kind)
    if asked.account:
        rows = rows.filter(account=account_with_key(workspace, asked.account))
    if asked.due and asked.what == "tasks":
        last = {"late": -1, "today": 0, "week": 7}[asked.due]
        rows = rows.filter(due_on__lte=today + timedelta(days=last))
    return slice_of(rows, workspace=workspace, order=order, cursor=cursor)


def in_state(rows: Any, asked: Asked) -> Any:
    """Those to do now, those that wait, or those that are over."""
    if asked.state == "closed":
        over = Q(closed_at__isnull=False) if asked.what == "alerts" else ~Q(state="open")
        return rows.filter(over)
    if asked.state == "snoozed":
        return rows.open().filter(snoozed_until__gt=now())
    return rows.open().awake(now=now())


def whose_is(asked: Asked, *, member: Member) -> Q:
    """Whose work is listed."""
    match asked.whose:
        case "mine":
            return Q(owner=member)
        case "queues":
            served = queues_served_by(member).order_by().values("pk")
            return Q(queue__in=served) if asked.what == "tasks" else Q(pk__in=[])
        case "nobody":
            return Q(owner=None) if asked.what == "alerts" else Q(owner=None, queue=None)
    if asked.owner:
        return Q(owner=member_in(member.workspace, asked.owner))
    return Q()


def member_in(workspace: Workspace, text: str) -> Member:
    """The member whose id the address names, or `Missing`."""
    known = {str(each.pk): each for each in members_of(workspace)}
    if text not in known:
        raise Missing(text)
    return member_with_id(workspace, known[text].pk)


def told_item(row: Item, *, today: date) -> dict[str, Any]:
    """A row with its reason in words."""
    return {"item": row, "sentence": row.sentence(today=today) if hasattr(row, "sentence") else ""}


def tabs_of(request: MemberRequest, asked: Asked) -> list[Tab]:
    """Alerts and tasks."""
    base = reverse("worklist:work", kwargs={"workspace": request.member.workspace.slug})
    words = {"alerts": _("Alerts"), "tasks": _("Tasks")}
    tabs = [
        Tab(words[what], f"{base}?what={what}&whose={asked.whose}", current=asked.what == what)
        for what in WHATS
    ]
    others = [
        (_("Queues"), "worklist:queues"),
        (_("Playbooks"), "worklist:playbooks"),
    ]
    slug = request.member.workspace.slug
    return [
        *tabs,
        *(Tab(label, reverse(name, kwargs={"workspace": slug})) for label, name in others),
    ]


def whose_tabs(asked: Asked) -> list[tuple[str, str, bool]]:
    """Whose work may be listed: value, word, whether it is."""
    words = {
        "mine": _("Mine"),
        "queues": _("My queues"),
        "nobody": _("Nobody's"),
        "everybody": _("Everybody's"),
    }
    shown = WHOSE if asked.what == "tasks" else tuple(each for each in WHOSE if each != "queues")
    return [(each, words[each], each == asked.whose) for each in shown]


# --- Taking back what was just done -----------------------------------------------


@page(may="worklist.act", methods=POST)
def undo(request: MemberRequest) -> HttpResponse:
    """Take back what was just done: open again, or wait no longer."""
    workspace, member = request.member.workspace, request.member
    rows = [item_with_key(workspace, key) for key in request.POST.getlist("row")[:MOST_AT_ONCE]]
    snoozed = request.POST.get("verb") == "snooze"
    taken = take_items_back(rows, snoozed=snoozed, by=member, now=now())
    lost = len(rows) - len(taken)
    if lost:
        words = ngettext(
            "%s thing cannot be taken back: its cause is gone, or somebody was quicker.",
            "%s things cannot be taken back: their cause is gone, or somebody was quicker.",
            lost,
        )
        notice(request, words % lost)
    else:
        notice(request, _("It is as it was before."))
    return answer_after(request, to=next_of(request) or work_url(request))


# --- Many at once -------------------------------------------------------------------


@page(may="worklist.act", methods=POST)
def bulk(request: MemberRequest) -> HttpResponse:
    """Ask how, or do it: finish, snooze or hand over those that were chosen."""
    workspace, member = request.member.workspace, request.member
    rows = [item_with_key(workspace, key) for key in request.POST.getlist("row")[:MOST_AT_ONCE]]
    verb = request.POST.get("verb", "")
    if not rows or verb not in {"finish", "snooze", "delegate"}:
        notice(request, _("Choose something first."))
        return answer_after(request, to=next_of(request) or work_url(request))
    if verb == "finish":
        return after_bulk(request, finish_items(rows, by=member, now=now()), did=verb)
    said = request.POST if "confirmed" in request.POST else None
    form: Any = (
        SnoozeForm(said, today=today_at(workspace, now=now()))
        if verb == "snooze"
        else DelegateForm(said, workspace=workspace, but=None, queues=False)
    )
    if form.is_bound and form.is_valid():
        done = (
            snooze_items(rows, by=member, now=now(), **form.said(workspace=workspace))
            if verb == "snooze"
            else delegate_items(rows, to=form.chosen(), by=member, now=now())
        )
        return after_bulk(request, done, did=verb)
    context = {"form": form, "rows": rows, "verb": verb, "next": next_of(request)}
    status = 422 if form.is_bound else 200
    return answer(request, "worklist/bulk.html#form", context, status=status)


def after_bulk(request: MemberRequest, done: list[Item], *, did: str) -> HttpResponse:
    """Back to the list, which offers to take it back."""
    path = (next_of(request) or work_url(request)).partition("?")
    kept = [part for part in path[2].split("&") if part and not part.startswith("did=")]
    if done:
        kept.append(f"did={did}:{','.join(row.key for row in done)}")
    return answer_after(request, to=f"{path[0]}?{'&'.join(kept)}")


def work_url(request: MemberRequest) -> str:
    """The list of work."""
    return reverse("worklist:work", kwargs={"workspace": request.member.workspace.slug})


# --- One's desk ----------------------------------------------------------------------


@page(may="worklist.see", methods=POST)
def seen(request: MemberRequest) -> HttpResponse:
    """What changed until now is known."""
    mark_as_seen(desk_of(request.member), by=request.member, now=now())
    return answer_after(request, to=next_of(request) or work_url(request))


@page(may="worklist.act", methods=POST)
def budget(request: MemberRequest) -> HttpResponse:
    """So much at once from now on."""
    form = BudgetForm(request.POST)
    if form.is_valid():
        set_budget(desk_of(request.member), budget=form.cleaned_data["budget"], by=request.member)
    else:
        notice(request, " ".join(map(str, form.errors["budget"])))
    return answer_after(request, to=next_of(request) or work_url(request))
