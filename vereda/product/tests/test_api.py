import pytest

from vereda.product.testing import a_feature, a_product
from vereda.workspaces.testing import a_program

pytestmark = pytest.mark.django_db


def test_products_and_features_are_read(acme):
    product = a_product(acme, name="Rutas")
    feature = a_feature(product, name="Offline", events=["Map Saved"])
    program = a_program(acme.viewer)

    products, features = program.get("/products").json(), program.get("/features").json()

    assert [(row["slug"], row["features"]) for row in products] == [(product.slug, [feature.slug])]
    assert [(row["product"], row["events"]) for row in features] == [(product.slug, ["Map Saved"])]
