"""The queue of pairs that may be one, side by side; and the merges that can be taken back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _

from vereda.customers import wording
from vereda.customers.actions.duplicates import dismiss_duplicate
from vereda.customers.actions.merges import merge_accounts, merge_people, undo_merge
from vereda.customers.contracts import FieldTarget
from vereda.customers.jobs import look_for_duplicates_in
from vereda.customers.models.accounts import Account
from vereda.customers.models.duplicates import DuplicateSuggestion
from vereda.customers.models.people import Person
from vereda.customers.pages.shown import address_to, done_with
from vereda.customers.queries.accounts import external_ids_of_all
from vereda.customers.queries.duplicates import (
    duplicate_with_id,
    merge_with_id,
    open_duplicates,
    standing_merges,
)
from vereda.customers.queries.people import (
    memberships_of_people,
    person_keys_of_all,
)
from vereda.customers.rules.likeness import Reason
from vereda.foundation.access import READING, MemberRequest, page
from vereda.foundation.clock import now
from vereda.foundation.errors import Refused
from vereda.foundation.pages import answer
from vereda.foundation.paging import Order, slice_of
from vereda.foundation.templatetags.ui import Tab, day
from vereda.foundation.wording import country_words, language_words

VERB = ("POST",)
LIKELIEST = Order.on("score", "score", descending=True)
MOST_MERGES = 20


@dataclass(frozen=True, slots=True)
class Compared:
    """One line of the comparison: what both sides say, and whether they differ."""

    label: str
    first: object
    second: object

    @property
    def different(self) -> bool:
        """Whether a person has to look."""
        return self.first != self.second


@page(may="customers.see", methods=READING)
def duplicates(request: MemberRequest) -> HttpResponse:
    """Pairs that wait for a decision, and the last merges."""
    workspace = request.member.workspace
    target = FieldTarget.PERSON if request.GET.get("of") == "people" else FieldTarget.ACCOUNT
    waiting = open_duplicates(workspace, target=target)
    shown = slice_of(
        waiting, workspace=workspace, order=LIKELIEST, cursor=request.GET.get("cursor", "")
    )
    context = {
        "slice": shown,
        "pairs": [(pair, *sides_of(pair), reasons_of(pair)) for pair in shown.rows],
        "merges": standing_merges(workspace).filter(target=target)[:MOST_MERGES],
        "tabs": tabs_for(request, target),
        "target": target,
        "may_merge": request.member.may("customers.merge"),
    }
    return answer(request, "customers/duplicates.html", context)


def tabs_for(request: MemberRequest, target: FieldTarget) -> list[Tab]:
    """Accounts and people, each with what waits."""
    workspace, url = request.member.workspace, address_to(request, "duplicates")
    return [
        Tab(
            wording.FIELD_TARGETS[each],
            f"{url}?of={word}",
            current=each is target,
            count=open_duplicates(workspace, target=each).count(),
        )
        for each, word in ((FieldTarget.ACCOUNT, "accounts"), (FieldTarget.PERSON, "people"))
    ]


def sides_of(pair: DuplicateSuggestion) -> tuple[Any, Any]:
    """The two rows of a pair."""
    if pair.first_account is not None:
        return pair.first_account, pair.second_account
    return pair.first_person, pair.second_person


def reasons_of(pair: DuplicateSuggestion) -> str:
    """Why the two look like one, in words."""
    return ", ".join(str(wording.REASONS[Reason(reason)]) for reason in pair.reasons)


@page(may="customers.see", methods=READING)
def compare(request: MemberRequest, pair: UUID) -> HttpResponse:
    """One pair side by side; choose who stays."""
    row = duplicate_with_id(request.member.workspace, pair)
    first, second = sides_of(row)
    context = {
        "pair": row,
        "first": first,
        "second": second,
        "reasons": reasons_of(row),
        "lines": lines_for(row),
        "may_merge": request.member.may("customers.merge"),
        "open": row.dismissed_at is None and not (first.merged_into_id or second.merged_into_id),
    }
    return answer(request, "customers/compare.html", context)


def lines_for(pair: DuplicateSuggestion) -> list[Compared]:
    """What both sides say, line by line."""
    if pair.first_account is not None and pair.second_account is not None:
        return account_lines(pair.first_account, pair.second_account)
    if pair.first_person is not None and pair.second_person is not None:
        return person_lines(pair.first_person, pair.second_person)
    return []


def account_lines(first: Account, second: Account) -> list[Compared]:
    """Two accounts, line by line."""
    ids = external_ids_of_all(first.workspace_id, [first.pk, second.pk])
    rows: list[tuple[str, Any, Any]] = [
        (_("Key"), first.key, second.key),
        (_("Name"), first.name, second.name),
        (_("Domain"), first.domain, second.domain),
        (_("Owner"), first.owner and first.owner.name, second.owner and second.owner.name),
        (_("Stage"), first.get_stage_display(), second.get_stage_display()),
        (_("Status"), first.get_status_display(), second.get_status_display()),
        (_("Industry"), first.industry, second.industry),
        (_("Country"), country_words(first.country), country_words(second.country)),
        (_("Customer since"), day(first.created_on), day(second.created_on)),
        (_("Plan"), first.plan, second.plan),
        (_("External ids"), ", ".join(ids[first.pk]), ", ".join(ids[second.pk])),
    ]
    return [Compared(*row) for row in rows]


def person_lines(first: Person, second: Person) -> list[Compared]:
    """Two people, line by line."""
    ids = person_keys_of_all(first.workspace_id, [first.pk, second.pk])
    held = memberships_of_people(first.workspace_id, [first.pk, second.pk])
    inside = {
        pk: ", ".join(membership.account.name for membership in rows) for pk, rows in held.items()
    }
    rows: list[tuple[str, Any, Any]] = [
        (_("Key"), first.key, second.key),
        (_("Name"), first.name, second.name),
        (_("E-mail"), first.email, second.email),
        (_("Telephone"), first.phone, second.phone),
        (_("Job title"), first.title, second.title),
        (_("Language"), language_words(first.language), language_words(second.language)),
        (_("Accounts"), inside[first.pk], inside[second.pk]),
        (_("External ids"), ", ".join(ids[first.pk]), ", ".join(ids[second.pk])),
    ]
    return [Compared(*row) for row in rows]


@page(may="customers.merge", methods=VERB)
def merge(request: MemberRequest, pair: UUID) -> HttpResponse:
    """Make one of the pair; `survivor` is "first" or "second"."""
    row = duplicate_with_id(request.member.workspace, pair)
    sides = sides_of(row)
    if request.POST.get("survivor") not in {"first", "second"}:
        raise Refused(_("Say which of the two is kept."))
    kept, gone = sides if request.POST["survivor"] == "first" else reversed(sides)
    if isinstance(kept, Account):
        merge_accounts(kept, absorbed=gone, by=request.member, now=now())
    else:
        merge_people(kept, absorbed=gone, by=request.member, now=now())
    return done_with(
        request, said=_("They are one now. You can undo it below."), to=queue_of(request, row)
    )


@page(may="customers.merge", methods=VERB)
def dismiss(request: MemberRequest, pair: UUID) -> HttpResponse:
    """They are two."""
    row = duplicate_with_id(request.member.workspace, pair)
    dismiss_duplicate(row, by=request.member, now=now())
    return done_with(
        request, said=_("They stay two and are not suggested again."), to=queue_of(request, row)
    )


def queue_of(request: MemberRequest, pair: DuplicateSuggestion) -> str:
    """The queue that the pair stands in."""
    word = "people" if pair.target == FieldTarget.PERSON else "accounts"
    return f"{address_to(request, 'duplicates')}?of={word}"


@page(may="customers.merge", methods=VERB)
def look(request: MemberRequest) -> HttpResponse:
    """Compare everything now instead of tonight."""
    look_for_duplicates_in.enqueue(str(request.member.workspace.pk))
    said = _("The search has begun. Pairs it finds appear here.")
    return done_with(request, said=said, to=address_to(request, "duplicates"))


@page(may="customers.merge", methods=VERB)
def undo(request: MemberRequest, merge: UUID) -> HttpResponse:
    """Two again."""
    row = merge_with_id(request.member.workspace, merge)
    undo_merge(row, by=request.member, now=now())
    word = "people" if row.target == FieldTarget.PERSON else "accounts"
    to = f"{address_to(request, 'duplicates')}?of={word}"
    return done_with(request, said=_("They are two again."), to=to)
