from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vereda.customers.contracts import FieldType
from vereda.customers.rules.likeness import (
    AccountTraits,
    PersonTraits,
    Reason,
    account_likeness,
    person_likeness,
)
from vereda.customers.rules.names import (
    company_domain_in,
    domain_in,
    email_in,
    slug_in,
    without_legal_form,
)
from vereda.customers.rules.trees import above, closes_a_circle
from vereda.customers.rules.values import (
    Misfit,
    MisfitError,
    fitted_value,
    kept_value,
    stored_value,
)


@pytest.mark.parametrize(
    ("name", "bare"),
    [
        ("Cantera Logística, S.L.", "cantera logistica"),
        ("CANTERA LOGISTICA S.L.U.", "cantera logistica"),
        ("Müller GmbH & Co. KG", "muller"),
        ("Acme, Inc.", "acme"),
        ("A.B.C. Ltd", "abc"),
        ("S.A.", "sa"),
        ("株式会社", "株式会社"),
        ("3M Company", "3m"),
    ],
)
def test_a_company_is_called_what_people_call_it(name, bare):
    assert without_legal_form(name) == bare


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("https://www.Cantera.example/es/?a=1", "cantera.example"),
        ("ana@cantera.example", "cantera.example"),
        ("cantera.example.", "cantera.example"),
        ("münchen.example", "xn--mnchen-3ya.example"),
        ("localhost", ""),
        ("http://[::1", ""),
        ("not a domain", ""),
        ("", ""),
    ],
)
def test_a_domain_is_what_is_left_of_an_address(text, domain):
    assert domain_in(text) == domain


def test_private_mail_says_nothing_about_the_employer():
    assert company_domain_in("ana@gmail.com") == ""
    assert company_domain_in("ana@cantera.example") == "cantera.example"


@given(st.text(max_size=300))
def test_no_text_breaks_what_is_made_of_names(text):
    assert len(without_legal_form(text)) <= 200
    assert len(slug_in(text)) <= 50
    assert email_in(text) == email_in(email_in(text))
    assert domain_in(text) == domain_in(domain_in(text))


@pytest.mark.parametrize(
    ("type", "value", "fitting"),
    [
        (FieldType.NUMBER, " 12.50 ", Decimal("12.5")),
        (FieldType.NUMBER, "-0", Decimal(0)),
        (FieldType.DATE, "2026-12-31T10:00", date(2026, 12, 31)),
        (FieldType.BOOLEAN, "Sí", True),
        (FieldType.BOOLEAN, "FALSE", False),
        (FieldType.CHOICE, "oro", "Oro"),
        (FieldType.URL, "https://a.example/x", "https://a.example/x"),
        (FieldType.TEXT, "  x ", "x"),
        (FieldType.TEXT, "   ", None),
        (FieldType.NUMBER, None, None),
    ],
)
def test_a_value_is_read_as_its_field_reads_it(type, value, fitting):
    assert fitted_value(value, type=type, choices=["Oro", "Plata"]) == fitting


@pytest.mark.parametrize(
    ("type", "value", "misfit"),
    [
        (FieldType.NUMBER, "1e99", Misfit.NUMBER_TOO_LARGE),
        (FieldType.NUMBER, "Infinity", Misfit.NOT_A_NUMBER),
        (FieldType.NUMBER, True, Misfit.NOT_A_NUMBER),
        (FieldType.DATE, "31/12/2026", Misfit.NOT_A_DATE),
        (FieldType.BOOLEAN, "perhaps", Misfit.NOT_YES_OR_NO),
        (FieldType.CHOICE, "Bronze", Misfit.NOT_A_CHOICE),
        (FieldType.URL, "javascript:alert(1)", Misfit.NOT_A_LINK),
        (FieldType.URL, "https://", Misfit.NOT_A_LINK),
        (FieldType.URL, "http://[", Misfit.NOT_A_LINK),
        (FieldType.TEXT, "a\x00b", Misfit.CONTROL_CHARACTERS),
        (FieldType.TEXT, "x" * 2_001, Misfit.TOO_LONG),
    ],
)
def test_a_value_that_does_not_fit_says_why(type, value, misfit):
    with pytest.raises(MisfitError) as refused:
        fitted_value(value, type=type, choices=["Oro"])

    assert refused.value.misfit is misfit


@given(st.decimals(min_value=-(10**11), max_value=10**11, allow_nan=False, places=6))
def test_a_number_is_read_back_as_it_was_stored(number):
    fitting = fitted_value(number, type=FieldType.NUMBER)

    assert kept_value(stored_value(fitting), type=FieldType.NUMBER) == number


@given(st.dates())
def test_a_day_is_read_back_as_it_was_stored(day):
    assert kept_value(stored_value(day), type=FieldType.DATE) == day


def test_the_strongest_reason_comes_first_and_others_raise_the_score():
    one = AccountTraits(name="cantera", domain="cantera.example")

    alike = account_likeness(one, one)

    assert alike.reasons == (Reason.SAME_NAME, Reason.SAME_DOMAIN)
    assert alike.score == 94


def test_numbers_in_names_tell_places_apart():
    seven = AccountTraits(name="warehouse 7 barcelona", domain="")
    eight = AccountTraits(name="warehouse 8 barcelona", domain="")

    assert account_likeness(seven, eight).score == 0


def test_a_name_alone_is_no_reason_among_people_of_two_accounts():
    ana = PersonTraits(name="ana ruiz", email="", phone="", accounts=frozenset({"a"}))
    other = PersonTraits(name="ana ruiz", email="", phone="", accounts=frozenset({"b"}))

    assert person_likeness(ana, other).score == 0
    assert person_likeness(ana, ana).reasons == (Reason.SAME_NAME, Reason.SAME_ACCOUNT)


ONE, TWO, THREE = UUID(int=1), UUID(int=2), UUID(int=3)


def test_above_stops_where_a_circle_would_close():
    assert above(ONE, parents={ONE: TWO, TWO: THREE, THREE: TWO}) == [TWO, THREE]


def test_a_child_cannot_take_in_what_stands_above_it():
    parents = {TWO: ONE, THREE: TWO}

    assert closes_a_circle(ONE, parent=THREE, parents=parents)
    assert closes_a_circle(ONE, parent=ONE, parents=parents)
    assert not closes_a_circle(THREE, parent=ONE, parents=parents)
