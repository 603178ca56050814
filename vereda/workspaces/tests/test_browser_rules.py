from datetime import timedelta

import pytest

from vereda.foundation.errors import Refused
from vereda.foundation.testing import MORNING
from vereda.workspaces.actions.keys import (
    change_signing_secret,
    issue_write_key,
    set_browser_rules,
)
from vereda.workspaces.contracts import SERVER_TRAITS, Call
from vereda.workspaces.models import AuditLine, BrowserSetting
from vereda.workspaces.queries import browser_setting_of, holder_of_write_key, signing_secrets_of

pytestmark = pytest.mark.django_db

LATER = MORNING + timedelta(days=7)


def rules_of(company):
    key = issue_write_key(company.workspace, label="any", by=company.admin, now=MORNING)
    holder = holder_of_write_key(key.secret, now=MORNING)
    assert holder is not None
    return holder.browser


def test_at_first_browsers_may_say_all_but_what_servers_know_better(acme):
    rules = rules_of(acme)

    assert rules.calls == set(Call)
    assert (rules.names, rules.only_these_names) == (set(), False)
    assert rules.server_traits == set(SERVER_TRAITS)
    assert BrowserSetting.every_workspace.count() == 0


def test_what_is_chosen_holds_for_this_workspace_alone(acme, globex):
    set_browser_rules(
        calls=[Call.TRACK],
        names=["Signed up"],
        only_these_names=True,
        server_traits=["seats"],
        by=acme.admin,
    )

    rules = rules_of(acme)
    assert (rules.calls, rules.names, rules.only_these_names) == ({"track"}, {"Signed up"}, True)
    assert rules.server_traits == {"seats"}
    assert rules_of(globex).calls == set(Call)


def test_saving_what_is_so_already_leaves_no_line(acme):
    for _ in range(2):
        set_browser_rules(
            calls=[Call.TRACK], names=[], only_these_names=False, server_traits=[], by=acme.admin
        )

    lines = AuditLine.objects.of(acme.workspace).filter(kind="workspaces.browsersetting")
    assert [line.verb for line in lines] == ["edited"]


def test_the_former_secret_is_good_for_as_long_as_was_chosen(acme):
    first = signing_secrets_of(browser_setting_of(acme.workspace), now=MORNING)

    change_signing_secret(former_until=LATER, by=acme.admin, now=MORNING)

    setting = browser_setting_of(acme.workspace)
    now, after = (signing_secrets_of(setting, now=at) for at in (MORNING, LATER))
    assert len(first) == 1
    assert now == (after[0], first[0])
    assert after[0] != first[0]


def test_two_workspaces_never_share_a_secret(acme, globex):
    secrets = {
        signing_secrets_of(browser_setting_of(one.workspace), now=MORNING) for one in (acme, globex)
    }

    assert len(secrets) == 2


def test_a_secret_cannot_have_ended_before(acme):
    with pytest.raises(Refused):
        change_signing_secret(
            former_until=MORNING - timedelta(seconds=1), by=acme.admin, now=MORNING
        )

    assert browser_setting_of(acme.workspace).signing_round == 1


def test_the_page_saves_the_rules_and_changes_the_secret(acme, client_of):
    browser, address = client_of(acme.admin), "/w/acme/settings/keys/browsers/"
    before = signing_secrets_of(browser_setting_of(acme.workspace), now=MORNING)[0]
    assert before in browser.get(address).content.decode()

    saved = browser.post(
        address,
        {
            "calls": ["track", "page"],
            "only_these_names": "only",
            "names": "Signed up\n\nSigned up\nReport opened",
            "server_traits": "isAdmin\nMRR",
        },
    )
    browser.post(f"{address}secret/", {"lasts": "0"})

    rules = rules_of(acme)
    assert saved.status_code == 303
    assert (rules.calls, rules.names) == ({"track", "page"}, {"Signed up", "Report opened"})
    assert rules.server_traits == {"is_admin", "mrr"}
    assert before not in browser.get(address).content.decode()
