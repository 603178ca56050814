"""Decisions about letters: the budget, retries, own words, merge fields, text as HTML."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vereda.foundation.testing import MORNING
from vereda.messaging.rules.budget import WEEK, free_again_at
from vereda.messaging.rules.quoting import own_words
from vereda.messaging.rules.reading import CannotRead, read_letter
from vereda.messaging.rules.retries import WAITS, next_try_at
from vereda.messaging.rules.text import filled, html_of, unknown_fields

moments = st.lists(
    st.integers(0, 20 * 24).map(lambda hours: MORNING - timedelta(hours=hours)), max_size=20
)


@given(moments, st.integers(1, 6))
def test_the_moment_told_is_the_first_that_fits(sent, budget):
    free = free_again_at(sent, budget=budget, now=MORNING)

    at = free or MORNING
    assert sum(each > at - WEEK for each in sent if each <= MORNING) < budget
    if free is not None:
        just_before = free - timedelta(seconds=1)
        assert sum(each > just_before - WEEK for each in sent) >= budget


def test_a_letter_is_tried_for_a_day_and_a_half_then_given_up():
    assert sum(WAITS, timedelta()) > timedelta(hours=36)
    assert next_try_at(1, now=MORNING) == MORNING + WAITS[0]
    assert next_try_at(len(WAITS) + 1, now=MORNING) is None


QUOTED = [
    "On Mon, 2 Nov 2026 at 08:00, Acme <reply+x@y.example> wrote:\n> Where is it?\n",
    "On Mon, 2 Nov 2026 at 08:00, Acme\n<reply+x@y.example> wrote:\n\n> Where is it?\n> And when?",
    "El lun, 2 nov 2026 a las 8:00, Acme (<x@y.example>) escribió:\n> ¿Dónde está?",
    "Am 02.11.2026 um 08:00 schrieb Acme:\n> Wo ist es?",
    "Le lun. 2 nov. 2026 à 08:00, Acme a écrit :\n> Où est-ce ?",
    "-----Original Message-----\nFrom: Acme\nWhere is it?",
    "-----Mensaje original-----\nDe: Acme",
    "________________________________\nFrom: Acme <x@y.example>\nSent: Monday\nTo: L\nSubject: x",
    "From: Acme <x@y.example>\nSent: Monday, 2 November 2026\nTo: Lucía\nSubject: The plan\n\nx",
    "De: Acme <x@y.example>\nEnviado el: lunes\nPara: Lucía\nAsunto: El plan\n\nx",
    "> Where is it?",
    "-- \nLucía Martos\nCantera Logística",
    "Sent from my iPhone",
    "Enviado desde mi iPhone",
    "",
]


@pytest.mark.parametrize("below", QUOTED)
def test_what_is_quoted_below_is_cut(below):
    assert own_words(f"It is in hall 2.\n\nKind regards\n\n{below}") == (
        "It is in hall 2.\n\nKind regards"
    )


@pytest.mark.parametrize(
    "text",
    [
        "> Where is it?\nIn hall 2.\n> And when?\nTomorrow.",
        "On Monday, 2 Nov, Acme wrote:\n> Where?\nIn hall 2.\n> When?\nTomorrow.",
        "On the plan, 2 colleagues wrote: it is good.\nSo go on.",
        "From: hall 2\nTo: hall 3",
        "We need 3 things -- as I said -- by Monday.",
    ],
)
def test_what_they_wrote_between_stays(text):
    assert own_words(text) == text


@given(st.text(max_size=500))
def test_own_words_are_never_more_than_the_text(text):
    assert len(own_words(text)) <= len(text)


@given(st.binary(max_size=2_000))
def test_no_bytes_do_anything_but_be_read_or_refused(raw):
    try:
        read = read_letter(b"From: a@b.example\r\n" + raw)
    except CannotRead:
        return
    assert all(each.isprintable() or each in "\n\t" for each in read.text)


def test_e05_fields_are_filled_in_once_and_literally():
    values = {"name": "{{ email }}", "email": "<b>"}

    assert filled("{{ name }} {{email}} {{ other }}", values) == "{{ email }} <b> {{ other }}"
    assert unknown_fields("{{ other }} {{ name }} {{ other }}", values) == ["other"]


def test_text_becomes_paragraphs_and_links_and_nothing_else():
    text = 'Dear <b>,\nsee https://acme.example/a?b=1&c="x".\n\n\njavascript:alert(1)'

    assert html_of(text) == (
        "<p>Dear &lt;b&gt;,<br>\n"
        'see <a href="https://acme.example/a?b=1&amp;c=">https://acme.example/a?b=1&amp;c=</a>'
        "&quot;x&quot;.</p>\n<p>javascript:alert(1)</p>"
    )
