"""A real ServiceNow log: 5,998 states of 890 incidents, of which the last counts.

Its `made_sla` is not explained by those who published it. What was found here: it follows from the
time between opening and resolution, around the clock, without pauses, by a limit for each priority
(low between 78 and 119 hours, moderate between 88 and 91, critical between 4.9 and 5.9, high less
than 17 minutes: no high one was in time). With such a policy the product agrees with the file on
all but one of the 861 incidents whose resolution it tells; of the other 29, all "in time" by the
file, nobody can know. If clocks stood still while the caller is awaited, it would agree less.
The log of INC0000137 says "New" seven minutes after "Resolved", so told by its history it was
reopened, which its own columns deny: with histories one more differs.
"""

from collections import Counter
from csv import DictWriter
from datetime import datetime
from io import StringIO
from zoneinfo import ZoneInfo

import pytest

from tests.real_data.conftest import taken_in
from vereda.support.contracts import Clock, MoveKind, Priority
from vereda.support.models.promises import SlaClock
from vereda.support.models.tickets import Ticket, TicketMove
from vereda.support.testing import a_policy

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


HOURS = {Priority.LOW: 96, Priority.NORMAL: 90, Priority.HIGH: 0.25, Priority.URGENT: 5}
LIMITS = {priority: {Clock.FIX: int(hours * 60)} for priority, hours in HOURS.items()}


def bring_in_states(company, rows):
    """Takes the log in as histories, in parts that do not divide an incident: what a check
    foretells of a part is then exact."""
    parts: list[list[dict[str, str]]] = [[]]
    names = sorted({row["number"] for row in rows})
    for name in names:
        states = [row for row in rows if row["number"] == name]
        if len(parts[-1]) + len(states) > 1900:
            parts.append([])
        parts[-1] += states
    runs = []
    for part in parts:
        text = StringIO()
        writer = DictWriter(text, fieldnames=list(part[0]))
        writer.writeheader()
        writer.writerows(part)
        content = text.getvalue().encode()
        runs.append(taken_in(company, content, name="states.csv", mapping="incident_states"))
    return runs


def last_rows(rows):
    """The last state of each incident, by its number of changes."""
    last = {}
    for row in sorted(rows, key=lambda row: int(row["sys_mod_count"])):
        last[row["number"]] = row
    return last


def agreement(company, rows):
    """How many of the resolved incidents were in time by both, by the product only, and so on."""
    clocks = SlaClock.objects.of(company.workspace).filter(clock=Clock.FIX)
    kept = dict(clocks.values_list("ticket__external_id", "breached_at"))
    return Counter(
        (kept[number] is None, row["made_sla"] == "TRUE")
        for number, row in last_rows(rows).items()
        if row["resolved_at"] != "?"
    )


def test_its_made_sla_follows_from_a_policy_of_wall_clock_hours(acme, bring_in, rows_of):
    rows = rows_of(FOLDER, NAME)
    a_policy(acme, targets=LIMITS, warn_percent=None, pauses=False)
    bring_in(acme, FOLDER, NAME, "incident_places")
    bring_in(acme, FOLDER, NAME, "incidents")

    by_times = agreement(acme, rows)

    bring_in_states(acme, rows)

    assert by_times == {(True, True): 466, (False, False): 394, (True, False): 1}
    by_history = {(True, True): 465, (False, True): 1, (False, False): 394, (True, False): 1}
    assert agreement(acme, rows) == by_history
    assert SlaClock.objects.of(acme.workspace).count() == 861


def test_with_pauses_it_would_agree_less(acme, bring_in, rows_of):
    rows = rows_of(FOLDER, NAME)
    a_policy(acme, targets=LIMITS, warn_percent=None)
    bring_in(acme, FOLDER, NAME, "incident_places")
    bring_in(acme, FOLDER, NAME, "incidents")
    bring_in_states(acme, rows)

    found = agreement(acme, rows)

    assert found == {(True, True): 465, (False, True): 1, (False, False): 270, (True, False): 125}


def test_its_reopenings_and_resolution_times_follow_from_its_states(acme, bring_in, rows_of):
    rows = rows_of(FOLDER, NAME)
    last = last_rows(rows)
    bring_in(acme, FOLDER, NAME, "incident_places")
    bring_in(acme, FOLDER, NAME, "incidents")
    bring_in_states(acme, rows)

    moves = TicketMove.objects.of(acme.workspace)
    back = Counter(
        moves.filter(kind=MoveKind.REOPENED).values_list("ticket__external_id", flat=True)
    )
    counted = {key: int(row["reopen_count"]) for key, row in last.items()}
    different = {key for key in last if back[key] != counted[key]}
    ends = moves.filter(kind=MoveKind.RESOLVED).order_by("at")
    resolved = dict(ends.values_list("ticket__external_id", "at"))
    wrong = [
        key
        for key, row in last.items()
        if row["resolved_at"] != "?" and resolved[key] != moment(row["resolved_at"])
    ]
    assert (sum(back.values()), sum(counted.values())) == (12, 11)
    assert different == {"INC0000137"}
    assert wrong == ["INC0000137"]


def test_its_histories_are_unchanged_the_second_time(acme, bring_in, rows_of):
    rows = rows_of(FOLDER, NAME)[:900]
    bring_in(acme, FOLDER, NAME, "incident_places")
    bring_in(acme, FOLDER, NAME, "incidents")
    first = bring_in_states(acme, rows)

    again = bring_in_states(acme, rows)

    assert first[0].counts["created"] > 0
    assert "created" not in again[0].counts
