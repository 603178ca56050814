"""What the workspace sells: products, their features, the places in them."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from vereda.foundation.access import READING, MemberRequest, page
from vereda.foundation.clock import now
from vereda.foundation.forms import AnsweringForm
from vereda.foundation.pages import answer, answer_after, notice
from vereda.product.actions import (
    add_feature,
    add_product,
    archive_feature,
    archive_product,
    edit_feature,
    edit_product,
    place_step,
    remove_step,
    restore_product,
)
from vereda.product.catalogue import bring_in_catalogue, catalogue_of
from vereda.product.forms import CatalogueForm, FeatureForm, ProductForm, StepForm
from vereda.product.queries import (
    archived_products,
    feature_with_slug,
    features_in,
    product_with_slug,
    products_in,
    step_with_slug,
)

VERB = ("POST",)


@page(may="product.see", methods=READING)
def products(request: MemberRequest) -> HttpResponse:
    """Everything on sale, and what is no longer."""
    workspace = request.member.workspace
    context = {
        "products": products_in(workspace),
        "archived": archived_products(workspace),
        "may_edit": request.member.may("product.edit"),
    }
    return answer(request, "product/products.html", context)


@page(may="product.see", methods=READING)
def product(request: MemberRequest, slug: str) -> HttpResponse:
    """One product with its features, events and places."""
    workspace = request.member.workspace
    row = product_with_slug(workspace, slug)
    context = {
        "product": row,
        "features": features_in(workspace).filter(product=row),
        "may_edit": request.member.may("product.edit"),
    }
    return answer(request, "product/product.html", context)


@page(may="product.edit")
def add(request: MemberRequest) -> HttpResponse:
    """A new product."""
    workspace = request.member.workspace
    form = ProductForm(request.POST or None)
    added = []

    def act() -> None:
        added.append(add_product(workspace, by=request.member, **form.said()))

    if form.accepts(act):
        return done(request, _("The product is there."), "product", slug=added[0].slug)
    return shown(request, form, title=_("New product"), back=address(request, "products"))


@page(may="product.edit")
def edit(request: MemberRequest, slug: str) -> HttpResponse:
    """Other words and traits for a product."""
    row = product_with_slug(request.member.workspace, slug)
    names = ("name", "description", "innovation", "price", "cadence")
    initial = {name: getattr(row, name) for name in names}
    form = ProductForm(request.POST or None, initial=initial)

    def act() -> None:
        edit_product(row, by=request.member, **form.said())

    if form.accepts(act):
        return done(request, _("Saved."), "product", slug=row.slug)
    back = address(request, "product", slug=row.slug)
    return shown(request, form, title=_("Edit %s") % row.name, back=back, trail=row.name)


@page(may="product.edit", methods=VERB)
def archive(request: MemberRequest, slug: str) -> HttpResponse:
    """Take a product off sale."""
    row = product_with_slug(request.member.workspace, slug)
    archive_product(row, by=request.member, now=now())
    return done(request, _("%s is no longer on sale.") % row.name, "products")


@page(may="product.edit", methods=VERB)
def restore(request: MemberRequest, slug: str) -> HttpResponse:
    """Put a product on sale again."""
    row = product_with_slug(request.member.workspace, slug)
    restore_product(row, by=request.member)
    return done(request, _("%s is on sale again.") % row.name, "product", slug=row.slug)


@page(may="product.edit")
def feature(request: MemberRequest, slug: str) -> HttpResponse:
    """A new feature of a product."""
    row = product_with_slug(request.member.workspace, slug)
    form = FeatureForm(request.POST or None, initial={"cadence": row.cadence})

    def act() -> None:
        add_feature(row, by=request.member, **form.said())

    if form.accepts(act):
        return done(request, _("The feature is there."), "product", slug=row.slug)
    back = address(request, "product", slug=row.slug)
    title = _("New feature of %s") % row.name
    return shown(request, form, title=title, back=back, trail=row.name)


@page(may="product.edit")
def change_feature(request: MemberRequest, slug: str) -> HttpResponse:
    """Other words, cadence or events for a feature."""
    row = feature_with_slug(request.member.workspace, slug)
    events = row.events.order_by("name").values_list("name", flat=True)
    initial = {name: getattr(row, name) for name in ("name", "description", "cadence")}
    form = FeatureForm(request.POST or None, initial={**initial, "events": "\n".join(events)})

    def act() -> None:
        edit_feature(row, by=request.member, **form.said())

    if form.accepts(act):
        return done(request, _("Saved."), "product", slug=row.product.slug)
    back = address(request, "product", slug=row.product.slug)
    return shown(request, form, title=_("Edit %s") % row.name, back=back, trail=row.product.name)


@page(may="product.edit", methods=VERB)
def drop_feature(request: MemberRequest, slug: str) -> HttpResponse:
    """The product no longer does that."""
    row = feature_with_slug(request.member.workspace, slug)
    archive_feature(row, by=request.member, now=now())
    return done(request, _("The feature is archived."), "product", slug=row.product.slug)


@page(may="product.edit")
def step(request: MemberRequest, slug: str) -> HttpResponse:
    """A place inside a feature."""
    row = feature_with_slug(request.member.workspace, slug)
    form = StepForm(request.POST or None)

    def act() -> None:
        place_step(row, by=request.member, **form.cleaned_data)

    if form.accepts(act):
        return done(request, _("The place is noted."), "product", slug=row.product.slug)
    back = address(request, "product", slug=row.product.slug)
    title = _("A place in %s") % row.name
    return shown(request, form, title=title, back=back, trail=row.product.name)


@page(may="product.edit", methods=VERB)
def drop_step(request: MemberRequest, slug: str, step: str) -> HttpResponse:
    """Take a place away."""
    row = feature_with_slug(request.member.workspace, slug)
    remove_step(step_with_slug(row, step), by=request.member)
    return done(request, _("The place is gone."), "product", slug=row.product.slug)


@page(may="product.see", methods=READING)
def export(request: MemberRequest) -> HttpResponse:
    """The catalogue as a file."""
    text = catalogue_of(request.member.workspace)
    return HttpResponse(
        text,
        content_type="application/toml; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="products.toml"'},
    )


@page(may="product.edit")
def bring_in(request: MemberRequest) -> HttpResponse:
    """Add or change what a file names."""
    form = CatalogueForm(request.POST or None, request.FILES or None)
    named = []

    def act() -> None:
        workspace = request.member.workspace
        named.append(bring_in_catalogue(workspace, text=form.text(), by=request.member))

    if form.accepts(act):
        return done(
            request, _("%d products and features are as the file says.") % named[0], "products"
        )
    return shown(request, form, title=_("Bring in a catalogue"), back=address(request, "products"))


def shown(
    request: MemberRequest, form: AnsweringForm, *, title: str, back: str, trail: str = ""
) -> HttpResponse:
    """A page that is one form."""
    context = {"form": form, "title": title, "back": back, "trail": trail}
    return answer(request, "product/form.html#form", context, status=form.answer_status)


def done(request: MemberRequest, said: str, route: str, **parts: Any) -> HttpResponse:
    """After a change: say so and go on."""
    notice(request, said)
    return answer_after(request, to=address(request, route, **parts))


def address(request: MemberRequest, route: str, **parts: Any) -> str:
    """The address of one of our pages in this workspace."""
    slug = request.member.workspace.slug
    return reverse(f"product:{route}", kwargs={"workspace": slug, **parts})
