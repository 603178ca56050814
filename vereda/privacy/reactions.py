"""What privacy does because of a fact."""

from vereda.privacy.actions.row_log import empty_row_log
from vereda.privacy.contracts import PersonForgotten


def empty_log_after_erasure(_fact: PersonForgotten) -> None:
    """Somebody was erased: their words leave the log of recent writes too."""
    empty_row_log()
