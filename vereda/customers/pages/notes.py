"""Writing down what was said and done; the composer is a fragment of the account's page."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _

from vereda.customers import wording
from vereda.customers.actions.notes import edit_note, pin_note, remove_note, write_note
from vereda.customers.contracts import InteractionKind
from vereda.customers.forms import NoteForm
from vereda.customers.pages.shown import account_address, address_to, done_with, form_page
from vereda.customers.queries.accounts import account_with_key
from vereda.customers.queries.notes import note_with_id
from vereda.foundation.access import READING, MemberRequest, page
from vereda.foundation.clock import now
from vereda.foundation.pages import answer

VERB = ("POST",)


@page(may="customers.write_note")
def compose(request: MemberRequest, key: str) -> HttpResponse:
    """A note, call, meeting or mail on an account; `?kind=call` begins with that."""
    account = account_with_key(request.member.workspace, key)
    initial = NoteForm.empty(kind=request.GET.get("kind", ""), now=now())
    form = NoteForm(request.POST or None, account=account, initial=initial)

    def act() -> None:
        write_note(account, by=request.member, now=now(), **form.said())

    if form.accepts(act):
        return done_with(request, said=_("Written down."), to=account_address(request, account))
    context = {
        "form": form,
        "account": account,
        "back": account_address(request, account),
        "action": address_to(request, "compose", key=account.key),
    }
    return answer(request, "customers/compose.html#compose", context, status=form.answer_status)


@page(may="customers.see", methods=READING)
def note(request: MemberRequest, key: str, note: UUID) -> HttpResponse:
    """One note, as it can be linked to."""
    account = account_with_key(request.member.workspace, key)
    row = note_with_id(account, note)
    context = {
        "account": account,
        "account_url": account_address(request, account),
        "note": row,
        "kind": wording.INTERACTIONS[InteractionKind(row.kind)],
        "may_edit": request.member.may("customers.write_note"),
    }
    return answer(request, "customers/note.html", context)


@page(may="customers.write_note")
def edit(request: MemberRequest, key: str, note: UUID) -> HttpResponse:
    """Other words for a note."""
    account = account_with_key(request.member.workspace, key)
    row = note_with_id(account, note)
    form = NoteForm(
        request.POST or None,
        account=account,
        also=[one.person for one in row.participants.all()],
        initial=NoteForm.about(row),
    )
    to = address_to(request, "note", key=account.key, note=row.pk)

    def act() -> None:
        version = form.cleaned_data["version"]
        edit_note(row, by=request.member, now=now(), version=version, **form.said())

    if form.accepts(act):
        return done_with(request, said=_("Saved."), to=to)
    title = _("Edit note")
    return form_page(request, form, title=title, submit=_("Save"), back=to, trail=account.name)


@page(may="customers.write_note", methods=VERB)
def pin(request: MemberRequest, key: str, note: UUID) -> HttpResponse:
    """Keep a note at the top, or let it go."""
    account = account_with_key(request.member.workspace, key)
    row = note_with_id(account, note)
    pin_note(row, pinned=row.pinned_at is None, by=request.member, now=now())
    said = _("Pinned.") if row.pinned_at is None else _("No longer pinned.")
    return done_with(
        request, said=said, to=address_to(request, "note", key=account.key, note=row.pk)
    )


@page(may="customers.write_note", methods=VERB)
def remove(request: MemberRequest, key: str, note: UUID) -> HttpResponse:
    """Delete a note."""
    account = account_with_key(request.member.workspace, key)
    remove_note(note_with_id(account, note), by=request.member)
    return done_with(request, said=_("The note is gone."), to=account_address(request, account))
