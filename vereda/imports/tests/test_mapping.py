from contextlib import suppress
from uuid import uuid4

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from vereda.foundation.errors import Refused
from vereda.foundation.testing import MORNING
from vereda.imports import sentences
from vereda.imports.actions.mapping import choose_identity, map_columns
from vereda.imports.contracts import (
    DECIMALS,
    DELIMITERS,
    ENCODINGS,
    ColumnPlan,
    Combination,
    DateOrder,
    Formats,
    Keep,
    Mapping,
    MappingRefused,
    Problem,
)
from vereda.imports.queries.imports import mapping_of
from vereda.imports.rules.mapping_files import mapping_as_text, mapping_from_text
from vereda.imports.rules.suggestions import header_signature, suggested_fields
from vereda.imports.testing import ThingsKind, a_file, a_mapped_file

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
formats = st.builds(
    Formats,
    encoding=st.sampled_from(ENCODINGS),
    delimiter=st.sampled_from(DELIMITERS),
    header_line=st.integers(0, 1000),
    decimal=st.sampled_from(DECIMALS),
    dates=st.sampled_from(DateOrder),
    missing=st.lists(words).map(tuple),
    sheet=words,
    time_zone=st.sampled_from(["UTC", "Europe/Madrid"]),
)
plans = st.builds(
    ColumnPlan,
    name=words,
    to=words,
    by=words,
    values=st.dictionaries(words, words, max_size=3),
    split=words,
    decimal=st.sampled_from(["", *DECIMALS]),
    dates=st.sampled_from(["", *map(str, DateOrder)]),
    missing=st.none() | st.lists(words, max_size=2).map(tuple),
    empty=st.sampled_from(["keep", "clear"]),
    invalid=st.sampled_from(["reject", "empty"]),
)
mappings = st.builds(
    Mapping,
    kind=words,
    identity=words,
    formats=formats,
    columns=st.lists(plans, max_size=4).map(tuple),
    constants=st.dictionaries(words, words, max_size=3),
    combined=st.lists(
        st.builds(Combination, to=words, columns=st.lists(words, max_size=3).map(tuple)), max_size=2
    ).map(tuple),
    keep=st.sampled_from(Keep),
    last_by=words,
)


@given(mappings)
def test_a_mapping_comes_back_from_its_file_as_it_was(mapping):
    assert mapping_from_text(mapping_as_text(mapping)) == mapping


@given(st.text(max_size=200))
def test_no_text_does_more_than_be_refused_as_a_mapping(text):
    with suppress(MappingRefused):
        assert isinstance(mapping_from_text(text), Mapping)


@pytest.mark.parametrize(
    ("text", "found"),
    [("kind = 3", "3"), ("kin = 'x'", "kin"), ("[formats]\ndates = 'x'", "x"),
     ("[formats]\ntime_zone = 'Mars/Base'", "Mars/Base"), ("keep = 'some'", "some"),
     ("[[columns]]\nname = 'a'\nevil = 1", "columns.evil"), ("columns = 3", "3"),
     ("[formats]\nheader_line = -1", "-1"), ("[constants]\na = 1", "1")],
)  # fmt: skip
def test_a_wrong_mapping_file_says_where(text, found):
    with pytest.raises(MappingRefused) as caught:
        mapping_from_text(text)

    assert caught.value.problem.found == found


def test_columns_are_suggested_by_name_and_confirmed_by_samples():
    fields = ThingsKind().fields(uuid4())
    samples = {
        "ID": ("A", "B"),
        "Precio": ("1,50", "2"),
        "Fecha de compra": ("2026-01-02",),
        "E-mails": ("a@b.co",),
        "Tamaño": ("big",),
        "Full Name": ("Ana",),
        "Whatever": ("x",),
    }

    found = suggested_fields(samples, fields=fields, formats=Formats(decimal=","))

    assert [(one.column, one.to) for one in found] == [
        ("ID", "code"),
        ("Precio", "price"),
        ("Fecha de compra", "bought_on"),
        ("E-mails", "email"),
        ("Tamaño", "size"),
        ("Full Name", "name"),
        ("Whatever", ""),
    ]
    assert found[0].confidence == 1
    assert 0.55 < found[3].confidence < 1


def test_samples_that_do_not_fit_take_confidence_away():
    fields = ThingsKind().fields(uuid4())

    found = suggested_fields({"precio": ("cheap", "dear")}, fields=fields, formats=Formats())

    assert found[0].confidence < 0.55


@pytest.mark.parametrize("header", ["password", "Contraseña", "is_admin", "tenant_id", "isAdmin"])
def test_m09_dangerous_columns_are_ignored_with_a_note(acme, header):
    run = a_file(acme, f"code,{header}\nA,x\n")
    run = choose_identity(run, identity="code", by=acme.admin, now=MORNING)
    forced = Mapping(
        "things", "code", columns=(ColumnPlan("code", "code"), ColumnPlan(header, "name"))
    )

    run = map_columns(run, mapping=forced, by=acme.admin, now=MORNING)

    said = mapping_of(run)
    assert dict(run.detected["samples"])[header] == []
    assert said is not None
    assert said.columns[1].to == ""


@pytest.mark.parametrize(
    ("columns", "words"),
    [((ColumnPlan("code", "code"), ColumnPlan("name", "code")), "both mapped"),
     ((ColumnPlan("name", "name"),), "identified by it"),
     ((ColumnPlan("code", "nothing"),), "no field “nothing”"),
     ((ColumnPlan("id", "code"),), "no column “id”")],
)  # fmt: skip
def test_a_mapping_that_does_not_fit_is_refused_with_a_reason(acme, columns, words):
    run = a_mapped_file(acme, "code,name\nA,x\n")
    before = run.mapping

    with pytest.raises(Refused, match=words):
        map_columns(
            run, mapping=Mapping("things", "code", columns=columns), by=acme.admin, now=MORNING
        )

    run.refresh_from_db()
    assert run.mapping == before


def test_files_with_the_same_columns_have_the_same_signature():
    assert header_signature(["Código", "name"]) == header_signature(["NAME", "codigo"])
    assert header_signature(["a", "b"]) != header_signature(["a", "c"])


@pytest.mark.parametrize("code", sorted(sentences._SENTENCES))
def test_every_problem_has_a_sentence(code):
    details = dict.fromkeys(
        ("limit", "line", "encoding", "position", "expected", "length", "field", "other", "reason",
         "key"), "7")  # fmt: skip
    problem = Problem(code, "column", "found", {**details, "decimal": ","})

    with translation.override("en"):
        assert "%(" not in sentences.sentence_of(problem)
        assert sentences.repair_of(problem)
