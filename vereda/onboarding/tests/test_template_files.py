"""Templates as files: what is written is read again; what is wrong says why and where."""

import re
from pathlib import Path

import msgspec
import pytest

from vereda.onboarding.contracts.templates import (
    GIVEN_KINDS,
    LANGUAGES,
    Breadth,
    ItemKind,
    MilestoneMeasure,
    SetNumber,
    WrongTemplate,
)
from vereda.onboarding.rules.templates import (
    advice_about,
    missing_in_language,
    problems_in_template,
)
from vereda.onboarding.template_files import (
    PRESETS,
    TemplateFile,
    preset_file,
    preset_template,
    template_as_file,
    template_in_file,
)

DOCUMENTS = Path(__file__).parents[3] / "docs" / "use"


@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_can_be_published_and_wants_for_nothing(preset):
    spec = preset_template(preset, language="en").spec
    assert problems_in_template(spec) == []
    assert advice_about(spec) == []
    assert [missing_in_language(spec, language) for language in LANGUAGES] == [[], []]


@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_has_six_sets_with_training_a_third_party_installation_and_a_smile(preset):
    spec = preset_template(preset, language="en").spec
    first_contact = spec.items_of_set(SetNumber.FIRST_CONTACT)

    assert spec.breadth is Breadth.ADVANCED
    assert [len(spec.items_of_set(number)) > 0 for number in SetNumber] == [True] * 6
    assert ItemKind.TRAINING in {item.kind for item in first_contact}
    assert [item.kind for item in first_contact if item.smile] == [ItemKind.MEETING]
    assert {item.measure for item in spec.items if item.measure} == {
        MilestoneMeasure.FIRST_USE,
        MilestoneMeasure.FIRST_USE_COMPLETED,
        MilestoneMeasure.REGULAR_USE,
        MilestoneMeasure.BENEFIT_VERIFIED,
    }


@pytest.mark.parametrize("preset", PRESETS)
def test_every_deliverable_of_a_preset_says_what_is_wanted_shows_it_and_gives_time(preset):
    spec = preset_template(preset, language="en").spec
    given = [item for item in spec.items if item.kind in GIVEN_KINDS]
    assert len(given) >= 6
    assert {set(item.wanted) == set(LANGUAGES) for item in given} == {True}
    assert {set(item.example) == set(LANGUAGES) for item in given} == {True}
    assert min(item.lead_days for item in given) >= 2


@pytest.mark.parametrize("preset", PRESETS)
def test_a_preset_asks_for_the_same_in_both_languages(preset):
    def bare(item):
        choices = tuple(choice.key for choice in item.choices)
        return msgspec.structs.replace(
            item, titles={}, wanted={}, example={}, who={}, choices=()
        ), choices

    english, spanish = (preset_file(preset, language) for language in LANGUAGES)
    assert [bare(item) for item in english.spec.items] == [
        bare(item) for item in spanish.spec.items
    ]
    assert (english.innovation, english.price) == (spanish.innovation, spanish.price)
    assert english.name != spanish.name


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("preset", PRESETS)
def test_a_preset_survives_its_own_file(preset, language):
    told = preset_template(preset, language=language)
    assert template_in_file(template_as_file(told)) == told


def test_a_language_without_preset_gets_the_english_name():
    assert preset_template("b2c", language="fr").name == preset_file("b2c", "en").name


def test_a_text_in_one_language_is_written_plainly():
    written = template_as_file(preset_file("b2c", "es"))
    assert 'language = "es"' in written
    assert 'title = "Tu talla de camiseta"' in written


def test_an_empty_template_survives_its_file():
    told = TemplateFile(name="Ñandú “uno”", spec=preset_file("b2c", "en").spec)
    assert template_in_file(template_as_file(told)) == told


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_file_that_the_documents_show_can_be_read(language):
    page = DOCUMENTS / language / "onboarding-templates.md"
    (shown,) = re.findall(r"```toml\n(.*?)```", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    (item,) = template_in_file(shown).spec.items
    assert (item.kind, item.lead_days, set(item.titles)) == (ItemKind.EXPORT, 5, {language})


ITEM = '[[item]]\nkey = "a"\nset = 1\nkind = "value"\ntitle = "A"\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name = ", "This is no TOML"),
        ("x = 1", "unknown field `x`"),
        ('name = " "', "Say the name"),
        (f'name = "{"n" * 121}"', "Say the name"),
        (f'name = "X"\ndescription = "{"d" * 501}"', "The description"),
        ('name = "X"\nlanguage = "fr"', "it is en or es"),
        ('name = "X"\nbreadth = "long"', "$.breadth"),
        ('name = "X"\n[[item]]\nkey = "a"\nset = 7\nkind = "value"\ntitle = "A"', "$.item[0].set"),
        ('name = "X"\n' + ITEM + 'kind_of = "x"', "$.item[0]"),
        ('name = "X"\n' + ITEM.replace('"value"', '"gift"'), "$.item[0].kind"),
        ('name = "X"\n' + ITEM + 'files = ["exe"]', "$.item[0].files[0]"),
        ('name = "X"\n' + ITEM + 'lead_days = "soon"', "$.item[0].lead_days"),
        ("x = 1\n" * 100_000, "larger than 400 kilobytes"),
        ("a = " + "[" * 5_000, "This is no TOML"),
    ],
)
def test_what_is_no_template_says_where_and_what_was_expected(text, said):
    with pytest.raises(WrongTemplate) as refused:
        template_in_file(text)
    assert said in str(refused.value)
