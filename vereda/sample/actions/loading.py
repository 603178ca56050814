"""Loading the sample: the whole world, through the same doors as everybody's data."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from vereda.customers.actions.joining import joined_figures, joined_notes, joined_people
from vereda.customers.contracts import FiguresNoted, NotesWritten, PersonChanged
from vereda.events.actions.folding import fold_workspace
from vereda.foundation.errors import Missing
from vereda.foundation.facts import Joining, told_together
from vereda.outcomes.actions.joining import joined_outcomes
from vereda.outcomes.contracts import (
    OutcomeMeasured,
    OutcomeNotVerified,
    OutcomePromised,
    OutcomeVerified,
)
from vereda.revenue.actions.joining import joined_terms, joined_wins
from vereda.revenue.contracts import SubscriptionChanged, WinNoted
from vereda.sample.actions.audiences import store_sample_audiences
from vereda.sample.actions.benefits import store_sample_benefits
from vereda.sample.actions.catalogue import store_sample_products
from vereda.sample.actions.customers import (
    chunked,
    define_sample_fields,
    relate_sample_people,
    store_sample_accounts,
    store_sample_people,
    write_sample_notes,
)
from vereda.sample.actions.economics import store_sample_economics
from vereda.sample.actions.health import score_sample
from vereda.sample.actions.metrics import measure_sample
from vereda.sample.actions.money import (
    change_sample_terms,
    store_first_terms,
    store_sample_churn,
)
from vereda.sample.actions.onboarding import store_sample_onboarding
from vereda.sample.actions.removal import remove_sample, truth_path
from vereda.sample.actions.support import store_sample_tickets
from vereda.sample.actions.surveys import store_sample_surveys
from vereda.sample.actions.usage import store_sample_usage
from vereda.sample.actions.work import store_sample_work
from vereda.sample.contracts import (
    SAMPLE_NAME,
    SAMPLE_SLUG,
    InventedAccount,
    LoadedSample,
    Progress,
    SampleExists,
    SampleTouch,
    World,
)
from vereda.sample.rules.companies import COMPANIES
from vereda.sample.rules.truth import truth_of
from vereda.sample.rules.usage import EVENTS_IN_ALL
from vereda.sample.rules.world import invent_world
from vereda.workspaces.actions.members import add_member, find_or_add_user
from vereda.workspaces.actions.workspaces import mark_as_sample, open_workspace
from vereda.workspaces.contracts import Role
from vereda.workspaces.queries import workspace_with_slug

if TYPE_CHECKING:
    from vereda.workspaces.models import Member, Workspace

TOGETHER: Mapping[type, Joining] = {
    PersonChanged: joined_people,
    NotesWritten: joined_notes,
    FiguresNoted: joined_figures,
    SubscriptionChanged: joined_terms,
    WinNoted: joined_wins,
    OutcomePromised: joined_outcomes,
    OutcomeMeasured: joined_outcomes,
    OutcomeVerified: joined_outcomes,
    OutcomeNotVerified: joined_outcomes,
}
"""News of every invented account, told once at the end: else thousands of tasks would say it."""

EVENTS_FROM, FOLD_FROM, STORIES_FROM = 0.07, 0.62, 0.75  # shares of the whole time
STORIES_TOGETHER = 8


def load_sample(
    *,
    now: datetime,
    progress: Progress,
    by: Member | None = None,
    replace: bool = False,
    companies: int = COMPANIES,
) -> LoadedSample:
    """The workspace `muestra` with everything in it; who asked (`by`) becomes an owner too.

    Refused when there is such a workspace, unless `replace` and it is a sample itself. A load
    that fails takes back what it had written.
    """
    _make_room(replace=replace)
    progress(0.0, "world")
    world = invent_world(now.date(), companies=companies)
    with _all_or_nothing(world, now=now, by=by) as members:
        owner = members[world.colleagues[0].email]
        with told_together(TOGETHER):
            events = _store_everything(world, members=members, now=now, progress=progress)
            _add_touches(owner)
        _keep_truth(world)
    progress(1.0, "done")
    return LoadedSample(
        workspace_id=owner.workspace_id,
        owner_id=owner.pk,
        accounts=len(world.accounts),
        people=sum(len(account.people) for account in world.accounts),
        events=events,
    )


def _add_touches(owner: Member) -> None:
    """What capabilities above this one add to the sample, as the wiring lists them."""
    wiring = import_module(settings.VEREDA_WIRING)
    touches: Sequence[SampleTouch] = getattr(wiring, "SAMPLE_TOUCHES", ())
    for touch in touches:
        touch(owner)


def _make_room(*, replace: bool) -> None:
    try:
        workspace = workspace_with_slug(SAMPLE_SLUG)
    except Missing:
        return
    if not replace:
        raise SampleExists(
            _("There is a workspace “%s” already. Remove it first, or load with --replace.")
            % SAMPLE_SLUG
        )
    remove_sample(workspace)


@contextmanager
def _all_or_nothing(
    world: World, *, now: datetime, by: Member | None
) -> Iterator[Mapping[str, Member]]:
    """The opened workspace's members by address; erased again when the load fails."""
    members = _open_sample(world, now=now, by=by)
    try:
        yield members
    except BaseException:
        remove_sample(members[world.colleagues[0].email].workspace)
        raise


def _open_sample(world: World, *, now: datetime, by: Member | None) -> Mapping[str, Member]:
    """The workspace, marked as a sample from its first moment, and who works in it."""
    members: dict[str, Member] = {}
    workspace: Workspace | None = None
    for colleague in world.colleagues:
        user = find_or_add_user(
            colleague.email,
            name=colleague.name,
            language=colleague.language,
            time_zone=colleague.time_zone,
        )
        if workspace is None:
            member = open_workspace(
                name=SAMPLE_NAME,
                slug=SAMPLE_SLUG,
                owner=user,
                now=now,
                language=colleague.language,
                time_zone=colleague.time_zone,
                currency="EUR",
            )
            workspace = mark_as_sample(member.workspace, now=now)
        else:
            member = add_member(workspace, user=user, role=Role(colleague.role), now=now)
        members[colleague.email] = member
    if by is not None and workspace is not None:
        add_member(workspace, user=by.user, role=Role.OWNER, now=now)
    return members


def _store_everything(
    world: World, *, members: Mapping[str, Member], now: datetime, progress: Progress
) -> int:
    """All rows and events, in an order in which nothing later undoes something earlier.

    Events come before anybody leaves an account: learning from an event that somebody was
    seen there makes them a member again. Answers how many events there are.
    """
    by = members[world.colleagues[0].email]
    workspace = by.workspace
    progress(0.03, "customers")
    store_sample_products(workspace, world=world, by=by)
    define_sample_fields(workspace, by=by)
    accounts = store_sample_accounts(workspace, world=world, by=by, now=now)
    people = store_sample_people(workspace, world=world, by=by, now=now)
    events = _store_usage(workspace, world=world, now=now, progress=progress)
    progress(FOLD_FROM, "activity")
    while fold_workspace(workspace, now=now):
        pass
    progress(STORIES_FROM, "money")
    for store in (store_first_terms, store_sample_churn, store_sample_economics):
        store(workspace, world=world, account_ids=accounts, by=by, now=now)
    store_sample_tickets(
        workspace, world=world, account_ids=accounts, person_ids=people, by=by, now=now
    )
    store_sample_surveys(
        workspace, world=world, account_ids=accounts, person_ids=people, by=by, now=now
    )
    stories = Stories(workspace, accounts, people, members, by, now)
    told = 0
    for accounts_together in chunked(list(world.accounts), STORIES_TOGETHER):
        stories.tell(accounts_together)
        told += len(accounts_together)
        progress(STORIES_FROM + (0.99 - STORIES_FROM) * told / len(world.accounts), "notes")
    measure_sample(workspace, by=by, now=now)
    score_sample(workspace, world=world, account_ids=accounts, by=by, now=now)
    _store_work(workspace, members=members, by=by, now=now)
    _store_onboarding(workspace, world, accounts, people, by=by, now=now)
    return events


def _store_work(
    workspace: Workspace, *, members: Mapping[str, Member], by: Member, now: datetime
) -> None:
    store_sample_audiences(workspace, by=by, now=now)
    store_sample_work(workspace, members=members, by=by, now=now)


def _store_onboarding(
    workspace: Workspace,
    world: World,
    account_ids: Mapping[str, UUID],
    person_ids: Mapping[str, UUID],
    *,
    by: Member,
    now: datetime,
) -> None:
    """Plans, and the benefits that some of them are to bring."""
    plans = store_sample_onboarding(
        workspace, world=world, account_ids=account_ids, person_ids=person_ids, by=by, now=now
    )
    store_sample_benefits(
        workspace,
        world=world,
        plans=plans,
        account_ids=account_ids,
        person_ids=person_ids,
        by=by,
        now=now,
    )


@dataclass(frozen=True, slots=True)
class Stories:
    """What is needed to tell each account's story: relationships, changes of terms, notes."""

    workspace: Workspace
    account_ids: Mapping[str, UUID]
    person_ids: Mapping[str, UUID]
    members: Mapping[str, Member]
    by: Member
    now: datetime

    @transaction.atomic
    def tell(self, accounts: Sequence[InventedAccount]) -> None:
        """Everything that happened to a few accounts; others write between two handfuls."""
        for account in accounts:
            self._tell_one(account)

    def _tell_one(self, account: InventedAccount) -> None:
        relate_sample_people(
            self.workspace,
            account=account,
            account_ids=self.account_ids,
            person_ids=self.person_ids,
            by=self.by,
        )
        change_sample_terms(
            self.workspace,
            account=account,
            account_id=self.account_ids[account.company.external_id],
            by=self.by,
            now=self.now,
        )
        write_sample_notes(
            self.workspace,
            account=account,
            account_ids=self.account_ids,
            person_ids=self.person_ids,
            members=self.members,
        )


def _store_usage(workspace: Workspace, *, world: World, now: datetime, progress: Progress) -> int:
    expected = EVENTS_IN_ALL * len(world.accounts) / COMPANIES

    def stored(count: int) -> None:
        share = min(1.0, count / expected)
        progress(EVENTS_FROM + (FOLD_FROM - EVENTS_FROM) * share, "usage")

    return store_sample_usage(workspace, world=world, now=now, progress=stored)


def _keep_truth(world: World) -> None:
    text = json.dumps(truth_of(world), ensure_ascii=False, separators=(",", ":"))
    truth_path().write_text(text, encoding="utf-8")
