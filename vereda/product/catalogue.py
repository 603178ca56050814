"""The catalogue as a file: products, features, events and places in TOML.

    [[product]]
    name = "Rutas"
    slug = "rutas"
    innovation = "new_to_them"

    [[product.feature]]
    name = "Offline mode"
    slug = "offline-mode"
    events = ["Offline Route Opened"]

    [[product.feature.step]]
    name = "Switch"
    slug = "switch"
    selector = "#offline"

What the file names is added or changed; what it does not name stays.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import tomli_w
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from vereda.product.actions import (
    add_feature,
    add_product,
    edit_feature,
    edit_product,
    place_step,
)
from vereda.product.contracts import Cadence, InnovationLevel, PriceClass, WrongCatalogue
from vereda.product.models import Feature, Product
from vereda.product.queries import features_in, products_in

if TYPE_CHECKING:
    from vereda.workspaces.models import Member, Workspace

LARGEST = 1_000_000
MOST_ROWS = 5_000
Enum = TypeVar("Enum", Cadence, InnovationLevel, PriceClass)
Table = Mapping[str, Any]


def catalogue_of(workspace: Workspace) -> str:
    """Everything that is on sale, as the text of a TOML file."""
    return tomli_w.dumps({"product": [_product_table(one) for one in products_in(workspace)]})


def _product_table(product: Product) -> dict[str, Any]:
    table = {
        name: getattr(product, name)
        for name in ("name", "slug", "description", "innovation", "price", "cadence")
    }
    return table | {"feature": [_feature_table(one) for one in product.features.all()]}


def _feature_table(feature: Feature) -> dict[str, Any]:
    table = {name: getattr(feature, name) for name in ("name", "slug", "description", "cadence")}
    steps = [
        {
            name: getattr(step, name)
            for name in ("name", "slug", "url_pattern", "selector", "anchor")
        }
        for step in feature.steps.all()
    ]
    return table | {"events": [event.name for event in feature.events.all()], "step": steps}


@transaction.atomic
def bring_in_catalogue(workspace: Workspace, *, text: str, by: Member | None) -> int:
    """Add or change what the file names; answers how many products and features it named."""
    products = _tables(_parsed(text), "product", place=_("the file"))
    known = {product.slug: product for product in products_in(workspace)}
    features = {feature.slug: feature for feature in features_in(workspace)}
    named = 0
    for table in products:
        product = _bring_product(workspace, table, known=known, by=by)
        rows = _tables(table, "feature", place=product.name)
        for row in rows:
            _bring_feature(product, row, known=features, by=by)
        named += 1 + len(rows)
        if named > MOST_ROWS:
            raise WrongCatalogue(_("The file names more than %d things.") % MOST_ROWS)
    return named


def _parsed(text: str) -> Table:
    if len(text) > LARGEST:
        raise WrongCatalogue(_("The file is larger than a megabyte."))
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise WrongCatalogue(_("This is no TOML: %s.") % error) from error


def _tables(table: Table, name: str, *, place: str) -> Sequence[Table]:
    rows = table.get(name, [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise WrongCatalogue(
            _("In %(place)s: write each %(name)s as [[%(name)s]].") % {"place": place, "name": name}
        )
    return rows


def _bring_product(
    workspace: Workspace, table: Table, *, known: Mapping[str, Product], by: Member | None
) -> Product:
    name = _text(table, "name", needed=True)
    slug = slugify(_text(table, "slug")) or slugify(name)
    traits: dict[str, Any] = {
        "name": name,
        "description": _text(table, "description"),
        "innovation": _one_of(table, "innovation", InnovationLevel.FAMILIAR),
        "price": _one_of(table, "price", PriceClass.MIDDLE),
        "cadence": _one_of(table, "cadence", Cadence.REGULAR),
    }
    product = known.get(slug)
    if product is None:
        return add_product(workspace, slug=slug, by=by, **traits)
    edit_product(product, by=by, **traits)
    return product


def _bring_feature(
    product: Product, table: Table, *, known: Mapping[str, Feature], by: Member | None
) -> None:
    name = _text(table, "name", needed=True)
    slug = slugify(_text(table, "slug")) or slugify(name)
    traits: dict[str, Any] = {
        "name": name,
        "description": _text(table, "description"),
        "cadence": _one_of(table, "cadence", Cadence(product.cadence)),
        "events": _texts(table, "events"),
    }
    feature = known.get(slug)
    if feature is None:
        feature = add_feature(product, slug=slug, by=by, **traits)
    else:
        edit_feature(feature, by=by, **traits)
    for step in _tables(table, "step", place=name):
        words = {key: _text(step, key) for key in ("slug", "url_pattern", "selector", "anchor")}
        place_step(feature, name=_text(step, "name", needed=True), by=by, **words)


_LIMITS = {"name": 100, "slug": 60, "description": 2_000, "anchor": 100}


def _text(table: Table, name: str, *, needed: bool = False) -> str:
    value = table.get(name, "")
    limit = _LIMITS.get(name, 300)
    if not isinstance(value, str) or len(value) > limit or "\x00" in value:
        raise WrongCatalogue(
            _("“%(name)s” takes text of up to %(limit)d characters; there is %(found)s.")
            % {"name": name, "limit": limit, "found": str(value)[:60]}
        )
    if needed and not value.strip():
        raise WrongCatalogue(_("Something in the file has no “%s”.") % name)
    return value.strip()


def _texts(table: Table, name: str) -> list[str]:
    values = table.get(name, [])
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise WrongCatalogue(_("“%s” takes a list of texts.") % name)
    return values


def _one_of(table: Table, name: str, default: Enum) -> Enum:
    value = table.get(name, default)
    try:
        return type(default)(value)
    except ValueError:
        raise WrongCatalogue(
            _("“%(name)s” is one of %(known)s; there is “%(found)s”.")
            % {
                "name": name,
                "known": ", ".join(type(default)),
                "found": str(value)[:60],
            }
        ) from None
