import pytest
from django.apps import apps
from django.db import models

from vereda.foundation.personal_data import NotPersonal, Personal
from vereda.foundation.scoping import OwnedByWorkspace, OwnedManager

OURS = [model for model in apps.get_models() if model.__module__.startswith("vereda.")]
HOLDS_WORDS = (
    models.CharField,
    models.TextField,
    models.JSONField,
    models.FileField,
    models.GenericIPAddressField,
    models.BinaryField,
)


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_it_belongs_to_a_workspace_or_says_why_not(model):
    assert issubclass(model, OwnedByWorkspace) or model.belongs_to_no_workspace_because


@pytest.mark.parametrize(
    "model",
    [model for model in OURS if issubclass(model, OwnedByWorkspace)],
    ids=lambda m: m.__name__,
)
def test_it_answers_nothing_until_the_workspace_is_named(model):
    assert isinstance(model.objects, OwnedManager)
    assert model._meta.default_manager_name == "every_workspace"


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_every_field_that_holds_words_says_whether_it_is_about_a_person(model):
    words = {
        field.name
        for field in model._meta.local_fields
        if isinstance(field, HOLDS_WORDS) and not field.choices
    }

    assert words - set(model.personal_data) == set()
    assert set(model.personal_data) - {field.name for field in model._meta.local_fields} == set()
    assert all(isinstance(said, Personal | NotPersonal) for said in model.personal_data.values())
