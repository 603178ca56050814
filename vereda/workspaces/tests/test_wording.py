import ast
from pathlib import Path

import pytest
from django.apps import apps
from django.utils import translation

import vereda
from vereda.foundation.testing import MORNING
from vereda.workspaces.actions.audit import record
from vereda.workspaces.actions.profiles import edit_workspace
from vereda.workspaces.contracts import Role
from vereda.workspaces.forms import TokenForm, permission_choices
from vereda.workspaces.models import AuditLine
from vereda.workspaces.roles import permissions_of
from vereda.workspaces.wording import (
    CAPABILITIES,
    KINDS,
    PERMISSIONS,
    VERBS,
    audit_details_of,
    kind_words,
    permission_words,
    verb_words,
)

PACKAGE = Path(vereda.__file__).parent


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def recorded_verbs():
    """Every verb that some call of `record` in the product may write."""
    return {
        word.value
        for path in PACKAGE.rglob("*.py")
        if "tests" not in path.relative_to(PACKAGE).parts
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "record"
        for word in spoken(node.args[1])
    }


def spoken(argument):
    """The words that a verb's expression may come to; anything else cannot be checked."""
    if isinstance(argument, ast.IfExp):
        return [*spoken(argument.body), *spoken(argument.orelse)]
    assert isinstance(argument, ast.Constant), ast.unparse(argument)
    return [argument]


def test_every_recorded_verb_has_words_and_no_words_lack_a_verb():
    assert recorded_verbs() == set(VERBS)


def test_every_permission_has_words_and_a_group():
    permissions = permissions_of(Role.OWNER)

    assert permissions == set(PERMISSIONS)
    assert {name.partition(".")[0] for name in permissions} == set(CAPABILITIES)


def test_every_kind_with_words_is_a_model():
    assert set(KINDS) - {model._meta.label_lower for model in apps.get_models()} == set()


def test_a_word_nobody_taught_us_stays_as_it_is():
    assert (verb_words("juggled"), kind_words("x.y")) == ("juggled", "x.y")
    assert permission_words("x.y") == "x.y"


@pytest.mark.django_db
def test_a_token_form_offers_what_the_member_may_in_groups(acme):
    groups = dict(permission_choices(acme.viewer))

    assert ("customers.see", "See accounts and people") in groups["Accounts and people"]
    assert "Lists and views" not in groups


@pytest.mark.django_db
def test_each_group_of_permissions_is_named_for_screen_readers(acme):
    drawn = str(TokenForm(member=acme.viewer)["scopes"])

    assert '<div role="group" aria-labelledby="id_scopes_group_0">' in drawn
    assert '<p id="id_scopes_group_0"><strong>Accounts and people</strong></p>' in drawn
    assert drawn.count('type="checkbox"') == len(permissions_of(Role.VIEWER))
    assert "<label>" not in drawn


def shown(member, **details):
    record(member, "edited", member.workspace, **details)
    line = AuditLine.objects.of(member.workspace).latest("id")
    names = {str(member.pk): member.name}
    return [(detail.name, detail.value) for detail in audit_details_of(line, names=names)]


@pytest.mark.django_db
def test_details_are_shown_as_people_read_them(acme):
    before = {"owner_id": None, "created_on": "2026-01-31", "seats": 9, "custom.tier": "a"}
    after = {"owner_id": acme.member.pk, "created_on": None, "seats": 9, "custom.tier": "b"}

    assert shown(acme.member, before=before, after=after) == [
        ("customer since", "31 Jan 2026 → —"),
        ("tier", "a → b"),
        ("owner", f"— → {acme.member.name}"),
    ]
    assert shown(acme.member, added=["VIP", "EU"], trial=True, rows=1200) == [
        ("tags added", "VIP, EU"),
        ("rows", "1,200"),
        ("trial", "Yes"),
    ]
    assert shown(acme.member, amount_minor=7000, currency="EUR")[0] == ("amount", "€70")
    assert shown(acme.member, before="viewer", after="admin") == [("", "Viewer → Administrator")]
    assert shown(acme.member, scopes=["customers.see"]) == [("may", "See accounts and people")]
    assert shown(acme.member, value="2026-99-99") == [("value", "2026-99-99")]


@pytest.mark.django_db
def test_the_audit_log_speaks_the_reader_s_language(acme, client_of):
    edit_workspace(acme.workspace, by=acme.admin, now=MORNING, currency="USD")
    acme.admin.user.language = "es"
    acme.admin.user.save()

    page = client_of(acme.admin).get("/w/acme/settings/audit/").content.decode()

    assert "editó" in page
    assert "espacio de trabajo</span>" in page
    assert ">workspaces.workspace<" not in page
    assert "EUR → USD" in page
