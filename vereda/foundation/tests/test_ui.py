import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django import forms
from django.template import Context, Template
from django.utils import timezone, translation

from vereda.foundation import clock, wording
from vereda.foundation.templatetags import ui
from vereda.foundation.testing import MORNING

NO_BREAK = "\u00a0"


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def drawn(source, **context):
    return Template("{% load ui %}" + source).render(Context(context))


@pytest.mark.parametrize(
    ("language", "minor", "currency", "words"),
    [
        ("en", 8_400_000, "EUR", "€84,000"),
        ("en", 8_400_050, "EUR", "€84,000.50"),
        ("en", -5, "USD", "\N{MINUS SIGN}$0.05"),
        ("en", 1200, "JPY", "¥1,200"),
        ("es", 8_400_000, "EUR", f"84.000{NO_BREAK}€"),
        ("es", 8_400_050, "EUR", f"84.000,50{NO_BREAK}€"),
    ],
)
def test_money_is_written_as_the_language_writes_it(language, minor, currency, words):
    with translation.override(language):
        assert ui.money(minor, currency) == words


def test_short_money_fits_a_narrow_column():
    assert ui.compact_money(8_400_000, "EUR") == "€84K"


@pytest.mark.parametrize(("language", "words"), [("en", "1,234.5"), ("es", "1.234,5")])
def test_numbers_are_written_as_the_language_writes_them(language, words):
    with translation.override(language):
        assert ui.number(1234.5) == words


@pytest.mark.parametrize(("language", "words"), [("en", "31%"), ("es", f"31{NO_BREAK}%")])
def test_a_share_is_a_percentage(language, words):
    with translation.override(language):
        assert ui.percent(0.314) == words


def test_a_share_can_keep_a_decimal():
    assert ui.percent(0.314, 1) == "31.4%"


@pytest.mark.parametrize("shown", [ui.number, ui.percent, ui.day, ui.moment, ui.ago, ui.compact])
def test_what_is_not_known_is_a_dash_with_its_word(shown):
    assert shown(None) == (
        '<span class="quiet"><span aria-hidden="true">—</span>'
        '<span class="sr-only">not known</span></span>'
    )


@pytest.mark.parametrize(("language", "words"), [("en", "22 Nov 2026"), ("es", "22 nov 2026")])
def test_a_day_is_written_day_first(language, words):
    with translation.override(language):
        assert ui.day(date(2026, 11, 22)) == f'<time datetime="2026-11-22">{words}</time>'


def test_a_moment_is_told_in_the_readers_time_zone():
    late = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)

    with timezone.override("Europe/Madrid"):
        shown = ui.moment(late)

    assert ">2 Jul 2026, 00:30</time>" in shown
    assert 'datetime="2026-07-01T22:30:00+00:00"' in shown


def test_the_day_of_an_instant_is_the_readers_day():
    late = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)

    with timezone.override("Europe/Madrid"):
        assert ui.day(late) == '<time datetime="2026-07-02">2 Jul 2026</time>'


@pytest.mark.parametrize(("language", "words"), [("en", "3 days ago"), ("es", "hace 3 días")])
def test_how_long_ago_has_the_instant_behind_it(monkeypatch, language, words):
    monkeypatch.setattr(clock, "now", lambda: MORNING)

    with translation.override(language):
        shown = ui.ago(MORNING - timedelta(days=3))

    assert f">{words}</time>" in shown
    assert "title=" in shown


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Lucía Martos", "LM"), ("ana", "A"), ("Pau  de la Serra", "PS"), ("", "?"), ("<b>", "?")],
)
def test_initials(name, letters):
    assert ui.initials(name) == letters


def test_a_chip_has_its_tone_its_icon_and_its_word():
    shown = drawn('{% chip "risk" word %}', word="<At risk>")

    assert 'class="chip risk"' in shown
    assert "#circle-alert" in shown
    assert "&lt;At risk&gt;" in shown


def test_a_bar_is_never_wider_than_the_whole():
    assert 'width="100.0%"' in ui.bar(1.7)
    assert 'width="0.0%"' in ui.bar(None)


def test_a_panel_escapes_its_title_and_keeps_its_content():
    shown = drawn("{% panel title=title %}<p>{{ body }}</p>{% endpanel %}", title="<i>", body="<b>")

    assert "<h2>&lt;i&gt;</h2>" in shown
    assert "<p>&lt;b&gt;</p>" in shown


def test_the_heading_is_the_title_of_the_page():
    shown = drawn(
        "<t>{% titled %} {{ name }} {% endtitled %}</t><h1>{% page_title %}</h1>", name="A&B"
    )

    assert shown == "<t>A&amp;B</t><h1>A&amp;B</h1>"


def test_a_menu_and_a_dialog_open_without_a_script():
    shown = drawn('{% menu id="m" label="More" %}<a href="#">x</a>{% endmenu %}')

    assert 'popovertarget="m"' in shown
    assert 'aria-label="More"' in shown


def test_facts_show_what_is_missing():
    shown = drawn("{% facts rows %}", rows=[("Owner", "Ana"), ("Sector", "")])

    assert re.search(r"<dd>\s*Ana\s*</dd>", shown)
    assert "not known" in shown


def test_the_address_keeps_the_rest_of_the_query(rf):
    request = rf.get("/w/acme/accounts?owner=ana&cursor=x")

    shown = drawn('{% address sort="name" cursor="" %}', request=request)

    assert shown == "?owner=ana&amp;sort=name"


class Signup(forms.Form):
    email = forms.EmailField(help_text="Work address.")
    tier = forms.ChoiceField(choices=[("a", "A")], widget=forms.RadioSelect, required=False)
    agree = forms.BooleanField()


def test_a_field_ties_its_label_its_help_and_its_error_together():
    shown = str(Signup({"email": "ana@"}))

    assert '<label for="id_email">' in shown
    assert 'aria-describedby="id_email_helptext id_email_error"' in shown
    assert 'id="id_email_helptext">Work address.</p>' in shown
    assert 'id="id_email_error"' in shown
    assert 'aria-invalid="true"' in shown


def test_choices_stand_in_a_fieldset_with_a_legend():
    shown = str(Signup())

    assert "<fieldset" in shown
    assert "<legend>" in shown
    assert "optional" in shown


def test_what_is_wrong_is_said_in_the_form():
    shown = str(Signup({}))

    assert shown.count('role="alert"') == 2
    assert "This field is required." in shown


@pytest.mark.parametrize(
    ("language", "with_year", "words"),
    [
        ("en", False, "Sunday 22 November"),
        ("es", False, "domingo, 22 de noviembre"),
        ("es", True, "domingo, 22 de noviembre de 2026"),
    ],
)
def test_a_day_as_a_heading_names_its_day_of_the_week_in_full(language, with_year, words):
    with translation.override(language):
        assert wording.long_day_words(date(2026, 11, 22), with_year=with_year) == words
