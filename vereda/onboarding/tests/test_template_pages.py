"""The pages of templates: read by everybody, built without a script, in constant questions."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from vereda.foundation.testing import MORNING
from vereda.onboarding.actions.templates import (
    add_template_item,
    draft_template,
    publish_edition,
    remove_template_item,
    take_template_preset,
)
from vereda.onboarding.contracts.templates import (
    Breadth,
    EditionSpec,
    FileKind,
    ItemKind,
    ItemSpec,
    MilestoneMeasure,
    SetNumber,
)
from vereda.onboarding.models.templates import Template
from vereda.onboarding.queries.templates import edition_with_number, shown_spec, template_with_key
from vereda.onboarding.template_files import template_in_file
from vereda.product.testing import a_product

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}


def a_ready_one(company, preset="b2b-saas"):
    return take_template_preset(
        company.workspace, preset, language="en", by=company.admin, now=MORNING
    )


def drafted(company, key="T-1"):
    return template_with_key(company.workspace, key).drafted


def words(response):
    return response.content.decode()


def test_an_empty_list_offers_the_ready_ones_and_one_click_takes_one(acme, client_of):
    client = client_of(acme.admin)
    page = client.get("/w/acme/onboarding/templates/")
    assert [slug for slug, *_ in page.context["presets"]] == [
        "b2b-saas",
        "b2c",
        "physical-product",
    ]

    answer = client.post("/w/acme/onboarding/templates/ready/b2c/")

    assert (answer.status_code, answer["Location"]) == (303, "/w/acme/onboarding/templates/T-1/")
    page = client.get("/w/acme/onboarding/templates/")
    assert [row["template"].name for row in page.context["rows"]] == ["One person (B2C)"]
    assert [slug for slug, *_ in page.context["presets"]] == ["b2b-saas", "physical-product"]


def test_a_ready_one_is_offered_and_named_in_the_members_language(acme, client_of):
    acme.member.user.language = "es"
    acme.member.user.save()
    client = client_of(acme.member)
    assert "Software para empresas (B2B)" in words(client.get("/w/acme/onboarding/templates/"))
    client.post("/w/acme/onboarding/templates/ready/b2b-saas/")
    assert Template.objects.of(acme.workspace).get().name == "Software para empresas (B2B)"


def test_a_viewer_reads_everything_and_is_offered_no_change(acme, client_of):
    template = a_ready_one(acme)
    page = client_of(acme.viewer).get(f"/w/acme/onboarding/templates/{template.key}/")
    said = words(page)
    assert [len(each.items) > 0 for each in page.context["sets"]] == [True] * 6
    assert "An export of your current customers" in said
    assert "5 work days to prepare it" in said
    assert "asks for a smile" in said
    assert "expected within 20 work days" in said
    assert (page.context["may_edit"], page.context["may_publish"]) == (False, False)
    assert "/build/" not in said
    assert "/publish/" not in said


def test_a_viewer_reads_what_is_in_force_and_an_editor_the_draft(acme, client_of):
    template = a_ready_one(acme)
    remove_template_item(template, "logo", by=acme.member)
    url = f"/w/acme/onboarding/templates/{template.key}/"
    assert "Your logo" in words(client_of(acme.viewer).get(url))
    page = client_of(acme.member).get(url)
    assert page.context["changes"] == ["“Your logo” is no longer asked for"]
    assert not page.context["may_publish"]


def test_the_page_says_why_they_are_followed_up_so_closely(acme, client_of):
    template = a_ready_one(acme, "physical-product")
    page = client_of(acme.viewer).get(f"/w/acme/onboarding/templates/{template.key}/")
    assert page.context["intensity"].points == 6
    assert "every 5 days in a meeting" in words(page)
    assert "New to us: nobody has finished this way with us yet" in words(page)


def test_a_template_is_begun_for_a_product_that_is_not_sold_yet(acme, client_of):
    product = a_product(acme, name="Next year", slug="next-years")
    client = client_of(acme.member)
    said = {
        "name": "Next year",
        "breadth": "standard",
        "product": "next-years",
        "innovation": "familiar",
        "price": "low",
    }
    answer = client.post("/w/acme/onboarding/templates/new/", said)
    assert answer["Location"] == "/w/acme/onboarding/templates/T-1/build/"
    template = template_with_key(acme.workspace, "T-1")
    assert (template.product, shown_spec(template).breadth) == (product, Breadth.STANDARD)


def test_a_name_that_is_taken_is_said_in_the_form(acme, client_of):
    draft_template(acme.workspace, name="Way", by=acme.member)
    said = {"name": "Way", "breadth": "standard", "innovation": "familiar", "price": "low"}
    answer = client_of(acme.member).post("/w/acme/onboarding/templates/new/", said)
    assert answer.status_code == 409
    assert "There is a template called “Way” already." in words(answer)


def built(acme, client, kind, number=1, **said):
    url = f"/w/acme/onboarding/templates/T-1/sets/{number}/add/{kind}/"
    wanted = {"set_number": number, "party": "them", "lead_days": 3, "required": "on", **said}
    return client.post(url, wanted)


def test_a_checklist_is_built_with_plain_forms_and_published(acme, client_of):
    draft_template(
        acme.workspace, name="Way", spec=EditionSpec(breadth=Breadth.STANDARD), by=acme.member
    )
    client = client_of(acme.admin)
    given = {"wanted_en": "All of them", "example_en": "1; Ana"}
    built(acme, client, "export", title_en="Your list", file_kinds=["csv", "xlsx"], **given)
    built(
        acme,
        client,
        "choice",
        title_en="Size",
        title_es="Talla",
        answers_en="Small\nLarge",
        answers_es="Pequeña\nGrande",
        after=["your-list"],
        **given,
    )
    built(acme, client, "task", 2, title_es="Preparar", party="us")
    built(acme, client, "meeting", 3, title_en="Opening", minutes=30, smile="on")
    built(acme, client, "milestone", 3, title_en="Smile", measure="smile")

    items = drafted(acme).items
    assert [item.key for item in items] == ["your-list", "size", "preparar", "opening", "smile"]
    assert items[0] == ItemSpec(
        key="your-list",
        set_number=SetNumber.NEEDS,
        kind=ItemKind.EXPORT,
        titles={"en": "Your list"},
        wanted={"en": "All of them"},
        example={"en": "1; Ana"},
        lead_days=3,
        file_kinds=(FileKind.CSV, FileKind.XLSX),
    )
    size, opening = drafted(acme).item_with_key("size"), drafted(acme).item_with_key("opening")
    assert [(each.key, each.titles) for each in size.choices] == [
        ("small", {"en": "Small", "es": "Pequeña"}),
        ("large", {"en": "Large", "es": "Grande"}),
    ]
    assert (size.after, opening.minutes, opening.smile) == (("your-list",), 30, True)
    assert drafted(acme).item_with_key("smile").measure is MilestoneMeasure.SMILE

    version = template_with_key(acme.workspace, "T-1").draft_version
    answer = client.post(
        "/w/acme/onboarding/templates/T-1/publish/", {"note": "First", "version": version}
    )
    assert answer.status_code == 303
    edition = edition_with_number(template_with_key(acme.workspace, "T-1"), 1)
    assert (edition.number, edition.note, edition.published_by) == (1, "First", acme.admin)


def test_an_item_is_changed_and_its_answers_keep_their_short_names(acme, client_of):
    a_ready_one(acme, "b2c")
    url = "/w/acme/onboarding/templates/T-1/items/goal/"
    client = client_of(acme.member)
    shown = client.get(url).context["form"]
    said = {name: shown[name].value() for name in shown.fields}
    said |= {
        "answers_en": "Something else\nTo have more time",
        "answers_es": "Otra cosa\nPara tener más tiempo",
        "lead_days": 4,
    }

    answer = client.post(url, said)

    assert answer.status_code == 303
    goal = drafted(acme).item_with_key("goal")
    assert [choice.key for choice in goal.choices] == ["something-else", "time"]
    assert (goal.lead_days, goal.titles["es"]) == (4, "Para qué lo quieres")


def test_an_item_becomes_another_kind(acme, client_of):
    a_ready_one(acme, "b2c")
    client, url = client_of(acme.member), "/w/acme/onboarding/templates/T-1/items/size/?kind=value"
    shown = client.get(url).context["form"]
    assert "answers_en" not in shown.fields
    client.post(url, {name: shown[name].value() for name in shown.fields})
    size = drafted(acme).item_with_key("size")
    assert (size.kind, size.choices) == (ItemKind.VALUE, ())


def test_an_item_without_a_title_says_so_in_the_form(acme, client_of):
    draft_template(acme.workspace, name="Way", by=acme.member)
    answer = built(acme, client_of(acme.member), "task")
    assert answer.status_code == 422
    assert "Say what it is called." in words(answer)
    assert drafted(acme).items == ()


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(acme, client_of):
    template = draft_template(acme.workspace, name="Way", by=acme.member)
    seen = template.draft_version
    task = ItemSpec(
        key="mine", set_number=SetNumber.NEEDS, kind=ItemKind.TASK, titles={"en": "Mine"}
    )
    add_template_item(template, item=task, by=acme.admin)

    answer = built(acme, client_of(acme.member), "task", title_en="Theirs", version=seen)

    assert answer.status_code == 409
    assert "Somebody else changed the template meanwhile" in words(answer)
    assert [item.key for item in drafted(acme).items] == ["mine"]


def test_items_move_with_and_without_a_script(acme, client_of):
    a_ready_one(acme)
    client, url = client_of(acme.member), "/w/acme/onboarding/templates/T-1/items/people/move/"

    plain = client.post(url, {"step": "up"})
    assert plain["Location"] == "/w/acme/onboarding/templates/T-1/build/#item-people"
    assert drafted(acme).items[0].key == "people"

    fragment = client.post(url, {"step": "down"}, headers=HTMX)
    assert (fragment.status_code, drafted(acme).items[1].key) == (200, "people")
    assert words(fragment).lstrip().startswith('<form id="builder"')
    assert f'value="{template_with_key(acme.workspace, "T-1").draft_version}"' in words(fragment)


def test_an_item_is_removed_and_nobody_waits_for_it(acme, client_of):
    a_ready_one(acme)
    client_of(acme.member).post("/w/acme/onboarding/templates/T-1/items/train-leads/remove/")
    assert drafted(acme).item_with_key("train-leads") is None
    assert drafted(acme).item_with_key("train-team").after == ()


def test_a_gate_gets_words_of_its_own_and_says_what_it_says_without(acme, client_of):
    template = a_ready_one(acme)
    client, url = (
        client_of(acme.member),
        f"/w/acme/onboarding/templates/{template.key}/sets/1/gate/",
    )
    assert "Left empty it says “We have everything”" in words(client.get(url))
    client.post(url, {"label_en": "Go", "label_es": "", "unlocks_es": "todos"})
    gate = drafted(acme).gate_of_set(SetNumber.NEEDS)
    assert (gate.labels, gate.unlocks) == ({"en": "Go"}, {"es": "todos"})


def test_what_is_the_matter_with_a_draft_is_listed(acme, client_of):
    template = draft_template(acme.workspace, name="Way", by=acme.member)
    page = client_of(acme.admin).get(f"/w/acme/onboarding/templates/{template.key}/build/")
    assert page.context["problems"] == ["The checklist is empty. Add what a customer needs."]
    answer = client_of(acme.admin).post(f"/w/acme/onboarding/templates/{template.key}/publish/", {})
    assert answer.status_code == 422
    assert "The checklist is empty." in words(answer)


def test_a_file_goes_out_and_comes_in(acme, client_of):
    template = a_ready_one(acme)
    client = client_of(acme.member)
    out = client.get("/w/acme/onboarding/templates/T-1/file/")
    assert out["Content-Disposition"] == 'attachment; filename="template-1.toml"'
    assert template_in_file(words(out)).spec == template.current.spec

    renamed = words(out).replace("Business software (B2B)", "Ours").encode()
    answer = client.post(
        "/w/acme/onboarding/templates/from-file/", {"file": SimpleUploadedFile("t.toml", renamed)}
    )

    assert answer["Location"] == "/w/acme/onboarding/templates/T-2/"
    assert drafted(acme, "T-2") == template.current.spec


def test_a_file_replaces_the_draft_and_leaves_the_name(acme, client_of):
    a_ready_one(acme)
    client = client_of(acme.member)
    other = a_ready_one(acme, "b2c")
    text = client.get(f"/w/acme/onboarding/templates/{other.key}/file/").content
    client.post(
        "/w/acme/onboarding/templates/T-1/from-file/", {"file": SimpleUploadedFile("t.toml", text)}
    )
    row = template_with_key(acme.workspace, "T-1")
    assert (row.name, row.drafted) == ("Business software (B2B)", other.current.spec)


@pytest.mark.parametrize("content", [b"\xff\xfe", b"name = ", b"x = 1"])
def test_a_file_that_is_no_template_says_why(acme, client_of, content):
    answer = client_of(acme.member).post(
        "/w/acme/onboarding/templates/from-file/", {"file": SimpleUploadedFile("t.toml", content)}
    )
    assert answer.status_code == 422
    assert 'role="alert"' in words(answer)
    assert not Template.objects.of(acme.workspace).exists()


def test_a_template_is_copied_archived_and_restored(acme, client_of):
    template = a_ready_one(acme)
    client = client_of(acme.admin)
    client.post("/w/acme/onboarding/templates/T-1/copy/", {"name": "Ours"})
    assert drafted(acme, "T-2") == template.current.spec
    client.post("/w/acme/onboarding/templates/T-1/archive/")
    assert "Archived" in words(client.get("/w/acme/onboarding/templates/"))
    client.post("/w/acme/onboarding/templates/T-1/restore/")
    assert template_with_key(acme.workspace, "T-1").archived_at is None


def test_a_draft_is_discarded_and_the_edition_shown_again(acme, client_of):
    template = a_ready_one(acme)
    remove_template_item(template, "logo", by=acme.member)
    said = {"version": template.draft_version}
    client_of(acme.member).post("/w/acme/onboarding/templates/T-1/discard/", said)
    assert drafted(acme) is None


def test_a_longer_breadth_is_a_change_of_the_draft(acme, client_of):
    a_ready_one(acme)
    said = {
        "name": "Short",
        "breadth": "standard",
        "product": "",
        "innovation": "familiar",
        "price": "low",
    }
    client_of(acme.member).post("/w/acme/onboarding/templates/T-1/describe/", said)
    row = template_with_key(acme.workspace, "T-1")
    assert (row.name, shown_spec(row).breadth) == ("Short", Breadth.STANDARD)
    assert edition_with_number(row, 1).spec.breadth is Breadth.ADVANCED


def test_an_edition_shows_what_it_said_and_changed(acme, client_of):
    template = a_ready_one(acme)
    remove_template_item(template, "logo", by=acme.member)
    publish_edition(template, note="Nobody looked at it", by=acme.admin, now=MORNING)
    client = client_of(acme.viewer)
    first = client.get("/w/acme/onboarding/templates/T-1/editions/1/")
    second = client.get("/w/acme/onboarding/templates/T-1/editions/2/")
    assert "Your logo" in words(first)
    assert second.context["changes"] == ["“Your logo” is no longer asked for"]
    assert client.get("/w/acme/onboarding/templates/T-1/editions/3/").status_code == 404


@pytest.mark.parametrize(
    "where",
    ["sets/0/gate/", "sets/7/add/", "sets/1/add/gift/", "items/nobody/", "items/goal/?kind=gift"],
)
def test_what_is_not_there_is_not_found(acme, client_of, where):
    a_ready_one(acme, "b2c")
    answer = client_of(acme.member).get(f"/w/acme/onboarding/templates/T-1/{where}")
    assert answer.status_code == 404


def test_milestones_are_not_offered_before_anybody_has_the_product(acme, client_of):
    a_ready_one(acme)
    client = client_of(acme.member)
    early = client.get("/w/acme/onboarding/templates/T-1/sets/2/add/").context["kinds"]
    late = client.get("/w/acme/onboarding/templates/T-1/sets/3/add/").context["kinds"]
    assert {each.kind for each in late} - {each.kind for each in early} == {"milestone"}


def test_the_pages_cost_the_same_however_much_there_is(acme, client_of):
    client = client_of(acme.admin)
    a_ready_one(acme)
    few = {url: questions(client, url) for url in URLS}

    for number in range(4):
        draft_template(acme.workspace, name=f"Way {number}", by=acme.admin)
    template = template_with_key(acme.workspace, "T-1")
    for key in ("logo", "people", "sign-in"):
        remove_template_item(template, key, by=acme.member)
        publish_edition(template, note="", by=acme.admin, now=MORNING)

    assert {url: questions(client, url) for url in URLS} == few


URLS = (
    "/w/acme/onboarding/templates/",
    "/w/acme/onboarding/templates/T-1/",
    "/w/acme/onboarding/templates/T-1/build/",
    "/w/acme/onboarding/templates/T-1/items/customer-list/",
)


def questions(client, url):
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert client.get(url).status_code == 200
    return len(asked)
