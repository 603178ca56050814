"""What programs say about accounts and people, and how lists are asked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

from django.utils.translation import gettext as _
from pydantic import AfterValidator, Field

from vereda.customers.contracts import (
    UNSET,
    AccountIn,
    CommercialStatus,
    Condition,
    Identity,
    LifecycleStage,
    NotAMember,
    Operator,
    Ordering,
    PersonIn,
    UnknownField,
    Value,
)
from vereda.customers.queries.accounts import account_with_key
from vereda.customers.rules.names import domain_in, folded
from vereda.foundation.api import PageAsked
from vereda.foundation.api_fields import MOST_ROWS, Body, Count, Custom, Day, Named, Text
from vereda.foundation.clock import now
from vereda.foundation.zones import day_where
from vereda.workspaces.queries import members_of

if TYPE_CHECKING:
    from uuid import UUID

    from vereda.workspaces.models import Workspace

TAG_LENGTH = 50
JsonValue: TypeAlias = bool | str | int | float | None


def domain_said(text: str) -> str:
    """The text, unless no domain can be read in it."""
    if text and not domain_in(text):
        raise ValueError("not a domain such as example.com")
    return text


def tag_said(text: str) -> str:
    """The text, unless it is no tag."""
    if not 0 < len(folded(text)) <= TAG_LENGTH or len(text) > TAG_LENGTH or "," in text:
        raise ValueError("a tag has 1 to 50 characters and no comma")
    return text


Domain = Annotated[Text, Field(max_length=253), AfterValidator(domain_said)]
TagName = Annotated[Text, AfterValidator(tag_said)]
Stage = Annotated[LifecycleStage, Field(strict=False)]
Status = Annotated[CommercialStatus, Field(strict=False)]
Email = Annotated[Text, Field(max_length=254)]


class AccountFields(Body):
    """What can be said about an account. What is left out stays as it is."""

    name: Named = Field("", max_length=200)
    domain: Domain = ""
    website: Text = Field("", max_length=500)
    stage: Stage = LifecycleStage.ONBOARDING
    status: Status = CommercialStatus.ACTIVE
    industry: Text = Field("", max_length=100)
    country: Text = Field("", max_length=100)
    next_step: Text = Field("", max_length=300)
    created_on: Day | None = Field(None, description="Customer since")
    tags: list[TagName] = Field([], max_length=50)
    custom: Custom = Field({})

    def plain(self) -> dict[str, Any]:
        """The fields that were said and need nobody looked up, as actions take them."""
        said = {k: v for k, v in self.said().items() if k not in {*ELSEWHERE, "custom"}}
        return said | ({"custom": values_said(self.custom)} if self.says("custom") else {})


ELSEWHERE = frozenset(
    {"tags", "owner", "parent", "version", "external_id", "account", "role", "accounts"}
)


class AccountChange(AccountFields):
    """Other words for an account. `parent` is a key, `owner` a member's e-mail address."""

    parent: Text | None = Field(None, max_length=20)
    owner: Email | None = None
    version: Count | None = Field(
        None, description="The version you read: refused with 409 when it has changed since."
    )


class AccountNew(AccountFields):
    """A new account."""

    name: Named = Field(max_length=200)
    parent: Text | None = Field(None, max_length=20)
    owner: Email | None = None
    external_id: Text = Field("", max_length=200)


class AccountSaid(AccountFields):
    """An account as another system tells it. Tags are added; `parent` is an external id."""

    parent: Text | None = Field(None, max_length=200)
    owner: Email | None = None

    def row(self, external_id: str | None) -> AccountIn:
        """The row that the upsert takes."""
        said = self.plain()
        if self.says("tags"):
            said["tags"] = tuple(self.tags)
        return AccountIn(
            external_id=external_id,
            owner_email=self.owner if self.says("owner") else UNSET,
            parent_external_id=self.parent if self.says("parent") else UNSET,
            **said,
        )


class AccountRow(AccountSaid):
    """One account of many."""

    external_id: Named | None = Field(None, max_length=200)


class AccountRows(Body):
    """Up to 500 accounts, each known by its external id, else by `identity`."""

    identity: Annotated[Identity, Field(strict=False)] = Identity.EXTERNAL_ID
    rows: list[AccountRow] = Field(min_length=1, max_length=MOST_ROWS)


class PersonFields(Body):
    """What can be said about a person. What is left out stays as it is."""

    name: Text = Field("", max_length=200)
    email: Email = ""
    phone: Text = Field("", max_length=50)
    title: Text = Field("", max_length=150)
    language: Text = Field("", max_length=35)
    time_zone: Text = Field("", max_length=64)
    created_on: Day | None = Field(None, description="Known since")
    custom: Custom = Field({})

    def plain(self) -> dict[str, Any]:
        """The fields that were said and need nobody looked up, as actions take them."""
        said = {k: v for k, v in self.said().items() if k not in {*ELSEWHERE, "custom"}}
        return said | ({"custom": values_said(self.custom)} if self.says("custom") else {})


class PersonWords(PersonFields):
    """What can be said about a person by those who know them."""

    preferences: Text = Field("", max_length=2_000)
    motivations: Text = Field("", max_length=2_000)
    beliefs: Text = Field("", max_length=2_000)


class PersonChange(PersonWords):
    """Other words for a person."""

    version: Count | None = Field(
        None, description="The version you read: refused with 409 when it has changed since."
    )


class PersonNew(PersonWords):
    """A new person, in the account with the key `account` when it is given."""

    external_id: Text = Field("", max_length=200)
    account: Text | None = Field(None, max_length=20)
    role: Text = Field("", max_length=100)


class PersonSaid(PersonFields):
    """A person as another system tells them. `accounts` are external ids of accounts to be in."""

    accounts: list[Named] = Field([], max_length=50)
    role: Text = Field("", max_length=100)

    def row(self, external_id: str | None) -> PersonIn:
        """The row that the upsert takes."""
        return PersonIn(
            external_id=external_id,
            account_external_ids=tuple(self.accounts),
            role=self.role if self.says("role") else UNSET,
            **self.plain(),
        )


class PersonRow(PersonSaid):
    """One person of many."""

    external_id: Named | None = Field(None, max_length=200)


class PersonRows(Body):
    """Up to 500 people, each known by their external id, else by `identity`."""

    identity: Annotated[Identity, Field(strict=False)] = Identity.EXTERNAL_ID
    rows: list[PersonRow] = Field(min_length=1, max_length=MOST_ROWS)


class ListAsked(PageAsked):
    """A list as the portfolio asks it: `f=stage:is:adoption`, `sort=-arr`, `q=` in the name."""

    f: list[Text] = Field([], max_length=20, description="field:operator:value; may be repeated")
    sort: Text = Field("name", max_length=100, description="a field; with a minus downwards")
    q: Text = Field("", max_length=100, description="part of the name")

    @property
    def conditions(self) -> list[Condition]:
        """What has to hold for every row."""
        written = [_condition_in(text) for text in self.f]
        return [*written, *([Condition("name", Operator.CONTAINS, self.q)] if self.q else [])]

    @property
    def ordering(self) -> Ordering:
        """What the list is sorted by."""
        return Ordering(self.sort.removeprefix("-"), descending=self.sort.startswith("-"))


def _condition_in(text: str) -> Condition:
    field, first, rest = text.partition(":")
    operator, second, value = rest.partition(":")
    if not first or not second or operator not in set(Operator):
        raise UnknownField(_("“%s” is no filter; one is stage:is:adoption.") % text[:60])
    return Condition(field, Operator(operator), value)


def values_said(custom: Mapping[str, JsonValue]) -> dict[str, Value]:
    """Custom values as actions take them; JSON's numbers become exact ones."""
    return {slug: _exact(value) for slug, value in custom.items()}


def _exact(value: JsonValue) -> Value:
    if isinstance(value, bool | str) or value is None:
        return value
    return Decimal(str(value))


def related(workspace: Workspace, body: AccountChange | AccountNew) -> dict[str, Any]:
    """The ids of the parent and the owner that were said."""
    ids: dict[str, Any] = {}
    if body.says("parent"):
        parent = account_with_key(workspace, body.parent) if body.parent else None
        ids["parent_id"] = parent.pk if parent else None
    if body.says("owner"):
        ids["owner_id"] = _member_with_email(workspace, body.owner) if body.owner else None
    return ids


def _member_with_email(workspace: Workspace, email: str) -> UUID:
    member = members_of(workspace).filter(user__email=email.lower()).first()
    if member is None:
        raise NotAMember(_("“%s” is nobody who works in this workspace.") % email[:100])
    return member.pk


def local_day(workspace: Workspace) -> date:
    """The day it is in the workspace."""
    return day_where(now(), workspace.time_zone)
