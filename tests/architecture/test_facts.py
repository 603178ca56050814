import ast
from dataclasses import is_dataclass
from importlib import import_module

from tests.architecture.tree import modules
from vereda.config.wiring import REACTIONS


def announced_names():
    """The names of the classes that some action announces."""
    for module in modules():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "announce":
                for inner in ast.walk(node):
                    if isinstance(inner, ast.Call) and inner is not node:
                        yield inner.func.id if isinstance(inner.func, ast.Name) else ""
                        break


def test_every_fact_announced_is_wired():
    wired = {kind.__name__ for kind in REACTIONS}

    assert {name for name in announced_names() if name and name[0].isupper()} - wired == set()


def test_every_fact_wired_is_a_frozen_dataclass_of_contracts():
    strange = [
        kind.__name__
        for kind in REACTIONS
        if ".contracts" not in kind.__module__ or not is_frozen(kind)
    ]

    assert strange == []


def is_frozen(kind):
    return is_dataclass(kind) and vars(kind)["__dataclass_params__"].frozen


def test_every_reaction_is_wired():
    wired = {reaction.__qualname__ for reactions in REACTIONS.values() for reaction in reactions}
    written = {
        node.name
        for module in modules()
        if module.file == "reactions"
        for node in module.tree.body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    }

    assert written - wired == set()


def test_wiring_names_reactions_that_can_be_imported_again():
    for reactions in REACTIONS.values():
        for reaction in reactions:
            assert getattr(import_module(reaction.__module__), reaction.__qualname__) is reaction
