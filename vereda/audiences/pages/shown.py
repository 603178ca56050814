"""How the pages of audiences answer: accounts and people by name, and where to go afterwards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse

from vereda.audiences.contracts import Group
from vereda.audiences.queries.reasons import RowWords, join_words
from vereda.customers.queries.accounts import account_with_key
from vereda.customers.queries.people import person_with_key
from vereda.foundation.criteria import About
from vereda.foundation.pages import answer_after, notice

if TYPE_CHECKING:
    from vereda.audiences.models import Audience
    from vereda.customers.models.accounts import Account
    from vereda.customers.models.people import Person
    from vereda.foundation.access import MemberRequest
    from vereda.workspaces.models import Workspace


@dataclass(frozen=True, slots=True)
class Thing:
    """An account or a person as a page shows it."""

    id: UUID
    key: str
    name: str
    url: str


@dataclass(frozen=True, slots=True)
class ToldGroup:
    """A group of a question as a page tells it: its heading, and rows or groups below it."""

    heading: str
    rules: Sequence[str | ToldGroup]

    @property
    def is_group(self) -> bool:
        """Told with a heading and a list of its own."""
        return True


def thing_shown(workspace: Workspace, row: Account | Person | None) -> Thing | None:
    """The account or person with the address of its page."""
    if row is None:
        return None
    if row.key.startswith("A-"):
        place = {"workspace": workspace.slug, "account": row.key}
        return Thing(row.pk, row.key, row.name, reverse("console:account", kwargs=place))
    name: str = getattr(row, "called", row.key)
    place = {"workspace": workspace.slug, "key": row.key}
    return Thing(row.pk, row.key, name, reverse("customers:person", kwargs=place))


def thing_with_key(workspace: Workspace, key: str, *, about: About) -> Account | Person:
    """The account or person that was meant, or `Missing`."""
    text = key.strip().upper()
    if about is About.ACCOUNTS:
        return account_with_key(workspace, text)
    return person_with_key(workspace, text)


def question_told(group: Group, words: RowWords) -> ToldGroup:
    """The question in plain words."""
    return ToldGroup(
        join_words(group),
        [
            question_told(each, words) if isinstance(each, Group) else words.of(each)
            for each in group.rules
        ],
    )


def audience_address(request: MemberRequest, audience: Audience) -> str:
    """The audience's own page."""
    return address_of(request, "audience", key=audience.key)


def address_of(request: MemberRequest, route: str, **parts: Any) -> str:
    """The address of one of our pages in this workspace."""
    slug = request.member.workspace.slug
    return reverse(f"audiences:{route}", kwargs={"workspace": slug, **parts})


def after(request: MemberRequest, *, said: str, to: str) -> HttpResponse:
    """After a change: say so, and go on."""
    notice(request, said)
    return answer_after(request, to=to)


def told_with(
    workspace: Workspace, rows: Sequence[Account | Person], reasons: Mapping[UUID, Sequence[str]]
) -> list[tuple[Thing | None, Sequence[str]]]:
    """Accounts or people, each with why."""
    return [(thing_shown(workspace, row), reasons.get(row.pk, ())) for row in rows]
