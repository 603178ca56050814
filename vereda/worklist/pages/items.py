"""One alert or one task, and what members do with it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from vereda.customers.queries.accounts import account_with_key
from vereda.customers.queries.people import people_with_ids
from vereda.foundation.access import READING, MemberRequest, page
from vereda.foundation.clock import now
from vereda.foundation.errors import Missing
from vereda.foundation.pages import answer, answer_after, notice
from vereda.worklist.actions.alerts import dismiss_alert
from vereda.worklist.actions.items import (
    delegate_item,
    finish_item,
    reopen_item,
    snooze_item,
    wake_item,
)
from vereda.worklist.actions.playbooks import start_playbook
from vereda.worklist.actions.tasks import add_task, drop_task, edit_task, take_task
from vereda.worklist.contracts import AlertKind, TaskState
from vereda.worklist.forms import DelegateForm, DismissForm, SnoozeForm, StartForm, TaskForm
from vereda.worklist.models.alerts import Alert
from vereda.worklist.models.tasks import Task
from vereda.worklist.queries.alerts import alert_with_key
from vereda.worklist.queries.items import Item, item_with_key
from vereda.worklist.queries.playbooks import counted_runs, steps_of
from vereda.worklist.queries.ranks import rank_of_alert, rank_of_task, reckoning_at, today_at
from vereda.worklist.queries.tasks import task_with_key, tasks_from_alert
from vereda.worklist.wording import history_words
from vereda.workspaces.queries import audit_lines_of

POST = ("POST",)
MOST_HISTORY = 20


@page(may="worklist.see", methods=READING)
def show(request: MemberRequest, item: str) -> HttpResponse:
    """An alert with why it is there, or a task."""
    workspace = request.member.workspace
    row = item_with_key(workspace, item)
    reckoning = reckoning_at(workspace, now=now())
    context: dict[str, Any] = {
        "item": row,
        "is_alert": isinstance(row, Alert),
        "may_act": request.member.may("worklist.act"),
        "next": next_of(request),
        "history": history_of(request, row),
        "snoozed": row.snoozed_until is not None and row.snoozed_until > now(),
    }
    if isinstance(row, Alert):
        rank = rank_of_alert(row, row.account, reckoning=reckoning)
        context |= alert_context(request, row, today=reckoning.today)
    else:
        rank = rank_of_task(row, row.account, reckoning=reckoning)
        context |= {"is_open": row.state == TaskState.OPEN}
    context["rank"] = rank
    return answer(request, "worklist/item.html#item", context)


def history_of(request: MemberRequest, row: Item) -> list[tuple[Any, str, str]]:
    """What was done with it, the last first: when, what, by whom.

    That an alert was noticed is left to the page, which knows it of every alert and how often:
    those that are raised together have no line of their own in the log.
    """
    lines = audit_lines_of(request.member.workspace).filter(thing_id=row.pk)
    return [
        (line.created_at, history_words(line.verb), line.by.name if line.by else "")
        for line in lines.exclude(verb="raised").order_by("-id")[:MOST_HISTORY]
    ]


def alert_context(request: MemberRequest, row: Alert, *, today: Any) -> dict[str, Any]:
    """What a page says about an alert beside the row."""
    workspace = request.member.workspace
    person = row.details.get("person")
    people = people_with_ids(workspace, [person]) if person else {}
    return {
        "sentence": row.sentence(today=today),
        "is_open": row.closed_at is None,
        "behind": behind_of(row, slug=workspace.slug),
        "person": next(iter(people.values()), None),
        "tasks": tasks_from_alert(workspace, row.pk),
        "runs": list(counted_runs(workspace).filter(alert=row)),
        "account": row.account,
    }


def behind_of(row: Alert, *, slug: str) -> list[tuple[str, str]]:
    """The rows behind an alert: links with their words."""
    account = {"workspace": slug, "account": row.account.key}
    tabs = {
        AlertKind.HEALTH: ("usage", _("Their use, day by day")),
        AlertKind.USAGE: ("usage", _("Their use, day by day")),
        AlertKind.RENEWAL: ("money", _("Their subscriptions")),
        AlertKind.OPPORTUNITY: ("money", _("Their subscriptions")),
        AlertKind.PEOPLE: ("people", _("The people there")),
        AlertKind.SUPPORT: ("tickets", _("Their tickets")),
    }
    links = []
    if "ticket" in row.details:
        where = {"workspace": slug, "ticket": row.details["ticket"]}
        links.append((reverse("support:ticket", kwargs=where), str(row.details["ticket"])))
    if "outcome" in row.details:
        where = {"workspace": slug, "outcome": row.details["outcome"]}
        return [(reverse("outcomes:outcome", kwargs=where), str(row.details["outcome"]))]
    if "letter" in row.details:
        where = {"workspace": slug, "inbound": row.details["letter"]}
        return [(reverse("messaging:inbound-letter", kwargs=where), _("What they wrote"))]
    if "asked_by" in row.details:
        where = {"workspace": slug, "key": row.details["asked_by"]}
        return [(reverse("privacy:person", kwargs=where), _("What they asked for"))]
    if "plan" in row.details:
        where = {"workspace": slug, "plan": row.details["plan"]}
        return [(reverse("onboarding:plan", kwargs=where), str(row.details["plan"]))]
    tab, words = tabs.get(AlertKind(row.kind), ("timeline", _("What happened there")))
    name = "console:account-tickets" if tab == "tickets" else "console:account-tab"
    where = account if tab == "tickets" else {**account, "tab": tab}
    links.append((reverse(name, kwargs=where), words))
    return links


# --- Verbs --------------------------------------------------------------------


@page(may="worklist.act", methods=POST)
def finish(request: MemberRequest, item: str) -> HttpResponse:
    """It is done."""
    row = item_with_key(request.member.workspace, item)
    finish_item(row, by=request.member, now=now())
    return back_with(request, row, did="finish")


@page(may="worklist.act", methods=POST)
def reopen(request: MemberRequest, item: str) -> HttpResponse:
    """It is to do again."""
    row = item_with_key(request.member.workspace, item)
    reopen_item(row, by=request.member, now=now())
    notice(request, _("%s is to do again.") % row.key)
    return answer_after(request, to=next_of(request) or item_url(request, row))


@page(may="worklist.act")
def snooze(request: MemberRequest, item: str) -> HttpResponse:
    """It waits until a day, for a reason."""
    workspace = request.member.workspace
    row = item_with_key(workspace, item)
    form = SnoozeForm(request.POST or None, today=today_at(workspace, now=now()))

    def act() -> None:
        snooze_item(row, by=request.member, now=now(), **form.said(workspace=workspace))

    if form.accepts(act):
        return back_with(request, row, did="snooze")
    context = {"form": form, "title": _("Snooze"), "submit": _("Let it wait")}
    return form_answer(request, row, context)


@page(may="worklist.act", methods=POST)
def wake(request: MemberRequest, item: str) -> HttpResponse:
    """It waits no longer."""
    row = item_with_key(request.member.workspace, item)
    wake_item(row, by=request.member, now=now())
    notice(request, _("%s waits no longer.") % row.key)
    return answer_after(request, to=next_of(request) or item_url(request, row))


@page(may="worklist.act")
def delegate(request: MemberRequest, item: str) -> HttpResponse:
    """Another has it from now on."""
    workspace = request.member.workspace
    row = item_with_key(workspace, item)
    form = DelegateForm(
        request.POST or None, workspace=workspace, but=row.owner, queues=isinstance(row, Task)
    )

    def act() -> None:
        delegate_item(row, to=form.chosen(), by=request.member, now=now())

    if form.accepts(act):
        return back_with(request, row, did="delegate")
    context = {"form": form, "title": _("Hand over"), "submit": _("Hand over")}
    return form_answer(request, row, context)


@page(may="worklist.act")
def dismiss(request: MemberRequest, alert: str) -> HttpResponse:
    """Nothing is done about an alert, and why."""
    row = alert_with_key(request.member.workspace, alert)
    form = DismissForm(request.POST or None)

    def act() -> None:
        dismiss_alert(row, because=form.reason(), by=request.member, now=now())

    if form.accepts(act):
        return back_with(request, row, did="dismiss")
    context = {"form": form, "title": _("Dismiss"), "submit": _("Dismiss")}
    return form_answer(request, row, context)


@page(may="worklist.act", methods=POST)
def drop(request: MemberRequest, task: str) -> HttpResponse:
    """Nobody will do this task."""
    row = task_with_key(request.member.workspace, task)
    drop_task(row, by=request.member, now=now())
    return back_with(request, row, did="drop")


@page(may="worklist.act", methods=POST)
def take(request: MemberRequest, task: str) -> HttpResponse:
    """A task of a queue becomes one's own."""
    row = task_with_key(request.member.workspace, task)
    take_task(row, by=request.member, now=now())
    notice(request, _("%s is yours.") % row.key)
    return answer_after(request, to=next_of(request) or item_url(request, row))


# --- Tasks ----------------------------------------------------------------------


@page(may="worklist.act")
def new_task(request: MemberRequest) -> HttpResponse:
    """A task by hand, perhaps for an account, perhaps because of an alert."""
    workspace = request.member.workspace
    alert = alert_with_key(workspace, request.GET["alert"]) if request.GET.get("alert") else None
    key = request.GET.get("account", "")
    account = alert.account if alert else account_with_key(workspace, key) if key else None
    initial = {"to": f"member:{request.member.pk}", "title": alert.act if alert else ""}
    form = TaskForm(request.POST or None, workspace=workspace, account=account, initial=initial)
    made: list[Task] = []

    def act() -> None:
        said = {"account": account, **form.said()}
        made.append(add_task(workspace, by=request.member, now=now(), alert=alert, **said))

    if form.accepts(act):
        notice(request, _("%s is added.") % made[0].key)
        return answer_after(request, to=next_of(request) or item_url(request, made[0]))
    context = {"form": form, "title": _("New task"), "submit": _("Add task"), "account": account}
    return form_answer(request, None, context)


@page(may="worklist.act")
def edit(request: MemberRequest, task: str) -> HttpResponse:
    """Change a task."""
    row = task_with_key(request.member.workspace, task)
    names = ("version", "title", "due_on", "priority", "person", "note")
    initial = {name: getattr(row, name) for name in names}
    owner = f"member:{row.owner_id}" if row.owner_id else ""
    initial["to"] = f"queue:{row.queue_id}" if row.queue_id else owner
    form = TaskForm(
        request.POST or None,
        workspace=request.member.workspace,
        account=row.account,
        initial=initial,
    )

    def act() -> None:
        version = form.cleaned_data["version"]
        edit_task(row, by=request.member, now=now(), version=version, **form.said())

    if form.accepts(act):
        notice(request, _("The task is changed."))
        return answer_after(request, to=item_url(request, row))
    context = {"form": form, "title": row.key, "submit": _("Save"), "account": row.account}
    return form_answer(request, row, context)


# --- Starting a playbook --------------------------------------------------------


@page(may="worklist.act")
def start(request: MemberRequest, account: str) -> HttpResponse:
    """Start a playbook for an account, perhaps because of an alert."""
    workspace = request.member.workspace
    row = account_with_key(workspace, account)
    alert = alert_with_key(workspace, request.GET["alert"]) if request.GET.get("alert") else None
    if alert is not None and alert.account_id != row.pk:
        raise Missing(alert.key)
    form = StartForm(
        request.POST or None,
        workspace=workspace,
        kind=AlertKind(alert.kind) if alert else None,
    )

    def act() -> None:
        start_playbook(form.chosen(), account=row, alert=alert, by=request.member, now=now())

    if form.accepts(act):
        notice(request, _("The playbook is started."))
        return answer_after(request, to=next_of(request) or account_url(request, row.key))
    previews = [(each, steps_of(each.current)) for each in form.playbooks.values()]
    context = {"form": form, "account": row, "alert": alert, "previews": previews}
    status = form.answer_status
    return answer(request, "worklist/start.html#form", context, status=status)


# --- Where it goes on -----------------------------------------------------------


def form_answer(request: MemberRequest, row: Item | None, context: dict[str, Any]) -> HttpResponse:
    """The page with the form."""
    form = context["form"]
    told = {"item": row, "account": row.account if row else None, "next": next_of(request)}
    return answer(
        request, "worklist/form.html#form", {**told, **context}, status=form.answer_status
    )


def back_with(request: MemberRequest, row: Item, *, did: str) -> HttpResponse:
    """Back to where it was asked for, which then offers to take it back."""
    to = next_of(request) or reverse(
        "worklist:work", kwargs={"workspace": request.member.workspace.slug}
    )
    path, _mark, query = to.partition("?")
    kept = "&".join(part for part in query.split("&") if part and not part.startswith("did="))
    return answer_after(request, to=f"{path}?{kept}{'&' if kept else ''}did={did}:{row.key}")


def next_of(request: MemberRequest) -> str:
    """Where to go on: a path of this site that the form or the address names, or ""."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    here = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if here else ""


def item_url(request: MemberRequest, row: Item) -> str:
    """The page of an alert or a task."""
    where = {"workspace": request.member.workspace.slug, "item": row.key}
    return reverse("worklist:item", kwargs=where)


def account_url(request: MemberRequest, key: str) -> str:
    """The page of an account."""
    where = {"workspace": request.member.workspace.slug, "account": key}
    return reverse("console:account", kwargs=where)
