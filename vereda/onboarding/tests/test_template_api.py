"""Templates for programs: read, put as a file, published."""

import pytest

from vereda.foundation.testing import MORNING
from vereda.onboarding.actions.templates import take_template_preset
from vereda.onboarding.queries.templates import shown_spec, template_with_key
from vereda.onboarding.template_files import preset_file, template_as_file
from vereda.workspaces.testing import a_program

pytestmark = pytest.mark.django_db

ADDRESS = "/onboarding-templates"


def a_ready_one(company):
    return take_template_preset(
        company.workspace, "b2c", language="en", by=company.admin, now=MORNING
    )


def test_templates_are_listed_and_read_whole(acme):
    a_ready_one(acme)
    program = a_program(acme.viewer)

    (listed,) = program.get(ADDRESS).json()
    whole = program.get(f"{ADDRESS}/T-1").json()

    assert (listed["key"], listed["edition"], listed["has_draft"]) == ("T-1", 1, False)
    assert (whole["breadth"], whole["items"][0]["key"]) == ("advanced", "goal")
    assert whole["items"][0]["titles"]["es"] == "Para qué lo quieres"


def test_a_file_makes_a_template_and_replaces_its_draft(acme):
    program = a_program(acme.member)
    text = template_as_file(preset_file("b2c", "en"))

    made = program.post(ADDRESS, {"file": text})
    read = program.get(f"{ADDRESS}/T-1").json()["file"]
    longer = read.replace("Your T-shirt size", "Your size in T-shirts")
    put = program.put(f"{ADDRESS}/T-1", {"file": longer})

    assert (made.status_code, put.status_code) == (201, 200)
    spec = shown_spec(template_with_key(acme.workspace, "T-1"))
    titles = {item.key: item.titles["en"] for item in spec.items}
    assert titles["size"] == "Your size in T-shirts"


def test_an_edition_is_published_once(acme):
    program = a_program(acme.admin)
    text = template_as_file(preset_file("b2c", "en"))
    program.post(ADDRESS, {"file": text})

    first = program.post(f"{ADDRESS}/T-1/publish", {"note": "Go"})
    again = program.post(f"{ADDRESS}/T-1/publish", {})

    assert (first.status_code, first.json()["number"], first.json()["note"]) == (201, 1, "Go")
    assert again.status_code == 409


def test_what_is_no_template_is_refused_with_its_place(acme):
    program = a_program(acme.member)
    text = 'name = "X"\n[[item]]\nkey = "a"\nset = 9\nkind = "value"\ntitle = "A"'
    refused = program.post(ADDRESS, {"file": text})
    assert refused.status_code == 422
    assert "$.item[0].set" in refused.content.decode()


def test_a_name_that_is_taken_is_a_conflict(acme):
    a_ready_one(acme)
    text = template_as_file(preset_file("b2c", "en"))
    refused = a_program(acme.member).post(ADDRESS, {"file": text})
    assert refused.status_code == 409
