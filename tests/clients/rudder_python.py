"""Sends with rudder-sdk-python: URL, write key and how many events."""

import sys
from datetime import UTC, datetime, timedelta

import rudderstack.analytics as analytics

url, key, events = sys.argv[1], sys.argv[2], int(sys.argv[3])
start = datetime(2026, 1, 1, tzinfo=UTC)

analytics.dataPlaneUrl = url
analytics.write_key = key
analytics.max_queue_size = events * 2
analytics.max_retries = 20
analytics.identify("u1", {"email": "u1@acme.example", "name": "Ana Vidal"}, timestamp=start)
analytics.group("u1", "acct-1", {"name": "Acme Inc"}, timestamp=start)
for number in range(events):
    analytics.track(
        f"u{number % 100}",
        "Exported",
        {"number": number},
        context={"groupId": f"acct-{number % 10}"},
        timestamp=start + timedelta(seconds=number),
    )
analytics.flush()
analytics.shutdown()
