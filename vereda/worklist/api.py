"""Alerts, tasks and playbooks for programs."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from ninja import Query, Router, Schema, Status
from pydantic import Field

from vereda.customers.queries.accounts import account_with_key
from vereda.customers.queries.people import person_with_key
from vereda.foundation.api import BearerRequest, PageAsked, PageOf, endpoint
from vereda.foundation.api_fields import Body, Instant, Named, Text
from vereda.foundation.clock import now
from vereda.foundation.errors import Missing
from vereda.foundation.paging import slice_of
from vereda.worklist.actions.alerts import dismiss_alert
from vereda.worklist.actions.items import finish_item, snooze_item
from vereda.worklist.actions.playbooks import start_playbook
from vereda.worklist.actions.tasks import add_task
from vereda.worklist.contracts import (
    AlertKind,
    AlertReason,
    DismissReason,
    SnoozeReason,
    TaskPriority,
    TaskState,
)
from vereda.worklist.models.alerts import Alert
from vereda.worklist.models.playbooks import Playbook, PlaybookRun
from vereda.worklist.models.tasks import Task
from vereda.worklist.queries.alerts import ALERT_ORDERS, alert_with_key, all_alerts
from vereda.worklist.queries.playbooks import playbook_with_slug, playbooks_in, steps_of
from vereda.worklist.queries.ranks import today_at
from vereda.worklist.queries.tasks import TASK_ORDERS, all_tasks, task_with_key
from vereda.workspaces.queries import member_of

router = Router(tags=["work"])

Order = Literal["rank", "newest", "oldest"]


class AlertsAsked(PageAsked):
    """Open ones, or those that are over; of one account, kind or owner if said."""

    account: Text = Field("", max_length=20)
    kind: AlertKind | None = None
    owner: Text = Field("", max_length=254, description="An e-mail address of a member")
    open: bool = True
    order: Order = "rank"


class AlertOut(Schema):
    """Something noticed about an account. `sentence` is in the language that is asked for."""

    key: str
    account: str
    owner: str | None
    kind: AlertKind
    reason: AlertReason
    sentence: str
    details: dict[str, Any]
    points: int
    raised_at: datetime
    last_seen_at: datetime
    times: int
    snoozed_until: datetime | None
    closed_at: datetime | None
    closed_because: str

    @staticmethod
    def resolve_account(row: Alert) -> str:
        """The account's key."""
        return row.account.key

    @staticmethod
    def resolve_owner(row: Alert) -> str | None:
        """Whose it is: an e-mail address."""
        return row.owner.user.email if row.owner else None

    @staticmethod
    def resolve_sentence(row: Alert) -> str:
        """Why it is there, as of today."""
        return row.sentence(today=today_at(row.workspace, now=now()))


class Snooze(Body):
    """Until when it waits, and why."""

    until: Instant
    because: Annotated[SnoozeReason, Field(strict=False)] = SnoozeReason.NOT_NOW


class Dismiss(Body):
    """Why nothing is done."""

    because: Annotated[DismissReason, Field(strict=False)]


class TasksAsked(PageAsked):
    """Those in one state; of one account or owner if said."""

    account: Text = Field("", max_length=20)
    owner: Text = Field("", max_length=254, description="An e-mail address of a member")
    state: TaskState = TaskState.OPEN
    order: Literal["rank", "due"] = "rank"


class TaskNew(Body):
    """A task. Without an owner it is of whoever issued the token."""

    title: Named = Field(max_length=200)
    note: Text = Field("", max_length=4000)
    account: Text = Field("", max_length=20, description="The account's key, as A-12")
    person: Text = Field("", max_length=20, description="The person's key, as PE-7")
    owner: Text = Field("", max_length=254, description="An e-mail address of a member")
    due_on: Annotated[date, Field(strict=False)] | None = None
    priority: Annotated[TaskPriority, Field(strict=False)] = TaskPriority.NORMAL
    alert: Text = Field("", max_length=20, description="The alert it is because of, as AL-3")


class TaskOut(Schema):
    """Something to do."""

    key: str
    title: str
    note: str
    account: str | None
    person: str | None
    owner: str | None
    queue: str | None
    due_on: date | None
    priority: TaskPriority
    points: int
    state: TaskState
    added_at: datetime
    snoozed_until: datetime | None
    done_at: datetime | None

    @staticmethod
    def resolve_account(row: Task) -> str | None:
        """The account's key."""
        return row.account.key if row.account else None

    @staticmethod
    def resolve_person(row: Task) -> str | None:
        """The key of whom it is about."""
        return row.person.key if row.person else None

    @staticmethod
    def resolve_owner(row: Task) -> str | None:
        """Whose it is: an e-mail address."""
        return row.owner.user.email if row.owner else None

    @staticmethod
    def resolve_queue(row: Task) -> str | None:
        """The queue it waits in."""
        return row.queue.name if row.queue else None


class StepOut(Schema):
    """One task of a playbook."""

    title: str
    working_days: int
    note: str
    role: str
    priority: TaskPriority


class PlaybookOut(Schema):
    """A playbook and its tasks."""

    slug: str
    name: str
    purpose: str
    kind: str
    version: int
    tasks: list[StepOut]

    @staticmethod
    def resolve_version(row: Playbook) -> int:
        """The number of the version in use."""
        return row.current.number if row.current else 0

    @staticmethod
    def resolve_tasks(row: Playbook) -> list[Any]:
        """The tasks of that version."""
        return steps_of(row.current)


class RunNew(Body):
    """For whom to start it, and because of which alert."""

    account: Named = Field(max_length=20)
    alert: Text = Field("", max_length=20)


class RunOut(Schema):
    """A playbook at work for an account."""

    id: str
    playbook: str
    account: str
    started_on: date

    @staticmethod
    def resolve_id(row: PlaybookRun) -> str:
        """Its id."""
        return str(row.pk)

    @staticmethod
    def resolve_playbook(row: PlaybookRun) -> str:
        """The playbook's slug."""
        return row.playbook.slug

    @staticmethod
    def resolve_account(row: PlaybookRun) -> str:
        """The account's key."""
        return row.account.key


@router.get("/alerts", response=PageOf[AlertOut])
@endpoint(may="worklist.see")
def list_alerts(request: BearerRequest, asked: Query[AlertsAsked]) -> dict[str, Any]:
    """Alerts, what is lost first unless another order is asked for."""
    workspace = request.member.workspace
    rows = all_alerts(workspace).select_related("workspace").filter(closed_at__isnull=asked.open)
    if asked.kind is not None:
        rows = rows.filter(kind=asked.kind)
    rows = _narrowed(request, rows, asked)
    part = slice_of(
        rows,
        workspace=workspace,
        order=ALERT_ORDERS[asked.order],
        cursor=asked.cursor,
        size=asked.limit,
    )
    return {"items": part.rows, "next": part.next or None}


def _narrowed(request: BearerRequest, rows: Any, asked: AlertsAsked | TasksAsked) -> Any:
    workspace = request.member.workspace
    if asked.account:
        rows = rows.filter(account=account_with_key(workspace, asked.account))
    if asked.owner:
        owner = member_of(workspace, email=asked.owner)
        if owner is None:
            raise Missing(asked.owner)
        rows = rows.filter(owner=owner)
    return rows


@router.get("/alerts/{key}", response=AlertOut)
@endpoint(may="worklist.see")
def show_alert(request: BearerRequest, key: str) -> Alert:
    """One alert."""
    return alert_with_key(request.member.workspace, key)


@router.post("/alerts/{key}/finish", response=AlertOut)
@endpoint(may="worklist.act")
def finish_one_alert(request: BearerRequest, key: str) -> Alert:
    """It is done. 409 when it is closed already."""
    alert = alert_with_key(request.member.workspace, key)
    finish_item(alert, by=request.member, now=now())
    return alert


@router.post("/alerts/{key}/snooze", response=AlertOut)
@endpoint(may="worklist.act")
def snooze_one_alert(request: BearerRequest, key: str, body: Snooze) -> Alert:
    """It waits until then."""
    alert = alert_with_key(request.member.workspace, key)
    snooze_item(alert, until=body.until, because=body.because, by=request.member, now=now())
    return alert


@router.post("/alerts/{key}/dismiss", response=AlertOut)
@endpoint(may="worklist.act")
def dismiss_one_alert(request: BearerRequest, key: str, body: Dismiss) -> Alert:
    """Nothing is done about it."""
    alert = alert_with_key(request.member.workspace, key)
    dismiss_alert(alert, because=body.because, by=request.member, now=now())
    return alert


@router.get("/tasks", response=PageOf[TaskOut])
@endpoint(may="worklist.see")
def list_tasks(request: BearerRequest, asked: Query[TasksAsked]) -> dict[str, Any]:
    """Tasks, what is lost first unless they are asked for by day."""
    workspace = request.member.workspace
    rows = _narrowed(request, all_tasks(workspace).filter(state=asked.state), asked)
    part = slice_of(
        rows,
        workspace=workspace,
        order=TASK_ORDERS[asked.order],
        cursor=asked.cursor,
        size=asked.limit,
    )
    return {"items": part.rows, "next": part.next or None}


@router.post("/tasks", response={201: TaskOut})
@endpoint(may="worklist.act")
def create_task(request: BearerRequest, body: TaskNew) -> Status[Task]:
    """A new task."""
    workspace, said = request.member.workspace, body.said()
    alert = alert_with_key(workspace, said.pop("alert")) if body.alert else None
    said.pop("alert", None)
    if body.account:
        said["account"] = account_with_key(workspace, body.account)
    else:
        said.pop("account", None)
    if body.person:
        said["person"] = person_with_key(workspace, body.person)
    else:
        said.pop("person", None)
    email = said.pop("owner", "")
    if email:
        said["owner"] = member_of(workspace, email=email)
        if said["owner"] is None:
            raise Missing(email)
    return Status(201, add_task(workspace, by=request.member, now=now(), alert=alert, **said))


@router.get("/tasks/{key}", response=TaskOut)
@endpoint(may="worklist.see")
def show_task(request: BearerRequest, key: str) -> Task:
    """One task."""
    return task_with_key(request.member.workspace, key)


@router.post("/tasks/{key}/finish", response=TaskOut)
@endpoint(may="worklist.act")
def finish_one_task(request: BearerRequest, key: str) -> Task:
    """It is done. 409 when somebody did it first."""
    task = task_with_key(request.member.workspace, key)
    finish_item(task, by=request.member, now=now())
    return task


@router.post("/tasks/{key}/snooze", response=TaskOut)
@endpoint(may="worklist.act")
def snooze_one_task(request: BearerRequest, key: str, body: Snooze) -> Task:
    """It waits until then."""
    task = task_with_key(request.member.workspace, key)
    snooze_item(task, until=body.until, because=body.because, by=request.member, now=now())
    return task


@router.get("/playbooks", response=list[PlaybookOut])
@endpoint(may="worklist.see")
def list_playbooks(request: BearerRequest) -> list[Playbook]:
    """Every playbook in use."""
    return list(playbooks_in(request.member.workspace))


@router.post("/playbooks/{slug}/runs", response={201: RunOut})
@endpoint(may="worklist.act")
def start_run(request: BearerRequest, slug: str, body: RunNew) -> Status[PlaybookRun]:
    """Start a playbook for an account. 409 while it runs there."""
    workspace = request.member.workspace
    run = start_playbook(
        playbook_with_slug(workspace, slug),
        account=account_with_key(workspace, body.account),
        alert=alert_with_key(workspace, body.alert) if body.alert else None,
        by=request.member,
        now=now(),
    )
    return Status(201, run)
