"""Where a member arrives: what is still to set up, what is near, what changed lately."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from vereda.console.listing import today_in
from vereda.console.setup import setup_steps
from vereda.console.story import spoken_kinds, story_of
from vereda.customers.queries.accounts import accounts_with_ids, listed_accounts
from vereda.events.queries.definitions import count_open_drifts
from vereda.foundation.access import READING, MemberRequest, page
from vereda.foundation.clock import now
from vereda.foundation.pages import answer
from vereda.foundation.shell import url_of

if TYPE_CHECKING:
    from vereda.customers.models.accounts import AccountRows

SHOWN = 8
WATCHED = 200
NEAR = timedelta(days=60)
QUIET = timedelta(days=28)


@page(may="workspaces.see", methods=READING)
def home(request: MemberRequest) -> HttpResponse:
    """The member's own accounts when they have some, everybody's otherwise."""
    member, workspace = request.member, request.member.workspace
    today = today_in(workspace)
    rows = listed_accounts(workspace).select_related("owner__user")
    mine = rows.filter(owner=member)
    own = mine.exists()
    watched = mine if own else rows
    steps = setup_steps(member)
    context = {
        "today": today,
        "steps": steps,
        "steps_done": sum(step.done for step in steps),
        "set_up": all(step.done for step in steps),
        "own": own,
        "any": any_account(rows),
        "renewing": renewing(watched, today=today),
        "quiet": gone_quiet(watched, today=today),
        "story": lately(request, watched),
        "drifts": count_open_drifts(workspace) if member.may("events.see") else 0,
        "sample_url": url_of("sample:sample", member) if member.may("sample.load") else "",
        "sample_loaded": workspace.sample_loaded_at is not None,
        "import_url": url_of("imports:upload", member) if member.may("imports.run") else "",
        "accounts_url": reverse("console:accounts", kwargs={"workspace": workspace.slug}),
        "title": greeting(member.name),
    }
    return answer(request, "console/home.html", context)


def greeting(name: str) -> str:
    """A word to begin with."""
    first = name.partition("@")[0].split()
    return _("Hello, %s") % first[0] if first else _("Hello")


def any_account(rows: AccountRows) -> bool:
    """Is there any account at all?"""
    return rows.exists()


def renewing(rows: AccountRows, *, today: Any) -> list[Any]:
    """The accounts that renew in 60 days or are late, the next first, with the days left."""
    near = rows.filter(renewal_on__gte=today - QUIET, renewal_on__lte=today + NEAR)
    chosen = near.order_by("renewal_on", "pk")[:SHOWN]
    return [
        (account, (account.renewal_on - today).days) for account in chosen if account.renewal_on
    ]


def gone_quiet(rows: AccountRows, *, today: Any) -> list[Any]:
    """Accounts that pay and that nobody has used for four weeks, the longest since first."""
    silent = rows.filter(arr_minor__gt=0, last_active_on__lt=today - QUIET)
    return list(silent.order_by("-last_active_on", "pk")[:SHOWN])


def lately(request: MemberRequest, rows: AccountRows) -> dict[str, Any]:
    """What people did and said about the accounts one watches; at most 200 are watched."""
    workspace = request.member.workspace
    watched = list(rows.order_by("-last_active_on", "pk")[:WATCHED].values_list("pk", flat=True))
    story = story_of(workspace, watched, until=now(), kinds=spoken_kinds(), limit=SHOWN)
    named = {entry.account_id for entry in story.entries if entry.account_id}
    return {"days": story.days, "accounts": accounts_with_ids(workspace, named)}
