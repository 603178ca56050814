"""Makers for tests: `an_account(acme, name="Cantera Logística")`."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from vereda.customers.actions.accounts import add_account
from vereda.customers.actions.fields import define_field
from vereda.customers.actions.notes import write_note
from vereda.customers.actions.people import add_person
from vereda.customers.contracts import FieldTarget, FieldType
from vereda.customers.models.accounts import Account
from vereda.customers.models.fields import CustomField
from vereda.customers.models.notes import Note
from vereda.customers.models.people import Person
from vereda.foundation.testing import MORNING

if TYPE_CHECKING:
    from vereda.workspaces.models import Member, Workspace


class Company(Protocol):
    """A workspace of the cast and the member who makes things in it."""

    @property
    def workspace(self) -> Workspace:
        """The workspace."""

    @property
    def owner(self) -> Member:
        """Its owner."""


def an_account(
    company: Company, *, name: str = "Cantera Logística", now: datetime = MORNING, **values: Any
) -> Account:
    """An account of the company, added in the morning by its owner."""
    return add_account(company.workspace, name=name, by=company.owner, now=now, **values)


def a_person(
    company: Company,
    *,
    name: str = "Lucía Martos",
    account: Account | None = None,
    now: datetime = MORNING,
    **values: Any,
) -> Person:
    """A person, in the account if one is given."""
    return add_person(
        company.workspace, name=name, account=account, by=company.owner, now=now, **values
    )


def a_note(account: Account, *, body: str = "They open a second warehouse.", **values: Any) -> Note:
    """A note on the account, written in the morning."""
    return write_note(account, body=body, **{"by": None, "now": MORNING, **values})


def a_field(
    company: Company,
    *,
    label: str = "Region",
    type: FieldType = FieldType.TEXT,
    target: FieldTarget = FieldTarget.ACCOUNT,
    **values: Any,
) -> CustomField:
    """A custom field for accounts, or people when asked."""
    return define_field(
        company.workspace, target=target, label=label, type=type, by=company.owner, **values
    )
