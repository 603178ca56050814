"""Sends with one of the SDKs for Python: its name, and a file that lists what to send where."""

import json
import sys
import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path

START = datetime(2026, 1, 1, tzinfo=UTC)


def properties_of(cell, number):
    return {"cell": cell["name"], "number": number}


def special_of(cell):
    """What stands among the good events: nothing, one too large, or one with too many keys."""
    properties = {"cell": cell["name"]}
    if cell["special"] == "large":
        return {**properties, "text": "x" * 40_000}
    if cell["special"] == "bad":
        return {**properties, **{f"k{number}": number for number in range(300)}}
    return None


def dialect_of_segment(client, cell):
    half = cell["events"] // 2
    for number in range(cell["events"]):
        person = f"{cell['name']}-u{number % 10}"
        context = {"groupId": f"{cell['name']}-a{number % 5}"}
        at = START + timedelta(seconds=number)
        if number == half and (special := special_of(cell)):
            with suppress(RuntimeError):  # segment's says so of an event above 32 KB
                client.track(person, "Special", special, context=context, timestamp=at)
        client.track(person, "Exported", properties_of(cell, number), context, at)


def segment(cell):
    module = import_module("segment.analytics.client")
    client = module.Client(
        cell["key"], host=cell["url"], max_retries=20, upload_interval=0.2, upload_size=50
    )
    dialect_of_segment(client, cell)
    client.flush()
    client.shutdown()


def rudder(cell):
    module = import_module("rudderstack.analytics.client")
    client = module.Client(
        cell["key"], host=cell["url"], max_retries=20, upload_interval=0.2, upload_size=50
    )
    dialect_of_segment(client, cell)
    client.flush()
    client.shutdown()


def posthog(cell):
    module = import_module("posthog")
    client = module.Posthog(
        cell["key"], host=cell["url"], max_retries=10, flush_interval=0.2, flush_at=50
    )
    for number in range(cell["events"]):
        said = {
            "distinct_id": f"{cell['name']}-u{number % 10}",
            "timestamp": START + timedelta(seconds=number),
            "groups": {"company": f"{cell['name']}-a{number % 5}"},
        }
        if number == cell["events"] // 2 and (special := special_of(cell)):
            client.capture("Special", properties=special, **said)
        client.capture("Exported", properties=properties_of(cell, number), **said)
    client.flush()
    client.shutdown()


def main():
    send = {"segment": segment, "rudder": rudder, "posthog": posthog}[sys.argv[1]]
    cells = json.loads(Path(sys.argv[2]).read_text(encoding="utf-8"))
    threads = [threading.Thread(target=send, args=(cell,)) for cell in cells]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


main()
