import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from vereda.product.actions import place_step
from vereda.product.models import Feature, Product
from vereda.product.queries import feature_of_event
from vereda.product.testing import a_feature, a_product

pytestmark = pytest.mark.django_db

PAGES = [
    ("products/", "Rutas"),
    ("products/new/", "Innovation level"),
    ("products/file/", 'name = "Rutas"'),
    ("products/file/bring/", "TOML file"),
    ("products/rutas/", "Offline Opened"),
    ("products/rutas/edit/", "Rutas"),
    ("products/rutas/features/new/", "Events that mean it was used"),
    ("features/offline-mode/edit/", "Offline Opened"),
    ("features/offline-mode/steps/new/", "Anchor"),
]


def full(company):
    feature = a_feature(a_product(company, name="Rutas"), events=["Offline Opened"])
    place_step(feature, name="Switch", anchor="switch", by=None)


@pytest.mark.parametrize(("path", "word"), PAGES, ids=lambda value: value)
def test_a_page_opens_for_members_and_is_missing_to_strangers(acme, globex, client_of, path, word):
    full(acme)

    ours = client_of(acme.member).get(f"/w/acme/{path}")
    strange = client_of(globex.owner).get(f"/w/acme/{path}")

    assert ours.status_code == 200
    assert word in ours.content.decode()
    assert strange.status_code == 404


def test_a_product_its_feature_and_a_place_are_added_changed_and_archived(acme, client_of):
    client = client_of(acme.member)
    traits = {"innovation": "familiar", "price": "low", "cadence": "regular"}

    client.post("/w/acme/products/new/", {"name": "Rutas", **traits})
    client.post(
        "/w/acme/products/rutas/features/new/",
        {"name": "Offline", "cadence": "regular", "events": "A\r\n\r\nB"},
    )
    client.post("/w/acme/features/offline/steps/new/", {"name": "Switch", "anchor": "switch"})
    client.post(
        "/w/acme/features/offline/edit/", {"name": "Off line", "cadence": "patch", "events": "B"}
    )
    client.post("/w/acme/features/offline/steps/switch/remove/")

    feature = Feature.every_workspace.get()
    assert (feature.name, feature.steps.count()) == ("Off line", 0)
    assert list(feature_of_event(acme.workspace)) == ["B"]
    client.post("/w/acme/features/offline/archive/")
    client.post("/w/acme/products/rutas/archive/")
    assert Product.every_workspace.get().archived_at is not None
    client.post("/w/acme/products/rutas/restore/")
    assert Product.every_workspace.get().archived_at is None


def test_a_name_in_use_comes_back_with_the_reason(acme, client_of):
    full(acme)
    traits = {"innovation": "familiar", "price": "low", "cadence": "regular"}

    answer = client_of(acme.member).post("/w/acme/products/new/", {"name": "rutas", **traits})

    assert answer.status_code == 422
    assert "in use already" in answer.content.decode()


@pytest.mark.parametrize(
    ("content", "status", "stored"),
    [(b"[[product]]\nname = 'New'\n", 303, 1), (b"\xff\xfe[[", 422, 0), (b"product = 1", 422, 0)],
)
def test_a_file_is_brought_in_or_refused_with_the_reason(acme, client_of, content, status, stored):
    file = SimpleUploadedFile("products.toml", content)

    answer = client_of(acme.member).post("/w/acme/products/file/bring/", {"file": file})

    assert answer.status_code == status
    assert Product.every_workspace.count() == stored


def test_a_viewer_changes_nothing(acme, client_of):
    full(acme)

    answer = client_of(acme.viewer).post("/w/acme/products/rutas/archive/")

    assert answer.status_code == 403
    assert Product.every_workspace.get().archived_at is None
