"""Time zones by name."""

import zoneinfo


def zone_named(name: str) -> zoneinfo.ZoneInfo:
    """The time zone with that name; UTC when the system does not know it."""
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return zoneinfo.ZoneInfo("UTC")
