"""Which promise a ticket comes under."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from vereda.support.contracts import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedOf:
    """What a policy asks about an account: its plan, and the slugs of its tags."""

    plan: str = ""
    tags: frozenset[str] = frozenset()


class Promising(Protocol):
    """A policy, as a row or as a value."""

    plans: list[str]
    tags: list[str]

    def target_minutes(self, priority: str, clock: Clock) -> int | None: ...


Policy = TypeVar("Policy", bound=Promising)


def policy_for(
    policies: Sequence[Policy], *, priority: str, clock: Clock, account: AskedOf
) -> Policy | None:
    """The first policy that is for the account and promises something for the priority."""
    return next(
        (
            policy
            for policy in policies
            if is_for(policy, account) and policy.target_minutes(priority, clock) is not None
        ),
        None,
    )


def is_for(policy: Promising, account: AskedOf) -> bool:
    """Is the account on one of the policy's plans, if it names any, and so with tags?"""
    plans = {plan.casefold() for plan in policy.plans}
    on_plan = not plans or account.plan.casefold() in plans
    return on_plan and (not policy.tags or not account.tags.isdisjoint(policy.tags))


def ask_about_accounts(policies: Iterable[Promising]) -> bool:
    """Does any policy depend on the account?"""
    return any(policy.plans or policy.tags for policy in policies)
