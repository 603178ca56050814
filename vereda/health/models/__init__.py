"""Tables of health.

scorecards (Scorecard and its numbered versions), scores (Score, its history, why it changed),
pulses (opinions of members), backtests (what a version's record is).
Django looks for models here, so this is the one package that imports its modules.
"""

from vereda.health.models import backtests, pulses, scorecards, scores

__all__ = ["backtests", "pulses", "scorecards", "scores"]
