"""A real ServiceNow log: 5,998 states of 890 incidents, of which the last counts."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from vereda.support.models.tickets import Ticket

pytestmark = [pytest.mark.real_data, pytest.mark.django_db]
FOLDER, NAME = "uci-incident-log", "incident_event_log_first6k"


def moment(text):
    """The log's "29-02-2016 01:16" as an instant, read by the standard library alone."""
    if text == "?":
        return None
    return datetime.strptime(text, "%d-%m-%Y %H:%M").replace(tzinfo=ZoneInfo("UTC"))


def test_the_last_state_of_each_incident_is_its_ticket(acme, bring_in, rows_of):
    rows = rows_of(FOLDER, NAME)
    last: dict[str, dict[str, str]] = {}
    for row in rows:
        held = last.get(row["number"])
        if held is None or int(row["sys_mod_count"]) >= int(held["sys_mod_count"]):
            last[row["number"]] = row
    bring_in(acme, FOLDER, NAME, "incident_places")

    run = bring_in(acme, FOLDER, NAME, "incidents")

    assert len(rows) == 5998
    assert run.counts == {"created": 890, "skipped": 5108}
    stored = {one.external_id: one for one in Ticket.objects.of(acme.workspace)}
    assert {key: one.opened_at for key, one in stored.items()} == {
        key: moment(row["opened_at"]) for key, row in last.items()
    }
    assert {key: one.resolved_at for key, one in stored.items() if one.resolved_at} == {
        key: moment(row["resolved_at"]) for key, row in last.items() if row["resolved_at"] != "?"
    }
    assert sum(one.reopen_count for one in stored.values()) == sum(
        int(row["reopen_count"]) for row in last.values()
    )
    assert sum(one.sla_met is False for one in stored.values()) == sum(
        row["made_sla"] == "FALSE" for row in last.values()
    )
