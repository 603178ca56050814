"""Notes and interactions of an account, its tags, and how its people are related."""

from typing import Annotated, Any
from uuid import UUID

from ninja import Query, Router, Schema, Status
from pydantic import Field

from vereda.customers.actions.account_tags import set_account_tags
from vereda.customers.actions.notes import remove_note, write_note
from vereda.customers.api.said import TagName
from vereda.customers.api.shown import (
    AccountOut,
    NoteOut,
    RelationshipOut,
    account_out,
    note_out,
    relationship_out,
)
from vereda.customers.contracts import InteractionKind, Visibility
from vereda.customers.queries.accounts import account_with_key, tags_in
from vereda.customers.queries.notes import note_with_id, notes_of
from vereda.customers.queries.people import person_with_key
from vereda.customers.queries.relationships import relationships_of
from vereda.foundation.api import BearerRequest, PageAsked, PageOf, endpoint
from vereda.foundation.api_fields import Body, Instant, Named, Text
from vereda.foundation.clock import now
from vereda.foundation.paging import Order, slice_of

router = Router(tags=["notes, tags, relationships"])
NEWEST = Order.on("newest", "happened_at", descending=True)


class NoteNew(Body):
    """What was written, said or done with an account; it happened now unless said."""

    kind: Annotated[InteractionKind, Field(strict=False)] = InteractionKind.NOTE
    subject: Text = Field("", max_length=200)
    body: Text = Field("", max_length=20_000, description="Markdown")
    happened_at: Instant | None = None
    participants: list[Named] = Field([], max_length=50, description="Keys of people, as PE-7")
    visibility: Annotated[Visibility, Field(strict=False)] = Visibility.INTERNAL


class TagsSaid(Body):
    """The tags an account should carry, and no others."""

    names: list[TagName] = Field(max_length=50)


class TagOut(Schema):
    """A tag of the workspace."""

    name: str


@router.get("/accounts/{key}/notes", response=PageOf[NoteOut])
@endpoint(may="customers.see")
def list_notes(request: BearerRequest, key: str, asked: Query[PageAsked]) -> dict[str, Any]:
    """Notes and interactions of the account, the newest first."""
    workspace = request.member.workspace
    part = slice_of(
        notes_of(account_with_key(workspace, key)),
        workspace=workspace,
        order=NEWEST,
        cursor=asked.cursor,
        size=asked.limit,
    )
    return {"items": [note_out(row) for row in part.rows], "next": part.next or None}


@router.post("/accounts/{key}/notes", response={201: NoteOut})
@endpoint(may="customers.write_note")
def create_note(request: BearerRequest, key: str, body: NoteNew) -> Status[NoteOut]:
    """A note, or a call, meeting or mail, on the account."""
    workspace = request.member.workspace
    account = account_with_key(workspace, key)
    note = write_note(
        account,
        by=request.member,
        now=now(),
        body=body.body,
        kind=body.kind,
        subject=body.subject,
        happened_at=body.happened_at,
        participants=[person_with_key(workspace, name) for name in body.participants],
        visibility=body.visibility,
    )
    return Status(201, note_out(note_with_id(account, note.pk)))


@router.get("/accounts/{key}/notes/{note_id}", response=NoteOut)
@endpoint(may="customers.see")
def show_note(request: BearerRequest, key: str, note_id: UUID) -> NoteOut:
    """One note of the account."""
    return note_out(note_with_id(account_with_key(request.member.workspace, key), note_id))


@router.api_operation(["DELETE"], "/accounts/{key}/notes/{note_id}", response={204: None})
@endpoint(may="customers.write_note")
def delete_note(request: BearerRequest, key: str, note_id: UUID) -> Status[None]:
    """Delete the note; the audit trail keeps that it was, not what it said."""
    account = account_with_key(request.member.workspace, key)
    remove_note(note_with_id(account, note_id), by=request.member)
    return Status(204, None)


@router.get("/tags", response=list[TagOut])
@endpoint(may="customers.see")
def list_tags(request: BearerRequest) -> list[TagOut]:
    """Every tag of the workspace, by name."""
    return [TagOut(name=tag.name) for tag in tags_in(request.member.workspace)]


@router.put("/accounts/{key}/tags", response=AccountOut)
@endpoint(may="customers.edit_account")
def set_tags(request: BearerRequest, key: str, body: TagsSaid) -> AccountOut:
    """Let the account carry exactly these tags, making those that are new."""
    account = account_with_key(request.member.workspace, key)
    set_account_tags(account, names=body.names, by=request.member)
    return account_out(account)


@router.get("/accounts/{key}/relationships", response=list[RelationshipOut])
@endpoint(may="customers.see")
def list_relationships(request: BearerRequest, key: str) -> list[RelationshipOut]:
    """What the people of the account are to each other and to the account."""
    account = account_with_key(request.member.workspace, key)
    return [relationship_out(row, account=account) for row in relationships_of(account)]
