"""Noting what was won, won back and lost."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, TypedDict, Unpack

from django.db import transaction
from django.utils.translation import gettext as _

from vereda.foundation.facts import announce
from vereda.foundation.scoping import found
from vereda.revenue.contracts import WinChangedMeanwhile, WinKind, WinNoted, WinReason
from vereda.revenue.models import Win
from vereda.workspaces.actions.audit import record
from vereda.workspaces.actions.numbers import reserve_numbers

if TYPE_CHECKING:
    from vereda.customers.models.accounts import Account
    from vereda.workspaces.models import Member


class WinSaid(TypedDict, total=False):
    """What is told of a win; a key left out stays as it is."""

    kind: WinKind
    happened_on: date
    reason: WinReason
    story: str
    competitor: str
    public: bool


@transaction.atomic
def note_win(
    account: Account,
    *,
    kind: WinKind,
    happened_on: date,
    by: Member | None,
    reason: WinReason = WinReason.UNKNOWN,
    story: str = "",
    competitor: str = "",
    public: bool = False,
) -> Win:
    """A win, win-back or loss of the account, with what decided it."""
    row: Win = Win.objects.of(account.workspace_id).create(
        number=reserve_numbers(account.workspace_id, "W")[0],
        account=account,
        kind=kind,
        happened_on=happened_on,
        reason=reason,
        story=story,
        competitor=competitor,
        public=public,
        by=by,
    )
    record(by, "noted", row, account=account.key, kind=kind, reason=reason, public=public)
    _announce_win(row)
    return row


@transaction.atomic
def correct_win(
    win: Win, *, by: Member | None, version: int | None = None, **said: Unpack[WinSaid]
) -> Win:
    """The win with what was said; refused when somebody changed it since that version."""
    row = _locked_win(win, version=version)
    changed = [name for name, value in said.items() if getattr(row, name) != value]
    if not changed:
        return row
    for name in changed:
        setattr(row, name, said[name])  # type: ignore[literal-required]
    row.version += 1
    row.save()
    record(by, "corrected", row, changed=changed)
    _announce_win(row)
    return row


@transaction.atomic
def remove_win(win: Win, *, by: Member) -> None:
    """The win was never noted."""
    row = _locked_win(win, version=None)
    record(by, "removed", row)
    _announce_win(row)
    row.delete()


def _locked_win(win: Win, *, version: int | None) -> Win:
    rows = Win.objects.of(win.workspace_id).select_for_update()
    row = found(rows.filter(pk=win.pk))
    if version is not None and version != row.version:
        raise WinChangedMeanwhile(
            _("Somebody changed %s while you had it open. Nothing of yours was stored.") % row.key
        )
    return row


def _announce_win(row: Win) -> None:
    announce(WinNoted(workspace_id=row.workspace_id, account_id=row.account_id, win_id=row.pk))
