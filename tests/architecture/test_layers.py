import grimp
import pytest
from django.apps import apps
from django.db.models import ForeignKey, ManyToManyField, OneToOneField

from tests.architecture.tree import DOORS, capabilities, height_of

OUTSIDE_DOORS = {"foundation"}
KNOWS_EVERYBODY = {"config"}


def test_every_package_stands_on_a_layer():
    heights = {capability: height_of(capability) for capability in capabilities()}

    assert min(heights.values()) == 0


@pytest.fixture(scope="module")
def graph():
    return grimp.build_graph("vereda", exclude_type_checking_imports=True)


def crossings(graph):
    """Imports from one capability into another, tests and migrations apart."""
    for importer in sorted(graph.modules):
        parts = importer.split(".")
        if len(parts) < 2 or {"tests", "migrations"} & set(parts):
            continue
        for imported in sorted(graph.find_modules_directly_imported_by(importer)):
            target = imported.split(".")
            if len(target) > 1 and target[1] != parts[1]:
                yield parts, target


def test_another_capability_is_entered_only_by_its_doors(graph):
    by_the_window = [
        f"{'.'.join(importer)} imports {'.'.join(imported)}"
        for importer, imported in crossings(graph)
        if importer[1] not in KNOWS_EVERYBODY
        and importer[2:3] not in (["testing"], ["admin"])
        and imported[1] not in OUTSIDE_DOORS
        and imported[2:3]
        and imported[2] not in DOORS
    ]

    assert by_the_window == []


def crossing_keys():
    for model in apps.get_models():
        if not model.__module__.startswith("vereda."):
            continue
        for field in model._meta.local_fields + model._meta.local_many_to_many:
            if isinstance(field, ForeignKey | OneToOneField | ManyToManyField):
                target = field.related_model
                if target.__module__.startswith("vereda."):
                    yield model, field, target


def test_foreign_keys_look_down():
    upward = [
        f"{model.__name__}.{field.name} -> {target.__name__}"
        for model, field, target in crossing_keys()
        if model._meta.app_label != target._meta.app_label
        and height_of(model._meta.app_label) <= height_of(target._meta.app_label)
    ]

    assert upward == []


def test_a_key_across_capabilities_leaves_no_trace_on_its_target():
    leaving = [
        f"{model.__name__}.{field.name}"
        for model, field, target in crossing_keys()
        if model._meta.app_label != target._meta.app_label
        and field.remote_field.related_name != "+"
    ]

    assert leaving == []
