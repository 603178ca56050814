"""What it does to a plan to add an item, in words."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from vereda.onboarding.contracts.plans import AddingEffect, GateEffect, PlanPhase
from vereda.onboarding.contracts.templates import GateSpec
from vereda.onboarding.wording.plans import PHASES
from vereda.onboarding.wording.templates import gate_label, gate_unlocks


def adding_words(
    effect: AddingEffect, *, gate: GateSpec, titles: Mapping[str, str], now_phase: PlanPhase
) -> list[str]:
    """What it does to the gate, to what is behind it, and to how far the customer is."""
    at = {"gate": gate_label(gate), "unlocks": gate_unlocks(gate)}
    if effect.gate is GateEffect.NONE:
        return [_("It is optional: no gate waits for it.")]
    if effect.gate is GateEffect.WAITS:
        return [_("The gate “%(gate)s” opens only when this is accepted or done too.") % at]
    told = [
        _(
            "The gate “%(gate)s” is open. This shuts it again for “%(unlocks)s” until it is "
            "accepted or done."
        )
        % at
    ]
    if effect.halts:
        halted = ", ".join(titles.get(key, key) for key in effect.halts)
        told.append(_("Until then nothing can be done about: %s.") % halted)
    if effect.phase is not None:
        told.append(
            _("The customer falls back from “%(before)s” to “%(after)s”.")
            % {"before": PHASES[now_phase], "after": PHASES[effect.phase]}
        )
    return told
