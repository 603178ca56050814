"""Two companies full of things, and a fingerprint that changes when anything of one does."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import Model

from conftest import Company
from vereda.foundation.scoping import OwnedByWorkspace
from vereda.workspaces.actions.numbers import reserve_numbers

CANARY = "CANARY"
PREFIXES = ("A", "B", "AL", "AU", "K", "PE", "S", "W", "SV", "T", "N", "I", "C", "OUT", "SC", "OB")
FAR = 900

Maker = Callable[[Company, str], dict[str, str]]


@dataclass(frozen=True, slots=True)
class Furnished:
    """A company and the keys of its things, by the names that addresses use for them."""

    company: Company
    keys: dict[str, str]


def furnished(company: Company, *, word: str, makers: Sequence[Maker]) -> Furnished:
    """The company with one of everything; each name in it holds `word`."""
    keys: dict[str, str] = {}
    for make in makers:
        keys |= make(company, word)
    return Furnished(company, keys)


def begin_numbers_far_away(company: Company) -> None:
    """Let the company's keys be numbers that the other company does not have."""
    for prefix in PREFIXES:
        reserve_numbers(company.workspace, prefix, count=FAR)


def fingerprint(company: Company) -> str:
    """A hash of every row of the company's workspace, over all tables."""
    digest = hashlib.sha256()
    for model in sorted(apps.get_models(), key=lambda each: each._meta.label):
        for row in rows_of(model, company):
            digest.update(repr(row).encode())
    return digest.hexdigest()


def rows_of(model: type[Model], company: Company) -> list[tuple[Any, ...]]:
    """The company's rows in one table, in a stable order."""
    if not issubclass(model, OwnedByWorkspace):
        return []
    rows = model.every_workspace.filter(workspace=company.workspace).order_by("pk")
    return list(rows.values_list())
