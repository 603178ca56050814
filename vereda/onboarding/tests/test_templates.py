"""Templates: drafted, changed by several people, published, copied, archived."""

import pytest

from vereda.foundation.errors import Missing
from vereda.foundation.testing import MORNING, NOON
from vereda.onboarding.actions.templates import (
    add_template_item,
    archive_template,
    copy_template,
    describe_template,
    discard_template_draft,
    draft_template,
    edit_template_item,
    move_template_item,
    publish_edition,
    remove_template_item,
    restore_template,
    save_template_draft,
    set_template_breadth,
    take_template_preset,
    word_template_gate,
)
from vereda.onboarding.contracts.templates import (
    Breadth,
    EditionSpec,
    GateSpec,
    ItemKeyTaken,
    ItemKind,
    ItemSpec,
    NothingToPublish,
    SetNumber,
    TemplateDraftChanged,
    TemplateNameTaken,
    WrongTemplate,
)
from vereda.onboarding.models.plans import Plan
from vereda.onboarding.models.templates import Template, TemplateEdition
from vereda.onboarding.queries.intensity import (
    intensities_of_templates,
    plan_intensity,
    template_intensity,
)
from vereda.onboarding.queries.templates import (
    edition_of,
    edition_with_number,
    editions_of,
    items_of_edition,
    shown_spec,
    template_named,
    template_with_key,
    templates_in,
    templates_to_start_from,
)
from vereda.onboarding.testing import a_plan
from vereda.product.contracts import InnovationLevel, PriceClass
from vereda.product.testing import a_product
from vereda.workspaces.models import AuditLine

pytestmark = pytest.mark.django_db


def line(key, number=1):
    return ItemSpec(
        key=key,
        set_number=SetNumber(number),
        kind=ItemKind.TASK,
        titles={"en": key.capitalize()},
    )


SHORTEST = EditionSpec(breadth=Breadth.STANDARD, items=(line("a", 1), line("b", 2), line("c", 3)))


def a_draft(acme, spec=SHORTEST, **said):
    return draft_template(acme.workspace, **{"name": "Way", "spec": spec, "by": acme.admin, **said})


def a_published(acme, **said):
    template = a_draft(acme, **said)
    publish_edition(template, note="", by=acme.admin, now=MORNING)
    return template


def test_a_draft_has_a_key_and_no_edition(acme):
    template = a_draft(acme)
    assert (template.key, edition_of(template)) == ("T-1", None)
    assert list(templates_to_start_from(acme.workspace)) == []
    assert template_with_key(acme.workspace, "T-1") == template
    assert AuditLine.objects.of(acme.workspace).filter(verb="drafted").count() == 1


def test_a_template_needs_no_product_and_no_product_that_is_sold(acme):
    unsold = a_product(acme, name="Next year's", slug="next-years")
    assert a_draft(acme).product is None
    assert a_draft(acme, name="Other", product=unsold).product == unsold


def test_a_product_of_another_workspace_is_not_there(acme, globex):
    theirs = a_product(globex, name="Theirs", slug="theirs")
    with pytest.raises(Missing):
        a_draft(acme, product=theirs)
    assert not Template.objects.of(acme.workspace).exists()


def test_a_name_is_taken_once_until_it_is_archived(acme):
    first = a_draft(acme)
    with pytest.raises(TemplateNameTaken):
        a_draft(acme, name=" Way ")
    archive_template(first, by=acme.admin, now=MORNING)
    a_draft(acme)
    with pytest.raises(TemplateNameTaken):
        restore_template(first, by=acme.admin)
    assert template_named(acme.workspace, "Way") == template_with_key(acme.workspace, "T-2")


@pytest.mark.parametrize("name", ["", "  ", "n" * 121])
def test_a_template_without_a_fitting_name_is_refused(acme, name):
    with pytest.raises(WrongTemplate):
        a_draft(acme, name=name)
    assert not Template.objects.of(acme.workspace).exists()


def test_publishing_makes_editions_that_never_change(acme):
    template = a_published(acme)
    add_template_item(template, item=line("d", 3), by=acme.member)

    second = publish_edition(template, note=" A photo helps. ", by=acme.admin, now=NOON)

    assert [each.number for each in editions_of(template)] == [2, 1]
    assert (second.note, second.published_at, second.published_by) == (
        "A photo helps.",
        NOON,
        acme.admin,
    )
    first = edition_with_number(template, 1)
    assert [item.key for item in items_of_edition(first)] == ["a", "b", "c"]
    assert [item.key for item in items_of_edition(second)] == ["a", "b", "c", "d"]
    template.refresh_from_db()
    assert (template.current, template.draft) == (second, None)


def test_publishing_the_same_again_is_refused(acme):
    template = a_published(acme)
    with pytest.raises(NothingToPublish):
        publish_edition(template, note="", by=acme.admin, now=NOON)
    save_template_draft(template, spec=SHORTEST, by=acme.admin)
    with pytest.raises(NothingToPublish):
        publish_edition(template, note="", by=acme.admin, now=NOON)
    assert TemplateEdition.objects.of(acme.workspace).count() == 1


def test_what_is_unfinished_is_not_published_and_says_why(acme):
    template = a_draft(acme, EditionSpec(breadth=Breadth.STANDARD, items=(line("a"), line("c", 3))))
    with pytest.raises(WrongTemplate, match="Set 2, “We start”, has no item"):
        publish_edition(template, note="", by=acme.admin, now=NOON)
    assert edition_of(template) is None


def test_what_is_not_even_a_draft_is_refused_and_the_draft_stays(acme):
    template = a_draft(acme)
    with pytest.raises(WrongTemplate, match="is there twice"):
        save_template_draft(template, spec=EditionSpec(items=(line("a"), line("a"))), by=acme.admin)
    template.refresh_from_db()
    assert template.drafted == SHORTEST


def test_two_people_who_change_the_draft_do_not_overwrite_each_other(acme):
    template = a_draft(acme)
    seen = template.draft_version
    again = template_with_key(acme.workspace, template.key)

    add_template_item(template, item=line("mine"), version=seen, by=acme.member)
    with pytest.raises(TemplateDraftChanged):
        add_template_item(again, item=line("theirs"), version=seen, by=acme.admin)

    template.refresh_from_db()
    assert [item.key for item in template.drafted.items] == ["a", "mine", "b", "c"]


def test_only_the_draft_that_was_read_is_published_or_discarded(acme):
    template = a_published(acme)
    add_template_item(template, item=line("seen"), by=acme.member)
    seen = template.draft_version
    add_template_item(template, item=line("unseen"), by=acme.admin)

    with pytest.raises(TemplateDraftChanged):
        publish_edition(template, note="", version=seen, by=acme.admin, now=NOON)
    with pytest.raises(TemplateDraftChanged):
        discard_template_draft(template, version=seen, by=acme.member)

    assert TemplateEdition.objects.of(acme.workspace).count() == 1
    assert "unseen" in {
        item.key for item in shown_spec(template_with_key(acme.workspace, "T-1")).items
    }


def test_a_new_name_does_not_bring_an_old_draft_back(acme):
    template = a_draft(acme)
    read_before = template_with_key(acme.workspace, template.key)
    add_template_item(template, item=line("new"), by=acme.member)
    describe_template(
        read_before,
        name="Road",
        description="",
        product=None,
        innovation=InnovationLevel.FAMILIAR,
        price=PriceClass.LOW,
        by=acme.admin,
    )
    kept = template_with_key(acme.workspace, template.key)
    assert (kept.name, len(shown_spec(kept).items)) == ("Road", 4)


def test_items_are_changed_moved_and_removed_in_the_draft_only(acme):
    template = a_published(acme)
    add_template_item(template, item=line("new"), by=acme.member)
    edit_template_item(template, "a", item=line("a", 2), by=acme.member)
    move_template_item(template, "a", step=-1, by=acme.member)
    remove_template_item(template, "c", by=acme.member)
    word_template_gate(
        template, gate=GateSpec(set_number=SetNumber.START, labels={"en": "Go"}), by=acme.member
    )
    set_template_breadth(template, breadth=Breadth.ADVANCED, by=acme.member)

    spec = shown_spec(template)
    assert [item.key for item in spec.items] == ["new", "a", "b"]
    assert (spec.breadth, spec.gate_of_set(SetNumber.START).labels) == (
        Breadth.ADVANCED,
        {"en": "Go"},
    )
    assert edition_with_number(template, 1).spec == SHORTEST


def test_a_key_that_is_taken_or_not_there_is_refused(acme):
    template = a_draft(acme)
    with pytest.raises(ItemKeyTaken):
        add_template_item(template, item=line("b"), by=acme.member)
    with pytest.raises(ItemKeyTaken):
        edit_template_item(template, "a", item=line("b"), by=acme.member)
    for act in (
        lambda: edit_template_item(template, "x", item=line("x"), by=acme.member),
        lambda: move_template_item(template, "x", step=1, by=acme.member),
        lambda: remove_template_item(template, "x", by=acme.member),
    ):
        with pytest.raises(Missing):
            act()
    template.refresh_from_db()
    assert template.drafted == SHORTEST


def test_a_draft_is_discarded_unless_there_is_nothing_else(acme):
    template = a_draft(acme)
    with pytest.raises(NothingToPublish):
        discard_template_draft(template, by=acme.member)
    publish_edition(template, note="", by=acme.admin, now=MORNING)
    add_template_item(template, item=line("new"), by=acme.member)

    discard_template_draft(template, by=acme.member)

    template.refresh_from_db()
    assert (template.draft, shown_spec(template)) == (None, SHORTEST)


def test_an_archived_template_is_neither_changed_nor_published(acme):
    template = a_draft(acme)
    archive_template(template, by=acme.admin, now=NOON)
    with pytest.raises(TemplateDraftChanged):
        add_template_item(template, item=line("new"), by=acme.member)
    with pytest.raises(NothingToPublish):
        publish_edition(template, note="", by=acme.admin, now=NOON)
    assert list(templates_in(acme.workspace)) == []

    restore_template(template, by=acme.admin)

    assert list(templates_in(acme.workspace)) == [template]


def test_a_copy_says_the_same_and_goes_its_own_way(acme):
    template = a_published(acme, description="Why", price=PriceClass.HIGH)
    copied = copy_template(template, name="Way 2", by=acme.member)
    remove_template_item(copied, "a", by=acme.member)

    assert (copied.description, copied.price, edition_of(copied)) == ("Why", "high", None)
    assert shown_spec(template) == SHORTEST
    assert [item.key for item in shown_spec(copied).items] == ["b", "c"]


def test_other_words_leave_the_editions_alone(acme):
    template = a_published(acme)
    describe_template(
        template,
        name="Road",
        description="For all",
        product=None,
        innovation=InnovationLevel.NEW_TO_ALL,
        price=PriceClass.LOW,
        by=acme.member,
    )
    assert [row.name for row in templates_in(acme.workspace)] == ["Road"]
    assert len(editions_of(template)) == 1


def test_a_preset_is_published_by_who_may_and_a_draft_by_who_may_not(acme):
    ready = take_template_preset(acme.workspace, "b2c", language="es", by=acme.admin, now=MORNING)
    drafted = take_template_preset(
        acme.workspace, "b2b-saas", language="en", by=acme.member, now=MORNING
    )
    assert (ready.name, ready.current, ready.draft) == (
        "Una persona (B2C)",
        edition_with_number(ready, 1),
        None,
    )
    assert (drafted.name, drafted.current) == ("Business software (B2B)", None)
    titles = {item.key: item.titles for item in edition_with_number(ready, 1).spec.items}
    assert titles["size"] == {"en": "Your T-shirt size", "es": "Tu talla de camiseta"}


@pytest.mark.parametrize("preset", ["../b2c", "nothing", ""])
def test_a_preset_that_is_not_there_is_missing(acme, preset):
    with pytest.raises(Missing):
        take_template_preset(acme.workspace, preset, language="en", by=acme.admin, now=MORNING)


def test_the_product_decides_how_closely_they_are_followed_up(acme):
    product = a_product(
        acme,
        name="Robot",
        slug="robot",
        innovation=InnovationLevel.NEW_TO_ALL,
        price=PriceClass.HIGH,
    )
    plain = a_draft(acme, name="Plain", innovation=InnovationLevel.FAMILIAR, price=PriceClass.LOW)
    for_robot = a_draft(acme, name="Robot", product=product)

    assert template_intensity(plain).points == 2
    assert template_intensity(for_robot).points == 6


def test_a_way_that_somebody_finished_is_less_new(acme):
    plan = a_plan(acme)
    template = plan.edition.template
    before = (template_intensity(template).points, plan_intensity(plan).points)

    Plan.objects.of(acme.workspace).filter(pk=plan.pk).update(onboarded_at=NOON)

    assert (template_intensity(template).points, plan_intensity(plan).points) == (
        before[0] - 1,
        before[1] - 1,
    )


def test_many_templates_cost_two_questions(acme, django_assert_num_queries):
    rows = [a_draft(acme, name=f"Way {number}") for number in range(5)]
    with django_assert_num_queries(2):
        found = intensities_of_templates(acme.workspace, rows)
    assert {each.points for each in found.values()} == {3}
