"""The invented onboardings as plans, told as members would have told them then."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db import transaction

from vereda.customers.actions.files import add_file
from vereda.customers.queries.accounts import accounts_with_ids
from vereda.customers.queries.people import people_with_ids
from vereda.onboarding.actions.past import PastDeed, tell_past
from vereda.onboarding.actions.plans import note_feedback, put_in_plan, put_tool, start_plan
from vereda.onboarding.actions.promises import promise_date
from vereda.onboarding.actions.templates import take_template_preset
from vereda.onboarding.contracts.plans import (
    EntryKind,
    ExitAnswer,
    Submission,
    ToolKind,
    ToolResult,
)
from vereda.onboarding.contracts.templates import Party
from vereda.product.queries import product_with_slug
from vereda.sample.contracts import World
from vereda.sample.rules.onboardings import (
    InventedDeed,
    InventedOnboarding,
    Journey,
    onboardings_invented,
)
from vereda.sample.rules.promises import CUSTOMER_LIST, WORDS, OnboardingWords

if TYPE_CHECKING:
    from vereda.customers.models.accounts import Account
    from vereda.customers.models.files import AccountFile
    from vereda.customers.models.people import Person
    from vereda.onboarding.models.plans import Plan
    from vereda.onboarding.models.templates import TemplateEdition
    from vereda.product.models import Product
    from vereda.workspaces.models import Member, Workspace

PRESET: Final = "b2b-saas"
PUBLISHED_DAYS_AGO: Final = 400
PEOPLE_IN_PLAN: Final = 2
WORK_DAYS_PROMISED: Final = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleOnboarding:
    """What every plan of the sample needs."""

    workspace: Workspace
    edition: TemplateEdition
    products: Mapping[str, Product]
    accounts: Mapping[UUID, Account]
    people: Mapping[UUID, Person]
    account_ids: Mapping[str, UUID]
    person_ids: Mapping[str, UUID]
    words: OnboardingWords
    by: Member
    now: datetime

    @transaction.atomic
    def tell(self, invented: InventedOnboarding) -> Plan:
        """One plan with its people, its promise and everything that happened to it."""
        company = invented.account.company
        account = self.accounts[self.account_ids[company.external_id]]
        lead, product = account.owner or self.by, self.products[company.products[0]]
        people = self._people(invented)
        plan = start_plan(
            account,
            edition=self.edition,
            product=product,
            lead=lead,
            name=self.words.plan.format(product=product.name),
            started_at=invented.agreed_at,
            by=lead,
            now=invented.prepared_at,
            why_needed=self.words.given["expected-benefit"],
        )
        for person in people:
            put_in_plan(plan, person, part=self.words.part, purpose=self.words.purpose, by=lead)
        if invented.agreed_at is None:
            self._tell_of_trial(plan, invented, people=people, lead=lead)
        elif invented.journey is not Journey.ONBOARDED:
            self._promise(plan, lead=lead, now=invented.agreed_at + timedelta(minutes=1))
        deeds = self._deeds(invented, account=account, people=people, lead=lead)
        tell_past(plan, deeds, by=lead, now=self.now)
        return plan

    def _people(self, invented: InventedOnboarding) -> list[Person]:
        """The first people who are still there."""
        ids = [self.person_ids[p.external_id] for p in invented.account.people if not p.left_on]
        return [self.people[each] for each in ids[:PEOPLE_IN_PLAN]]

    def _promise(self, plan: Plan, *, lead: Member, now: datetime) -> None:
        what, days = self.words.promise, WORK_DAYS_PROMISED
        promise_date(plan, what=what, work_days=days, by=lead, now=now)

    def _tell_of_trial(
        self, plan: Plan, invented: InventedOnboarding, *, people: list[Person], lead: Member
    ) -> None:
        """What they tried before the sale, and what somebody said of it."""
        began = invented.prepared_at.date()
        tool = put_tool(
            plan,
            None,
            kind=ToolKind.TRIAL,
            name=self.words.tool.format(product=plan.product.name if plan.product else ""),
            started_on=began,
            ended_on=None,
            result=ToolResult.CONVINCED,
            result_words=self.words.tool_result,
            reward="",
            by=lead,
        )
        for person in people[:1]:
            note_feedback(tool, words=self.words.feedback, said_on=began, person=person, by=lead)

    def _deeds(
        self,
        invented: InventedOnboarding,
        *,
        account: Account,
        people: list[Person],
        lead: Member,
    ) -> Iterator[PastDeed]:
        someone = people[0] if people else None
        for deed in invented.deeds:
            if deed.at > self.now:
                return
            named = self.people[self.person_ids[deed.person]] if deed.person else someone
            person = named if deed.theirs else None
            yield PastDeed(
                kind=EntryKind(deed.kind),
                at=deed.at,
                item=deed.item,
                member=None if person or deed.kind == EntryKind.REACHED else lead,
                person=person,
                given=self._given(deed),
                file=self._file(deed, account=account, by=lead),
                because=self._because(deed),
                to=Party.THIRD_PARTY if deed.kind == EntryKind.HANDED_OVER else None,
                score=deed.score,
                answer=ExitAnswer.YES if deed.kind == EntryKind.EXIT_ANSWERED else None,
                measured_by=deed.item if deed.kind == EntryKind.REACHED else "",
            )

    def _given(self, deed: InventedDeed) -> Submission | None:
        if deed.kind == EntryKind.EXIT_ANSWERED:
            return Submission(words=self.words.said[deed.word])
        if deed.kind != EntryKind.SUBMITTED:
            return None
        given = self.words.given[deed.word]
        return Submission(choice=given) if deed.item == "sign-in" else Submission(value=given)

    def _because(self, deed: InventedDeed) -> str:
        if deed.kind in {EntryKind.SUBMITTED, EntryKind.EXIT_ANSWERED}:
            return ""
        return self.words.said.get(deed.word, "")

    def _file(self, deed: InventedDeed, *, account: Account, by: Member) -> AccountFile | None:
        """The list of customers is the one thing that is given as a file."""
        if (deed.kind, deed.item) != (EntryKind.SUBMITTED, "customer-list"):
            return None
        content = io.BytesIO(CUSTOMER_LIST)
        return add_file(account, name="clientes.csv", content=content, by=by, now=deed.at)


def store_sample_onboarding(
    workspace: Workspace,
    *,
    world: World,
    account_ids: Mapping[str, UUID],
    person_ids: Mapping[str, UUID],
    by: Member,
    now: datetime,
) -> Mapping[str, Plan]:
    """A ready template, and a plan for one in eight customers; the plans by the account's id."""
    invented = onboardings_invented(world)
    published_at = now - timedelta(days=PUBLISHED_DAYS_AGO)
    template = take_template_preset(
        workspace, PRESET, language=workspace.language, by=by, now=published_at
    )
    if template.current is None:
        raise TypeError("the owner of the sample publishes")
    ids = [account_ids[told.account.company.external_id] for told in invented]
    present = [
        person_ids[person.external_id]
        for told in invented
        for person in told.account.people
        if not person.left_on
    ]
    teller = SampleOnboarding(
        workspace=workspace,
        edition=template.current,
        products={each.key: product_with_slug(workspace, each.key) for each in world.products},
        accounts=accounts_with_ids(workspace, ids),
        people=people_with_ids(workspace, present),
        account_ids=account_ids,
        person_ids=person_ids,
        words=WORDS[workspace.language],
        by=by,
        now=now,
    )
    oldest_first = sorted(invented, key=lambda told: told.prepared_at)
    return {told.account.company.external_id: teller.tell(told) for told in oldest_first}
