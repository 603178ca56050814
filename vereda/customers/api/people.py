"""People for programs."""

from typing import Any

from django.http import HttpResponse
from ninja import Query, Router, Status
from ninja.errors import HttpError

from vereda.customers.actions.people import (
    add_person,
    archive_person,
    edit_person,
    restore_person,
)
from vereda.customers.actions.person_upserts import upsert_people
from vereda.customers.api.accounts import SOURCE
from vereda.customers.api.said import (
    ListAsked,
    PersonChange,
    PersonNew,
    PersonRows,
    PersonSaid,
    local_day,
)
from vereda.customers.api.shown import PersonOut, people_out, person_out, rows_out
from vereda.customers.contracts import Outcome
from vereda.customers.queries.accounts import account_with_key
from vereda.customers.queries.lists import list_order, people_matching, person_question
from vereda.customers.queries.people import people_with_ids, person_with_id, person_with_key
from vereda.foundation.api import (
    BearerRequest,
    PageOf,
    endpoint,
    stale_is_412,
    version_expected,
)
from vereda.foundation.api_rows import RowsOut
from vereda.foundation.clock import now
from vereda.foundation.paging import slice_of
from vereda.workspaces.actions.turns import hold_upserts

router = Router(tags=["people"])


@router.get("/people", response=PageOf[PersonOut])
@endpoint(may="customers.see")
def list_people(request: BearerRequest, asked: Query[ListAsked]) -> dict[str, Any]:
    """The people in the lists, filtered and sorted as in the console, page by page."""
    workspace = request.member.workspace
    question = person_question(workspace, today=local_day(workspace))
    part = slice_of(
        people_matching(question, asked.conditions),
        workspace=workspace,
        order=list_order(question, asked.ordering),
        cursor=asked.cursor,
        size=asked.limit,
    )
    items = people_out(workspace, [row.pk for row in part.rows])
    return {"items": items, "next": part.next or None}


@router.post("/people", response={201: PersonOut})
@endpoint(may="customers.edit_person")
def create_person(request: BearerRequest, body: PersonNew) -> Status[PersonOut]:
    """A new person. With an external id that is taken: 409."""
    workspace = request.member.workspace
    person = add_person(
        workspace,
        by=request.member,
        now=now(),
        account=account_with_key(workspace, body.account) if body.account else None,
        role=body.role,
        external_id=body.external_id,
        source=SOURCE,
        **body.plain(),
    )
    return Status(201, person_out(person))


@router.post("/people/bulk", response=RowsOut)
@endpoint(may="customers.import_people")
def upsert_many_people(request: BearerRequest, body: PersonRows) -> RowsOut:
    """Add or change up to 500 people; a row that cannot be stored is a result of its own."""
    workspace = request.member.workspace
    hold_upserts(workspace)
    result = upsert_people(
        workspace,
        [row.row(row.external_id) for row in body.rows],
        identity=body.identity,
        source=SOURCE,
        by=request.member,
        now=now(),
    )
    stored = people_with_ids(workspace, {pk for pk in result.ids if pk})
    return rows_out(result.rows, keys={pk: row.key for pk, row in stored.items()})


@router.put("/people/by-external-id/{path:external_id}", response={200: PersonOut, 201: PersonOut})
@endpoint(may="customers.import_people")
def upsert_person(request: BearerRequest, external_id: str, body: PersonSaid) -> Status[PersonOut]:
    """Add the person that another system calls so (201), or change them (200)."""
    workspace = request.member.workspace
    hold_upserts(workspace)
    result = upsert_people(
        workspace, [body.row(external_id)], source=SOURCE, by=request.member, now=now()
    ).rows[0]
    if result.id is None:
        raise HttpError(422, f"{result.column}: {result.reason}")
    status = 201 if result.outcome is Outcome.CREATED else 200
    return Status(status, person_out(person_with_id(workspace, result.id)))


@router.get("/people/{key}", response=PersonOut)
@endpoint(may="customers.see")
def show_person(request: BearerRequest, response: HttpResponse, key: str) -> PersonOut:
    """One person; the ETag is their version. The key of a merged one leads to the survivor."""
    shown = person_out(person_with_key(request.member.workspace, key))
    response.headers["ETag"] = f'"{shown.version}"'
    return shown


@router.patch("/people/{key}", response=PersonOut)
@endpoint(may="customers.edit_person")
def change_person(request: BearerRequest, key: str, body: PersonChange) -> PersonOut:
    """The person with other words. If-Match or `version` refuse what somebody changed since."""
    person = person_with_key(request.member.workspace, key)
    with stale_is_412(request):
        edit_person(
            person,
            by=request.member,
            version=version_expected(request, said=body.version),
            **body.plain(),
        )
    return person_out(person)


@router.post("/people/{key}/archive", response=PersonOut)
@endpoint(may="customers.edit_person")
def archive_one_person(request: BearerRequest, key: str) -> PersonOut:
    """Take somebody out of the lists; their history stays."""
    person = person_with_key(request.member.workspace, key)
    archive_person(person, by=request.member, now=now())
    return person_out(person)


@router.post("/people/{key}/restore", response=PersonOut)
@endpoint(may="customers.edit_person")
def restore_one_person(request: BearerRequest, key: str) -> PersonOut:
    """Put somebody back in the lists."""
    person = person_with_key(request.member.workspace, key)
    restore_person(person, by=request.member)
    return person_out(person)
