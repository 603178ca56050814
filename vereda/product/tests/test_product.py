import pytest

from vereda.foundation.errors import Missing, Refused
from vereda.foundation.testing import MORNING, NOON
from vereda.product.actions import (
    add_product,
    archive_feature,
    archive_product,
    claim_event,
    edit_feature,
    edit_product,
    place_step,
    remove_step,
    restore_product,
)
from vereda.product.catalogue import bring_in_catalogue, catalogue_of
from vereda.product.contracts import (
    Cadence,
    CatalogueChanged,
    EventTaken,
    FeatureOfEvent,
    InnovationLevel,
    NameTaken,
    PriceClass,
    WrongCatalogue,
)
from vereda.product.models import Feature, FeatureEvent, Product, Step
from vereda.product.queries import (
    feature_of_event,
    feature_with_slug,
    features_in,
    product_with_slug,
    products_in,
)
from vereda.product.testing import a_feature, a_product

pytestmark = pytest.mark.django_db


def test_a_product_is_named_in_addresses_as_it_is_called(acme, facts):
    product = add_product(acme.workspace, name="Vereda Rutas Año", by=acme.owner)

    assert product_with_slug(acme.workspace, "vereda-rutas-ano") == product
    assert facts == [CatalogueChanged(workspace_id=acme.workspace.pk)]


@pytest.mark.parametrize(("name", "refusal"), [("Rutas", NameTaken), ("¿?", Refused)])
def test_a_name_that_cannot_be_used_is_refused(acme, facts, name, refusal):
    a_product(acme, name="Rutas")
    facts.clear()

    with pytest.raises(refusal):
        a_product(acme, name=name)

    assert Product.every_workspace.count() == 1
    assert facts == []


def test_another_workspace_may_sell_the_same(acme, globex):
    a_product(acme, name="Rutas")

    assert a_product(globex, name="Rutas").slug == "rutas"


def test_an_edit_leaves_the_short_name(acme):
    product = a_product(acme, name="Rutas")

    edit_product(
        product,
        name="Routes",
        description="",
        innovation=InnovationLevel.NEW_TO_ALL,
        price=PriceClass.HIGH,
        cadence=Cadence.PATCH,
        by=acme.member,
    )

    now = product_with_slug(acme.workspace, "rutas")
    assert (now.name, now.innovation, now.price, now.cadence) == (
        "Routes",
        "new_to_all",
        "high",
        "patch",
    )


def test_an_event_means_one_feature(acme, globex):
    product = a_product(acme, name="Rutas")
    feature = a_feature(product, events=["Offline Opened", "Offline Opened ", ""])
    a_feature(a_product(globex), events=["Offline Opened"])

    with pytest.raises(EventTaken):
        a_feature(product, name="Other", events=["Offline Opened"])

    assert Feature.objects.of(acme.workspace).count() == 1
    assert feature_of_event(acme.workspace) == {
        "Offline Opened": FeatureOfEvent(
            feature_id=feature.pk,
            feature="offline-mode",
            product_id=product.pk,
            product="rutas",
        )
    }


def test_the_map_of_events_costs_one_query(acme, django_assert_num_queries):
    product = a_product(acme)
    for place in range(5):
        a_feature(product, name=f"F{place}", events=[f"E{place}"])

    with django_assert_num_queries(1):
        assert len(feature_of_event(acme.workspace)) == 5


def test_a_feature_keeps_exactly_the_events_it_is_given(acme):
    feature = a_feature(a_product(acme), events=["A", "B"])

    edit_feature(
        feature,
        name="Offline",
        description="",
        cadence=Cadence.OCCASIONAL,
        events=["B", "C"],
        by=acme.member,
    )
    claim_event(feature, event="D", by=acme.member)

    assert sorted(feature_of_event(acme.workspace)) == ["B", "C", "D"]


def test_an_archived_feature_lets_its_events_go(acme, facts):
    product = a_product(acme)
    feature = a_feature(product, events=["A"])

    archive_feature(feature, by=acme.member, now=MORNING)

    assert feature_of_event(acme.workspace) == {}
    assert a_feature(product, name="New", events=["A"]).slug == "new"
    facts.clear()
    with pytest.raises(Refused):
        archive_feature(feature, by=acme.admin, now=NOON)
    assert facts == []


def test_an_archived_product_means_nothing_until_it_is_sold_again(acme):
    product = a_product(acme)
    a_feature(product, events=["A"])

    archive_product(product, by=acme.member, now=MORNING)
    assert (list(products_in(acme.workspace)), feature_of_event(acme.workspace)) == ([], {})
    with pytest.raises(Refused):
        archive_product(product, by=acme.admin, now=NOON)
    restore_product(product, by=acme.member)

    assert list(feature_of_event(acme.workspace)) == ["A"]


def test_a_place_is_noted_moved_and_taken_away(acme):
    feature = a_feature(a_product(acme))

    place_step(feature, name="Switch", selector="#old", by=acme.member)
    step = place_step(feature, name="Switch", anchor="switch", by=acme.member)
    assert [(row.selector, row.anchor) for row in feature.steps.all()] == [("", "switch")]
    remove_step(step, by=acme.member)

    assert Step.every_workspace.count() == 0


def test_products_with_features_events_and_steps_cost_four_queries(acme, django_assert_num_queries):
    for name in ("A", "B"):
        product = a_product(acme, name=name)
        feature = a_feature(product, name=f"F{name}", events=[f"E{name}"])
        place_step(feature, name="S", by=None)

    with django_assert_num_queries(4):
        named = [
            (event.name, step.name)
            for product in products_in(acme.workspace)
            for feature in product.features.all()
            for event in feature.events.all()
            for step in feature.steps.all()
        ]

    assert named == [("EA", "S"), ("EB", "S")]


def test_what_another_workspace_sells_is_missing(acme, globex):
    a_product(globex, name="Rutas")

    with pytest.raises(Missing):
        product_with_slug(acme.workspace, "rutas")


CATALOGUE = """
[[product]]
name = "Rutas"
innovation = "new_to_them"

[[product.feature]]
name = "Offline mode"
events = ["Offline Opened"]

[[product.feature.step]]
name = "Switch"
selector = "#offline"
"""


def test_a_catalogue_is_the_same_after_a_way_through_a_file(acme, globex):
    bring_in_catalogue(acme.workspace, text=CATALOGUE, by=acme.owner)
    written = catalogue_of(acme.workspace)

    assert bring_in_catalogue(globex.workspace, text=written, by=globex.owner) == 2
    assert catalogue_of(globex.workspace) == written
    assert feature_with_slug(globex.workspace, "offline-mode").product.innovation == "new_to_them"


def test_the_same_file_twice_adds_nothing(acme):
    bring_in_catalogue(acme.workspace, text=CATALOGUE, by=acme.owner)

    bring_in_catalogue(acme.workspace, text=CATALOGUE, by=acme.owner)

    assert (Product.every_workspace.count(), FeatureEvent.every_workspace.count()) == (1, 1)
    assert features_in(acme.workspace).count() == 1


@pytest.mark.parametrize(
    "text",
    [
        "not toml [",
        "product = 1",
        "product = [1]",
        "[[product]]",
        "[[product]]\nname = 1",
        "[[product]]\nname = 'A'\ncadence = 'sometimes'",
        "[[product]]\nname = 'A'\n[[product.feature]]\nname = 'F'\nevents = 'E'",
        "[[product]]\nname = '" + "x" * 101 + "'",
        "x = " + "[" * 5_000,
    ],
    ids=lambda text: text[:20],
)
def test_a_file_that_is_no_catalogue_changes_nothing(acme, facts, text):
    good = "[[product]]\nname = 'Good'\n" if text.startswith("[[product]]") else ""

    with pytest.raises(WrongCatalogue):
        bring_in_catalogue(acme.workspace, text=good + text, by=acme.owner)

    assert Product.every_workspace.count() == 0
