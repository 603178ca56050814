"""Tables of health.

scorecards (Scorecard and its numbered versions), scores (Score, its history, why it changed),
pulses (opinions of members), backtests (what a version's record is).
Django looks for models here, so this is the one package that imports its modules.
"""

from vereda.health.models import pulses, scorecards, scores

__all__ = ["pulses", "scorecards", "scores"]
