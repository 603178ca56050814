import re
from pathlib import Path

import pytest
from django.apps import apps

from tests.architecture.tree import ROOT, modules
from vereda.config.wiring import REACTIONS

DOCS = ROOT / "docs"
WORDS = "works|partly|absent"
REGISTER = {"REL": 30, "ONB": 32, "CSP": 39, "TPT": 40, "OTM": 20}


def text_of(*names: str) -> str:
    return "\n".join((ROOT / name).read_text(encoding="utf-8") for name in names)


def test_every_path_on_the_tour_exists():
    named = re.findall(
        r"`((?:vereda|frontend|tests|docs|deploy|benchmarks)/[\w./-]+)`", text_of("docs/tour.md")
    )

    assert len(named) > 20
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_every_model_is_in_the_glossary():
    glossary = text_of("docs/glossary.md")
    ours = {model.__name__ for model in apps.get_models() if model.__module__.startswith("vereda.")}

    assert {name for name in ours if not re.search(rf"\b{name}\b", glossary)} == set()


def test_every_setting_is_documented():
    read = re.findall(
        r'environment\.(?:text|flag|number|words)\(\s*"(\w+)"', text_of("vereda/config/settings.py")
    )
    documented = text_of("docs/operate/settings.md")

    assert {f"VEREDA_{name}" for name in read if f"VEREDA_{name}" not in documented} == set()


def test_every_make_target_is_documented():
    targets = re.findall(r"^([a-z-]+):.*## ", text_of("Makefile"), flags=re.MULTILINE)

    assert [name for name in targets if f"make {name}" not in text_of("CONTRIBUTING.md")] == []


def test_every_fact_is_documented():
    architecture = text_of("docs/architecture.md")

    assert {kind.__name__ for kind in REACTIONS if kind.__name__ not in architecture} == set()


def register_rows():
    return re.findall(
        rf"^\| ([A-Z]{{3}}-\d\d) \| ({WORDS}) \| ([^|]+) \| ([^|]*) \|$",
        text_of("docs/register.md"),
        flags=re.MULTILINE,
    )


def test_the_register_has_a_row_for_every_capability():
    wanted = [f"{area}-{n:02}" for area, count in REGISTER.items() for n in range(1, count + 1)]

    assert sorted(row[0] for row in register_rows()) == sorted(wanted)


def test_what_the_register_says_works_has_a_test_that_exists():
    unproven = [
        identifier
        for identifier, state, _, proof in register_rows()
        if state != "absent" and not all(exists(path) for path in proof.split(","))
    ]

    assert unproven == []


def exists(proof: str) -> bool:
    path = proof.strip().strip("`").partition("::")[0]
    return bool(path) and (ROOT / path).is_file()


@pytest.mark.parametrize(
    "page",
    sorted(
        path
        for path in ROOT.glob("**/*.md")
        if not {".venv", "node_modules", "var"} & set(path.parts)
    ),
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_links_between_pages_lead_somewhere(page: Path):
    links = re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", page.read_text(encoding="utf-8"))

    assert [link for link in links if not (page.parent / link).exists()] == []


def test_the_changelog_has_an_unreleased_section():
    assert "## Unreleased" in text_of("CHANGELOG.md")


def test_no_file_names_a_package_registry_or_a_path_of_one_machine():
    registry = re.compile(
        r"(pypi|npmjs)\.org/(simple|packages|-/)|files\.pythonhosted|registry\.npmjs"
    )
    locks = [
        *ROOT.glob("requirements/*.txt"),
        *ROOT.glob("**/package-lock.json"),
        ROOT / "Makefile",
    ]
    named = [
        str(path.relative_to(ROOT))
        for path in locks
        if "node_modules" not in path.parts and registry.search(path.read_text(encoding="utf-8"))
    ]

    assert named == []


def test_every_drop_reason_is_explained():
    reasons = re.findall(
        r'^    [A-Z_]+ = "(\w+)"', text_of("vereda/events/contracts/arriving.py"), re.MULTILINE
    )
    explained = text_of("docs/how-to/send-events.md")

    assert reasons
    assert len(modules()) > 20
    assert "quarantine" in explained
