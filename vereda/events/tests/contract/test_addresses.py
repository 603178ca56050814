"""Where ClickHouse is, what its tables look like on a cluster."""

import pytest

from vereda.events.store.clickhouse.engine import clickhouse_address
from vereda.events.store.clickhouse.leading import AlwaysLeading
from vereda.events.store.clickhouse.schema import TABLES, changeable, clickhouse_statements
from vereda.events.store.opening import UnknownStore, open_clickhouse, store_path


def test_an_address_says_everything_and_never_shows_its_password():
    address = clickhouse_address("clickhouse://ana:p%40ss@db.example/vereda?secure=1&cluster=main")

    assert (address.user, address.password, address.port) == ("ana", "p@ss", 8443)
    assert (address.database, address.cluster, address.verify) == ("vereda", "main", True)
    assert address.shown == "clickhouse://db.example:8443/vereda"


@pytest.mark.parametrize(
    "url",
    [
        "clickhouse://u:secret@host/a-b",
        "clickhouse://u:secret@host/x;DROP",
        "clickhouse:///x",
        "clickhouse://u:secret@host/x?cluster=a'b",
        "clickhouse://u:secret@host/x?unknown=1",
    ],
)
def test_an_address_that_cannot_be_meant_is_refused_without_its_password(url):
    with pytest.raises(UnknownStore) as refused:
        open_clickhouse(url, lease=AlwaysLeading())

    assert "secret" not in str(refused.value)


def test_a_url_of_no_known_engine_is_refused_without_its_password(tmp_path):
    with pytest.raises(UnknownStore) as refused:
        store_path("mysql://u:secret@host/x", home=tmp_path)

    assert "secret" not in str(refused.value)


def test_a_cluster_has_the_same_tables_replicated_and_spread_by_workspace():
    single, cluster = clickhouse_statements(), clickhouse_statements(cluster="main")
    events = next(one for one in cluster if "EXISTS event_rows_local" in one)
    spread = next(one for one in cluster if "EXISTS event_rows ON" in one)

    assert len(cluster) == len(single) + len(TABLES)
    assert "ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{uuid}/{shard}'" in events
    assert spread.endswith(
        "Distributed('main', currentDatabase(), event_rows_local, cityHash64(workspace))"
    )
    assert all("ON CLUSTER 'main'" in one for one in cluster)
    assert changeable("daily", cluster="main") == "daily_local ON CLUSTER 'main'"


def test_one_node_and_a_cluster_differ_in_engines_and_nothing_else():
    def columns(statement):
        return statement.partition("(\n")[2].partition("\n)")[0]

    single = [columns(one) for one in clickhouse_statements() if "CREATE TABLE" in one]
    cluster = [
        columns(one) for one in clickhouse_statements(cluster="main") if "_local ON CLUSTER" in one
    ]

    assert single == [one for one in cluster if one]


def test_what_is_kept_for_days_is_dropped_by_the_engine():
    kept = [one for one in clickhouse_statements(keep_days=900) if "INTERVAL 900 DAY" in one]

    assert [one.split()[5] for one in kept] == ["daily", "event_rows"]
