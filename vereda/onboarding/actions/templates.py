"""Drafting, publishing and archiving templates."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import msgspec
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from vereda.foundation.errors import Missing
from vereda.onboarding.contracts.templates import (
    Breadth,
    EditionSpec,
    GateSpec,
    ItemKeyTaken,
    ItemSpec,
    NothingToPublish,
    TemplateDraftChanged,
    TemplateNameTaken,
    WrongTemplate,
)
from vereda.onboarding.models.templates import Template, TemplateEdition
from vereda.onboarding.queries.templates import edition_of, shown_spec
from vereda.onboarding.rules.editing import (
    tidied,
    tidied_item,
    with_breadth,
    with_gate,
    with_item,
    with_moved_item,
    without_item,
)
from vereda.onboarding.rules.templates import MALFORMED, problems_in_template
from vereda.onboarding.template_files import PRESETS, TemplateFile, preset_template
from vereda.onboarding.wording.templates import template_problem_words
from vereda.product.contracts import InnovationLevel, PriceClass
from vereda.workspaces.actions.audit import record
from vereda.workspaces.actions.numbers import reserve_numbers

if TYPE_CHECKING:
    from vereda.product.models import Product
    from vereda.workspaces.models import Member, Workspace

LONGEST_NAME = 120


@transaction.atomic
def draft_template(
    workspace: Workspace,
    *,
    name: str,
    description: str = "",
    product: Product | None = None,
    innovation: InnovationLevel = InnovationLevel.FAMILIAR,
    price: PriceClass = PriceClass.MIDDLE,
    spec: EditionSpec | None = None,
    by: Member | None,
) -> Template:
    """A new template with a draft; no plan begins by it until an edition is published."""
    _refuse_strange_product(workspace, product)
    (number,) = reserve_numbers(workspace, "T", count=1)
    template = Template(
        workspace=workspace,
        number=number,
        name=name.strip(),
        description=description.strip(),
        product=product,
        innovation=innovation,
        price=price,
        draft=_told(spec if spec is not None else EditionSpec()),
    )
    _save_named_template(template)
    record(by, "drafted", template)
    return template


def draft_template_in_file(
    workspace: Workspace, told: TemplateFile, *, by: Member | None
) -> Template:
    """A new template, drafted as a file says."""
    return draft_template(
        workspace,
        name=told.name,
        description=told.description,
        innovation=told.innovation,
        price=told.price,
        spec=told.spec,
        by=by,
    )


@transaction.atomic
def take_template_preset(
    workspace: Workspace, preset: str, *, language: str, by: Member | None, now: datetime
) -> Template:
    """One of the templates that come with Vereda, named in that language; or `Missing`.

    Its first edition is published at once, unless whoever takes it may not publish.
    """
    if preset not in PRESETS:
        raise Missing(preset[:40])
    template = draft_template_in_file(workspace, preset_template(preset, language=language), by=by)
    if by is None or by.may("onboarding.publish"):
        publish_edition(template, note="", by=by, now=now)
    return template


@transaction.atomic
def copy_template(template: Template, *, name: str, by: Member | None) -> Template:
    """A new template that says what this one says now, as a draft."""
    return draft_template(
        template.workspace,
        name=name,
        description=template.description,
        product=template.product,
        innovation=InnovationLevel(template.innovation),
        price=PriceClass(template.price),
        spec=shown_spec(template),
        by=by,
    )


@transaction.atomic
def describe_template(
    template: Template,
    *,
    name: str,
    description: str,
    product: Product | None,
    innovation: InnovationLevel,
    price: PriceClass,
    by: Member | None,
) -> Template:
    """Other words, or another product. Editions say the same as before."""
    _refuse_strange_product(template.workspace, product)
    template.name, template.description = name.strip(), description.strip()
    template.product, template.innovation, template.price = product, innovation, price
    _save_named_template(template, "name", "description", "product", "innovation", "price")
    record(by, "edited", template)
    return template


def _refuse_strange_product(workspace: Workspace, product: Product | None) -> None:
    if product is not None and product.workspace_id != workspace.pk:
        raise Missing(product.slug)


def _save_named_template(template: Template, *columns: str) -> None:
    """Store these columns, of a new template all: what else somebody changes meanwhile stays."""
    if not 1 <= len(template.name) <= LONGEST_NAME:
        raise WrongTemplate(_("A template needs a name of at most %s letters.") % LONGEST_NAME)
    try:
        with transaction.atomic():
            template.save(update_fields=[*columns, "updated_at"] if columns else None)
    except IntegrityError as error:
        sentence = _("There is a template called “%s” already.") % template.name
        raise TemplateNameTaken(sentence) from error


# --- The draft ----------------------------------------------------------------------------


@transaction.atomic
def save_template_draft(
    template: Template, *, spec: EditionSpec, version: int | None = None, by: Member | None
) -> Template:
    """Keep a checklist that is being worked on, whole or not; no plan begins by it yet.

    `version` is the draft's when whoever changes it saw it; None: as `template` was read. Refused
    where it is another meanwhile, so that nobody's work is overwritten.
    """
    told, seen = _told(spec), template.draft_version if version is None else version
    rows = Template.objects.of(template.workspace_id).filter(pk=template.pk, archived_at=None)
    if not rows.filter(draft_version=seen).update(draft=told, draft_version=seen + 1):
        raise _changed_meanwhile()
    template.draft, template.draft_version = told, seen + 1
    record(by, "drafted", template)
    return template


def add_template_item(
    template: Template, *, item: ItemSpec, version: int | None = None, by: Member | None
) -> Template:
    """One more item, at the end of its set; a short name that is taken is refused."""
    spec = shown_spec(template)
    if spec.item_with_key(item.key) is not None:
        raise _taken(item.key)
    return save_template_draft(template, spec=with_item(spec, item), version=version, by=by)


def edit_template_item(
    template: Template, key: str, *, item: ItemSpec, version: int | None = None, by: Member | None
) -> Template:
    """The item with that key, said otherwise; in another set it goes to its end."""
    spec = shown_spec(template)
    _refuse_unknown_item(spec, key)
    if item.key != key and spec.item_with_key(item.key) is not None:
        raise _taken(item.key)
    changed = with_item(spec, tidied_item(item), instead_of=key)
    return save_template_draft(template, spec=changed, version=version, by=by)


def move_template_item(
    template: Template, key: str, *, step: int, version: int | None = None, by: Member | None
) -> Template:
    """The item one place up (-1) or down (1) within its set."""
    spec = shown_spec(template)
    _refuse_unknown_item(spec, key)
    moved = with_moved_item(spec, key, step=step)
    return save_template_draft(template, spec=moved, version=version, by=by)


def remove_template_item(
    template: Template, key: str, *, version: int | None = None, by: Member | None
) -> Template:
    """The checklist without it; plans that run keep theirs."""
    spec = shown_spec(template)
    _refuse_unknown_item(spec, key)
    return save_template_draft(template, spec=without_item(spec, key), version=version, by=by)


def word_template_gate(
    template: Template, *, gate: GateSpec, version: int | None = None, by: Member | None
) -> Template:
    """What a set opens, and for whom, in the workspace's words."""
    changed = with_gate(shown_spec(template), gate)
    return save_template_draft(template, spec=changed, version=version, by=by)


def set_template_breadth(
    template: Template, *, breadth: Breadth, version: int | None = None, by: Member | None
) -> Template:
    """The checklist made standard or advanced."""
    changed = with_breadth(shown_spec(template), breadth)
    return save_template_draft(template, spec=changed, version=version, by=by)


def _refuse_unknown_item(spec: EditionSpec, key: str) -> None:
    if spec.item_with_key(key) is None:
        raise Missing(key[:60])


def _taken(key: str) -> ItemKeyTaken:
    return ItemKeyTaken(_("There is an item with the short name “%s” already.") % key)


def _told(spec: EditionSpec) -> object:
    """The checklist as it is stored; refused where it is not even a draft."""
    tidy = tidied(spec)
    malformed = [each for each in problems_in_template(tidy) if each.problem in MALFORMED]
    if malformed:
        raise WrongTemplate(template_problem_words(malformed[0], tidy))
    told: object = msgspec.to_builtins(tidy)
    return told


def _changed_meanwhile() -> TemplateDraftChanged:
    return TemplateDraftChanged(
        _("Somebody else changed the template meanwhile. Open it again to see what it says now.")
    )


@transaction.atomic
def discard_template_draft(
    template: Template, *, version: int | None = None, by: Member | None
) -> None:
    """Back to the current edition; refused where nothing was ever published."""
    if edition_of(template) is None:
        raise NothingToPublish(_("This template has only its draft. Archive it instead."))
    seen = template.draft_version if version is None else version
    rows = Template.objects.of(template.workspace_id).filter(pk=template.pk, draft_version=seen)
    if not rows.update(draft=None, draft_version=seen + 1):
        raise _changed_meanwhile()
    template.draft, template.draft_version = None, seen + 1
    record(by, "discarded the draft of", template)


# --- Editions ------------------------------------------------------------------------------


def check_template(spec: EditionSpec) -> None:
    """Refuse what no customer can be led by, with the first thing that is the matter."""
    problems = problems_in_template(spec)
    if problems:
        raise WrongTemplate(template_problem_words(problems[0], spec))


@transaction.atomic
def publish_edition(
    template: Template,
    *,
    note: str,
    version: int | None = None,
    by: Member | None,
    now: datetime,
) -> TemplateEdition:
    """The draft becomes the next edition: new plans begin by it, running plans keep theirs.

    `version` is the draft's when whoever publishes it read it; another one is refused.
    """
    locked = Template.objects.of(template.workspace_id).select_for_update().get(pk=template.pk)
    spec, before = locked.drafted, edition_of(locked)
    if locked.archived_at is not None:
        raise NothingToPublish(_("This template is archived. Restore it first."))
    if version not in (None, locked.draft_version):
        raise _changed_meanwhile()
    if spec is None or (before is not None and before.spec == spec):
        raise NothingToPublish(_("The draft says what is published already."))
    check_template(spec)
    edition: TemplateEdition = TemplateEdition.objects.of(template.workspace_id).create(
        template=locked,
        number=before.number + 1 if before else 1,
        content=msgspec.to_builtins(spec),
        note=note.strip(),
        published_at=now,
        published_by=by,
    )
    locked.current, locked.draft = edition, None
    locked.draft_version += 1
    locked.save(update_fields=["current", "draft", "draft_version", "updated_at"])
    template.current, template.draft = edition, None
    template.draft_version = locked.draft_version
    record(by, "published", locked, edition=edition.number)
    return edition


@transaction.atomic
def archive_template(template: Template, *, by: Member | None, now: datetime) -> None:
    """No plan begins by it any more; plans that run go on."""
    if template.archived_at is None:
        template.archived_at = now
        template.save(update_fields=["archived_at", "updated_at"])
        record(by, "archived", template)


@transaction.atomic
def restore_template(template: Template, *, by: Member | None) -> None:
    """Plans may begin by it again."""
    if template.archived_at is not None:
        template.archived_at = None
        _save_named_template(template, "archived_at")
        record(by, "restored", template)
