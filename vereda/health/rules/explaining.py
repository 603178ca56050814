"""What moved a score, and what would move it most."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from vereda.health.contracts import (
    ChangeCause,
    CurvePoint,
    Factor,
    FactorScore,
    FactorState,
    MovedFactor,
    ScoreRules,
    Shape,
)


@dataclass(frozen=True, slots=True)
class Gain:
    """How far a factor is from its next better threshold, and what the score would gain there.

    `below`: the value has to fall under `target`; otherwise it has to reach it.
    """

    factor: Factor
    value: float
    target: float
    below: bool
    points: float

    @property
    def distance(self) -> float:
        """How far the value is from the target."""
        return abs(self.target - self.value)


def gains(rules: ScoreRules, factors: Iterable[FactorScore]) -> list[Gain]:
    """For each factor that counts and could earn more, its next step; the largest gain first."""
    held = {each.name: each for each in factors if each.counts}
    known = sum(each.weight for each in held.values())
    found = []
    for factor in rules.factors:
        now = held.get(factor.name)
        if now is not None and now.value is not None and now.share is not None:
            step = _next_step(factor, now.value, now.share)
            if step is not None:
                target, below, share = step
                points = 100 * factor.weight * (share - now.share) / known
                found.append(Gain(factor, now.value, target, below, points))
    return sorted(found, key=lambda gain: (-gain.points, gain.factor.name))


def _next_step(factor: Factor, value: float, share: float) -> tuple[float, bool, float] | None:
    """The nearest threshold, upward or downward, beyond which more is earned."""
    upward = next((p for p in factor.points if p.at > value and p.share > share), None)
    downward = _step_down(factor, value, share)
    steps = []
    if upward is not None:
        steps.append((upward.at, False, upward.share))
    if downward is not None:
        steps.append(downward)
    return min(steps, key=lambda step: abs(step[0] - value), default=None)


def _step_down(factor: Factor, value: float, share: float) -> tuple[float, bool, float] | None:
    points = factor.points
    for index in range(len(points) - 1, -1, -1):
        point = points[index]
        if point.share <= share:
            continue
        if factor.shape is Shape.LINE:
            if point.at < value:
                return point.at, False, point.share
        elif index + 1 < len(points) and points[index + 1].at <= value:
            return points[index + 1].at, True, point.share
    return None


def moved_factors(
    inputs: Mapping[str, str], before: Iterable[FactorScore], after: Iterable[FactorScore]
) -> list[MovedFactor]:
    """The factors that contribute otherwise than before, the most points of the score first.

    `inputs` names the input of each factor. Points are of the score: what the factor adds to it
    now, less what it added.
    """
    old, new = _contributions(before), _contributions(after)
    found = []
    for name in {**old, **new}:
        was, now = old.get(name), new.get(name)
        points = (now[0] if now else 0.0) - (was[0] if was else 0.0)
        if was is None or now is None or was[1:] != now[1:]:
            found.append(
                MovedFactor(
                    name=name,
                    input=inputs.get(name, ""),
                    points=round(points, 2),
                    before=was[2] if was else None,
                    after=now[2] if now else None,
                    share_before=was[1] if was else None,
                    share_after=now[1] if now else None,
                )
            )
    return sorted(found, key=lambda moved: (-abs(moved.points), moved.name))


def _contributions(
    factors: Iterable[FactorScore],
) -> dict[str, tuple[float, float, float | None]]:
    """Points of the score, share and value of the factors that count."""
    held = [each for each in factors if each.counts and each.share is not None]
    known = sum(each.weight for each in held)
    return {
        each.name: (100 * each.weight * (each.share or 0) / known, each.share or 0, each.value)
        for each in held
    }


def cause_of_change(
    *, same_version: bool, same_card: bool, before: Iterable[FactorScore], moved: bool
) -> ChangeCause:
    """Why a score moved: the card or its rules before the inputs, and age when only time passed.

    `moved`: some reading has another value or came later.
    """
    if not list(before):
        return ChangeCause.FIRST
    if not same_card:
        return ChangeCause.CARD
    if not same_version:
        return ChangeCause.RULES
    return ChangeCause.INPUTS if moved else ChangeCause.AGE


def reading_moved(before: Iterable[FactorScore], after: Iterable[FactorScore]) -> bool:
    """Whether any factor has another value than before, not merely an older one."""
    old = {each.name: each for each in before}
    return any(
        each.name not in old
        or old[each.name].value != each.value
        or (each.state is FactorState.FRESH and old[each.name].state is not FactorState.FRESH)
        for each in after
    )


def thresholds_told(points: Iterable[CurvePoint]) -> list[tuple[float, int]]:
    """A curve as thresholds with the share in per cent, for tables."""
    return [(point.at, round(point.share * 100)) for point in points]
