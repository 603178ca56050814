"""What privacy does because of a fact."""

from vereda.privacy.contracts import PersonForgotten
from vereda.privacy.jobs import empty_row_log


def empty_log_after_erasure(_fact: PersonForgotten) -> None:
    """Somebody was erased: their words leave the log of recent writes too."""
    empty_row_log()
