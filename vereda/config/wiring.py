"""The whole nervous system on one page: who reacts to what, and who offers what to whom.

Facts travel upward through REACTIONS; a fact heard by nobody is listed with an empty list, so that
its silence is a decision. The other tables are offers that a capability makes by its protocol.
"""

from collections.abc import Callable
from typing import Any

from vereda.foundation.timeline import TimelineSource
from vereda.workspaces.contracts import MemberJoined, MemberLeft

REACTIONS: dict[type, list[Callable[[Any], None]]] = {
    MemberJoined: [],
    MemberLeft: [],
}

TIMELINE: list[TimelineSource] = []

IMPORTABLE: list[Any] = []

PERSONAL_DATA: list[Any] = []

HEALTH_CHECKS: dict[str, Callable[[], bool]] = {}
