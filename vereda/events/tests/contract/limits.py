"""What the ClickHouse engine may use in tests."""

BOUNDS = {"max_memory_usage": 2_000_000_000, "max_threads": 2}
