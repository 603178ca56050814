"""Time zones by name."""

import zoneinfo
from datetime import date, datetime


def zone_named(name: str) -> zoneinfo.ZoneInfo:
    """The time zone with that name; UTC when the system does not know it."""
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return zoneinfo.ZoneInfo("UTC")


def day_where(at: datetime, zone: str) -> date:
    """The day it is then in that time zone: late in the evening another one than in UTC."""
    return at.astimezone(zone_named(zone)).date()
