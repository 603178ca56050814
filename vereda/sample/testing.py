"""For tests: a sample small enough to load in every one of them."""

from datetime import datetime
from typing import TYPE_CHECKING

from vereda.sample.actions.loading import load_sample
from vereda.sample.contracts import LoadedSample

if TYPE_CHECKING:
    from vereda.workspaces.models import Member

COMPANIES = 12


def nobody_watches(share: float, doing: str) -> None:
    """Progress that is not shown."""


def a_small_sample(
    *, now: datetime, by: "Member | None" = None, companies: int = COMPANIES
) -> LoadedSample:
    """The sample with few customers; everything else is as in the whole."""
    return load_sample(now=now, progress=nobody_watches, by=by, companies=companies)
