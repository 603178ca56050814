"""The invented promises as benefits, measured and judged, and what customers may expect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db import transaction

from vereda.customers.queries.accounts import accounts_with_ids
from vereda.customers.queries.people import people_with_ids
from vereda.onboarding.actions.plans import link_benefit
from vereda.outcomes.actions.expectations import (
    meet_expectation,
    miss_expectation,
    set_expectation,
)
from vereda.outcomes.actions.measuring import measure_outcome
from vereda.outcomes.actions.noticing import refresh_outcomes, refreshed_at_the_end
from vereda.outcomes.actions.promising import promise_outcome
from vereda.outcomes.actions.verdicts import confirm_outcome, deny_outcome, verify_outcome
from vereda.outcomes.contracts import (
    Direction,
    ExpectationStep,
    Origin,
    OutcomeSaid,
    Per,
    Unit,
    WhyNot,
)
from vereda.product.queries import product_with_slug
from vereda.sample.contracts import World
from vereda.sample.rules.benefits import (
    SAID_AFTER,
    Fate,
    FirstPromise,
    InventedBenefit,
    benefits_invented,
)
from vereda.sample.rules.onboardings import InventedOnboarding, Journey, onboardings_invented
from vereda.sample.rules.promises import WORDS, OnboardingWords

if TYPE_CHECKING:
    from vereda.customers.models.accounts import Account
    from vereda.customers.models.people import Person
    from vereda.onboarding.models.plans import Plan
    from vereda.outcomes.models.outcomes import Outcome
    from vereda.product.models import Product
    from vereda.workspaces.models import Member, Workspace

EXPECTATION_OF: Final = 2
"""Of so many benefits, one comes with something that the customer was told to expect."""
FATE_OF_JOURNEY: Final = {Journey.ONBOARDED: Fate.VERIFIED, Journey.SOLD: Fate.ON_THE_WAY}


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleBenefits:
    """What every promise of the sample needs."""

    workspace: Workspace
    products: Mapping[str, Product]
    accounts: Mapping[UUID, Account]
    people: Mapping[UUID, Person]
    plans: Mapping[str, Plan]
    account_ids: Mapping[str, UUID]
    person_ids: Mapping[str, UUID]
    words: OnboardingWords
    by: Member

    @transaction.atomic
    def tell(self, told: InventedBenefit, *, number: int) -> Outcome:
        """One promise, what was measured, and who said what came of it."""
        key = told.account.company.external_id
        account = self.accounts[self.account_ids[key]]
        owner, person = account.owner or self.by, self._person(told)
        outcome = self._promise(told, account=account, owner=owner, person=person)
        plan = self.plans.get(key)
        if plan is not None:
            link_benefit(plan, outcome, by=owner)
        with refreshed_at_the_end():
            for on, value in told.measured:
                self._measure(outcome, value, on=on, by=owner)
            self._judge(outcome, told, owner=owner, person=person)
        if number % EXPECTATION_OF == 0:
            self._expect(outcome, told, account=account, owner=owner)
        return outcome

    def _person(self, told: InventedBenefit) -> Person | None:
        ids = [self.person_ids[p.external_id] for p in told.account.people if not p.left_on]
        return self.people[ids[0]] if ids else None

    def _promise(
        self, told: InventedBenefit, *, account: Account, owner: Member, person: Person | None
    ) -> Outcome:
        kind, words = told.kind, self.words.benefits[told.kind.word]
        unit = Unit(kind.unit)
        said = OutcomeSaid(
            benefit=words.benefit,
            why=words.why,
            target=Decimal(kind.target),
            due_on=told.due_on,
            unit=unit,
            currency=self.workspace.currency if unit is Unit.MONEY else "",
            per=Per(kind.per),
            direction=Direction(kind.direction),
            baseline=Decimal(kind.baseline),
            out_of_box=Decimal(kind.out_of_box),
            origin=Origin.ONBOARDING if self._planned(told) else Origin.SALE,
            product_id=self.products[kind.product].pk,
            owner_id=owner.pk,
            said_by_id=person.pk if person else None,
        )
        return promise_outcome(account, said=said, by=owner, now=_noon(told.promised_on))

    def _planned(self, told: InventedBenefit) -> bool:
        return told.account.company.external_id in self.plans

    def _measure(self, outcome: Outcome, value: Decimal, *, on: date, by: Member) -> None:
        words = self.words.measured
        measure_outcome(outcome, value=value, on=on, by=by, words=words, now=_noon(on))

    def _judge(
        self, outcome: Outcome, told: InventedBenefit, *, owner: Member, person: Person | None
    ) -> None:
        """Half of what came true the customer says themselves; the rest is our word."""
        now = _noon(told.due_on + timedelta(days=SAID_AFTER))
        if told.fate is Fate.NOT_VERIFIED:
            reason = WhyNot(told.reason)
            words = self.words.denied[told.reason]
            deny_outcome(outcome, reason=reason, by=owner, words=words, now=now)
        elif told.fate is Fate.VERIFIED and told.confirmed and person is not None:
            confirm_outcome(outcome, person=person, words=self.words.confirmed, now=now)
        elif told.fate is Fate.VERIFIED:
            verify_outcome(outcome, by=owner, words=self.words.verified, now=now)

    def _expect(
        self, outcome: Outcome, told: InventedBenefit, *, account: Account, owner: Member
    ) -> None:
        """What they may expect on the way; met where it came true, missed where it did not."""
        expectation = set_expectation(
            account,
            step=ExpectationStep.KICK_OFF if self._planned(told) else ExpectationStep.SALE,
            words=self.words.benefits[told.kind.word].expect,
            by=owner,
            now=_noon(told.promised_on),
            by_on=told.promised_on + timedelta(days=60),
            outcome=outcome,
        )
        settled_at = _noon(told.promised_on + timedelta(days=58))
        if told.fate is Fate.VERIFIED:
            meet_expectation(expectation, by=owner, now=settled_at)
        elif told.fate is Fate.NOT_VERIFIED:
            miss_expectation(expectation, by=owner, words=self.words.missed, now=settled_at)


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)


def store_sample_benefits(
    workspace: Workspace,
    *,
    world: World,
    plans: Mapping[str, Plan],
    account_ids: Mapping[str, UUID],
    person_ids: Mapping[str, UUID],
    by: Member,
    now: datetime,
) -> int:
    """Promises to one in three customers, those who are being onboarded first; how many."""
    first = tuple(_first_promise(told) for told in onboardings_invented(world))
    invented = benefits_invented(world, first=first)
    present = [
        person_ids[person.external_id]
        for told in invented
        for person in told.account.people
        if not person.left_on
    ]
    ids = [account_ids[told.account.company.external_id] for told in invented]
    teller = SampleBenefits(
        workspace=workspace,
        products={each.key: product_with_slug(workspace, each.key) for each in world.products},
        accounts=accounts_with_ids(workspace, ids),
        people=people_with_ids(workspace, present),
        plans=plans,
        account_ids=account_ids,
        person_ids=person_ids,
        words=WORDS[workspace.language],
        by=by,
    )
    for number, told in enumerate(invented):
        teller.tell(told, number=number)
    refresh_outcomes(workspace, now=now)
    return len(invented)


def _first_promise(told: InventedOnboarding) -> FirstPromise:
    """What somebody who is being onboarded was promised: the day on which the plan began."""
    fate = FATE_OF_JOURNEY.get(told.journey, Fate.PROMISED)
    return FirstPromise(told.account, fate, told.prepared_at.date())
