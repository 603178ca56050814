"""Pages: a template being built, item by item."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from vereda.foundation.access import READING, MemberRequest, page
from vereda.foundation.errors import Missing
from vereda.foundation.pages import answer, answer_after, is_htmx, notice
from vereda.onboarding.actions.templates import (
    add_template_item,
    edit_template_item,
    move_template_item,
    remove_template_item,
    word_template_gate,
)
from vereda.onboarding.contracts.templates import (
    EditionSpec,
    ItemKind,
    ItemSpec,
    SetNumber,
)
from vereda.onboarding.forms.templates import GateForm, ItemForm
from vereda.onboarding.pages.templates import checked, template_url, version_in
from vereda.onboarding.queries.templates import shown_spec, template_with_key
from vereda.onboarding.rules.editing import DOWN, UP
from vereda.onboarding.showing import kinds_for_set, shown_sets
from vereda.onboarding.wording.templates import (
    GATE_LABELS,
    GATE_UNLOCKS,
    ITEM_KINDS,
    KIND_PURPOSES,
    SETS,
    item_title,
)

if TYPE_CHECKING:
    from vereda.onboarding.models.templates import Template

VERB = ("POST",)


@page(may="onboarding.edit_template", methods=READING)
def build(request: MemberRequest, template: str) -> HttpResponse:
    """The six sets, each item with its place and a way to change it."""
    return builder(request, template_with_key(request.member.workspace, template))


def builder(request: MemberRequest, template: Template) -> HttpResponse:
    """The page of the builder; its sets alone for htmx."""
    spec = shown_spec(template)
    context = {
        "template": template,
        "spec": spec,
        "sets": shown_sets(spec),
        **checked(spec, template.current),
    }
    return answer(request, "onboarding/build.html#builder", context)


@page(may="onboarding.edit_template", methods=READING)
def choose_kind(request: MemberRequest, template: str, number: int) -> HttpResponse:
    """What kind of item to add to a set."""
    row = template_with_key(request.member.workspace, template)
    chosen = set_with_number(number)
    context = {
        "template": row,
        "set_number": int(chosen),
        "set_name": SETS[chosen],
        "kinds": kinds_for_set(chosen),
    }
    return answer(request, "onboarding/choose_kind.html", context)


@page(may="onboarding.edit_template")
def add_item(request: MemberRequest, template: str, number: int, kind: str) -> HttpResponse:
    """One more item, at the end of its set."""
    row = template_with_key(request.member.workspace, template)
    chosen, spec = set_with_number(number), shown_spec(row)
    form = ItemForm(
        request.POST or None,
        kind=kind_called(kind),
        spec=spec,
        set_number=chosen,
        initial={"version": row.draft_version},
    )

    def act() -> None:
        add_template_item(row, item=form.said(), version=form.version_seen, by=request.member)

    if form.accepts(act):
        return to_builder(request, row, _("Added to the draft."))
    return item_page(request, row, form, title=_("New item: %s") % ITEM_KINDS[form.kind])


@page(may="onboarding.edit_template")
def edit_item(request: MemberRequest, template: str, key: str) -> HttpResponse:
    """The item, said otherwise; `?kind=` makes it another kind of item."""
    row = template_with_key(request.member.workspace, template)
    spec = shown_spec(row)
    known = item_called(spec, key)
    form = ItemForm(
        request.POST or None,
        kind=kind_called(request.GET.get("kind") or known.kind),
        spec=spec,
        item=known,
        initial={"version": row.draft_version},
    )

    def act() -> None:
        edit_template_item(
            row, known.key, item=form.said(), version=form.version_seen, by=request.member
        )

    if form.accepts(act):
        return to_builder(request, row, _("The draft is saved."))
    return item_page(request, row, form, title=item_title(known))


def item_page(
    request: MemberRequest, template: Template, form: ItemForm, *, title: str
) -> HttpResponse:
    """The form of one item."""
    context: dict[str, Any] = {
        "template": template,
        "form": form,
        "title": title,
        "item": form.item,
        "kind": ITEM_KINDS[form.kind],
        "purpose": KIND_PURPOSES[form.kind],
        "kinds": [(each.value, word, each is form.kind) for each, word in ITEM_KINDS.items()],
    }
    return answer(request, "onboarding/item_form.html", context, status=form.answer_status)


@page(may="onboarding.edit_template", methods=VERB)
def move_item(request: MemberRequest, template: str, key: str) -> HttpResponse:
    """One place up or down within its set."""
    row = template_with_key(request.member.workspace, template)
    step = UP if request.POST.get("step") == "up" else DOWN
    move_template_item(row, key, step=step, version=version_in(request), by=request.member)
    if is_htmx(request):
        return builder(request, row)
    return answer_after(request, to=f"{template_url(request, row, 'build')}#item-{key}")


@page(may="onboarding.edit_template", methods=VERB)
def remove_item(request: MemberRequest, template: str, key: str) -> HttpResponse:
    """It is no longer asked for; plans that run keep it."""
    row = template_with_key(request.member.workspace, template)
    remove_template_item(row, key, version=version_in(request), by=request.member)
    return to_builder(request, row, _("It is taken out of the draft."))


@page(may="onboarding.edit_template")
def word_gate(request: MemberRequest, template: str, number: int) -> HttpResponse:
    """What a set opens, and for whom."""
    row = template_with_key(request.member.workspace, template)
    chosen = set_with_number(number)
    form = GateForm(
        request.POST or None,
        gate=shown_spec(row).gate_of_set(chosen),
        initial={"version": row.draft_version},
    )

    def act() -> None:
        word_template_gate(row, gate=form.said(), version=form.version_seen, by=request.member)

    if form.accepts(act):
        return to_builder(request, row, _("The draft is saved."))
    context = {
        "template": row,
        "form": form,
        "title": _("The gate of set %s") % int(chosen),
        "says": _("Left empty it says “%(label)s”, and lets “%(unlocks)s” go on.")
        % {"label": GATE_LABELS[chosen], "unlocks": GATE_UNLOCKS[chosen]},
    }
    return answer(request, "onboarding/template_form.html", context, status=form.answer_status)


def set_with_number(number: int) -> SetNumber:
    """That set, or `Missing`."""
    if number not in set(SetNumber):
        raise Missing(str(number)[:10])
    return SetNumber(number)


def kind_called(kind: str) -> ItemKind:
    """That kind, or `Missing`."""
    if kind not in set(ItemKind):
        raise Missing(kind[:20])
    return ItemKind(kind)


def item_called(spec: EditionSpec, key: str) -> ItemSpec:
    """The item with that key, or `Missing`."""
    item = spec.item_with_key(key)
    if item is None:
        raise Missing(key[:60])
    return item


def to_builder(request: MemberRequest, template: Template, said: str) -> HttpResponse:
    """After a change: say so and show the builder."""
    notice(request, said)
    return answer_after(request, to=template_url(request, template, "build"))
