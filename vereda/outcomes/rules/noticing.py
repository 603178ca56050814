"""What is worth noticing about a promised benefit: numbers in, at most one reason out."""

from datetime import date

from vereda.outcomes.contracts import Line, OutcomeState, Standing, Unknown
from vereda.worklist.contracts import AlertReason, Noticed


def reason_to_look(key: str, *, standing: Standing, line: Line, today: date) -> Noticed | None:
    """Why somebody should look at the outcome with that key; None while all is as promised.

    Behind its line; not measured for too long; or its day has come and nobody has said whether it
    came true.
    """
    match standing.state:
        case OutcomeState.BEHIND:
            return _behind(key, standing=standing, line=line, today=today)
        case OutcomeState.UNKNOWN:
            return _unknown(key, standing=standing)
        case OutcomeState.REACHED if today > line.due_on:
            return _to_verify(key, line=line)
        case _:
            return None


def _behind(key: str, *, standing: Standing, line: Line, today: date) -> Noticed:
    if today > line.due_on or standing.share is None or standing.expected is None:
        return Noticed(
            reason=AlertReason.OUTCOME_MISSED,
            details={"outcome": key, "due_on": line.due_on.isoformat()},
        )
    return Noticed(
        reason=AlertReason.OUTCOME_BEHIND,
        details={
            "outcome": key,
            "percent": round(standing.share * 100),
            "expected": round(standing.expected * 100),
            "tolerance": line.tolerance_percent,
            "days": standing.days_behind,
        },
    )


def _unknown(key: str, *, standing: Standing) -> Noticed | None:
    if standing.unknown is Unknown.NO_BASELINE:
        return Noticed(reason=AlertReason.OUTCOME_WITHOUT_START, details={"outcome": key})
    return Noticed(reason=AlertReason.OUTCOME_UNMEASURED, details={"outcome": key})


def _to_verify(key: str, *, line: Line) -> Noticed:
    return Noticed(
        reason=AlertReason.OUTCOME_TO_VERIFY,
        details={"outcome": key, "due_on": line.due_on.isoformat()},
    )
