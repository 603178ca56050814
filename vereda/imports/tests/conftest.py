from importlib import import_module

import pytest
from django.conf import settings

from vereda.imports.testing import ThingCodes, ThingsKind


@pytest.fixture(autouse=True)
def things(monkeypatch):
    """The things of this capability's tests are importable, and nothing else."""
    wiring = import_module(settings.VEREDA_WIRING)
    monkeypatch.setattr(wiring, "IMPORTABLE", [ThingsKind()])
    monkeypatch.setattr(wiring, "REFERENCE_WAYS", [ThingCodes()], raising=False)
