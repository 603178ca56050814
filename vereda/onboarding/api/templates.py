"""Onboarding templates for programs: read them, and keep them as files in a repository."""

from datetime import datetime
from typing import Any

from ninja import Router, Schema, Status
from pydantic import ConfigDict, Field

from vereda.foundation.api import BearerRequest, endpoint
from vereda.foundation.api_fields import Body, Text
from vereda.foundation.clock import now
from vereda.onboarding.actions.templates import (
    draft_template_in_file,
    publish_edition,
    save_template_draft,
)
from vereda.onboarding.contracts.templates import (
    Breadth,
    EditionSpec,
    FileKind,
    ItemKind,
    MilestoneMeasure,
    Party,
    SetNumber,
)
from vereda.onboarding.models.templates import Template, TemplateEdition
from vereda.onboarding.queries.templates import shown_spec, template_with_key, templates_in
from vereda.onboarding.template_files import (
    LARGEST,
    template_as_file,
    template_in_file,
    told_template,
)

router = Router(tags=["onboarding"])


class TemplateIn(Body):
    """A template as a TOML file, as it is exported."""

    model_config = ConfigDict(extra="forbid", strict=True, str_max_length=LARGEST)

    file: str = Field(max_length=LARGEST)


class EditionNew(Body):
    """Why the checklist changes."""

    note: Text = Field("", max_length=500)


class AnswerOut(Schema):
    """One of the answers of a choice."""

    key: str
    titles: dict[str, str]


class ItemOut(Schema):
    """One line of the checklist. Texts are by language."""

    key: str
    set_number: SetNumber
    kind: ItemKind
    titles: dict[str, str]
    wanted: dict[str, str]
    example: dict[str, str]
    who: dict[str, str]
    party: Party
    lead_days: int
    minutes: int
    required: bool
    choices: list[AnswerOut]
    file_kinds: list[FileKind]
    after: list[str]
    smile: bool
    measure: MilestoneMeasure | None


class TemplateOut(Schema):
    """A template: what it is for, its edition in force, whether a draft differs from it."""

    key: str
    name: str
    description: str
    product: str | None
    edition: int | None
    published_at: datetime | None
    has_draft: bool


class WholeTemplateOut(TemplateOut):
    """A template and what it says now: its draft where there is one. `file`: the same in TOML."""

    breadth: Breadth
    items: list[ItemOut]
    file: str


class EditionOut(Schema):
    """An edition that was published."""

    template: str
    number: int
    published_at: datetime
    note: str


@router.get("/onboarding-templates", response=list[TemplateOut])
@endpoint(may="onboarding.see")
def list_onboarding_templates(request: BearerRequest) -> list[dict[str, Any]]:
    """Every template in use, by name."""
    return [row_told(row) for row in templates_in(request.member.workspace)]


@router.get("/onboarding-templates/{key}", response=WholeTemplateOut)
@endpoint(may="onboarding.see")
def read_onboarding_template(request: BearerRequest, key: str) -> dict[str, Any]:
    """One template, whole."""
    return whole_told(template_with_key(request.member.workspace, key))


@router.post("/onboarding-templates", response={201: WholeTemplateOut})
@endpoint(may="onboarding.edit_template")
def create_onboarding_template(request: BearerRequest, body: TemplateIn) -> Status[dict[str, Any]]:
    """A new template from a file, as a draft. 409 where its name is taken."""
    told = template_in_file(body.file)
    row = draft_template_in_file(request.member.workspace, told, by=request.member)
    return Status(201, whole_told(row))


@router.put("/onboarding-templates/{key}", response=WholeTemplateOut)
@endpoint(may="onboarding.edit_template")
def replace_onboarding_template(
    request: BearerRequest, key: str, body: TemplateIn
) -> dict[str, Any]:
    """The draft as a file says; its name and product stay."""
    row = template_with_key(request.member.workspace, key)
    save_template_draft(row, spec=template_in_file(body.file).spec, by=request.member)
    return whole_told(row)


@router.post("/onboarding-templates/{key}/publish", response={201: EditionOut})
@endpoint(may="onboarding.publish")
def publish_onboarding_template(
    request: BearerRequest, key: str, body: EditionNew
) -> Status[dict[str, Any]]:
    """The draft becomes the next edition. 409 where it says what is published already."""
    row = template_with_key(request.member.workspace, key)
    edition: TemplateEdition = publish_edition(row, note=body.note, by=request.member, now=now())
    told = {
        "template": row.key,
        "number": edition.number,
        "published_at": edition.published_at,
        "note": edition.note,
    }
    return Status(201, told)


def row_told(row: Template) -> dict[str, Any]:
    """A template as lists tell it."""
    return {
        "key": row.key,
        "name": row.name,
        "description": row.description,
        "product": row.product.slug if row.product else None,
        "edition": row.current.number if row.current else None,
        "published_at": row.current.published_at if row.current else None,
        "has_draft": row.draft is not None,
    }


def whole_told(row: Template) -> dict[str, Any]:
    """A template with its checklist."""
    spec: EditionSpec = shown_spec(row)
    return {
        **row_told(row),
        "breadth": spec.breadth,
        "items": spec.items,
        "file": template_as_file(told_template(row, spec)),
    }
