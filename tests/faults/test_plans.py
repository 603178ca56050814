"""2,000 histories of 50 steps in which anything may happen to a plan, in any order.

What must hold is said in vereda/onboarding/tests/test_plan_machine.py. VEREDA_TEST_PLAN_HISTORIES
and VEREDA_TEST_PLAN_STEPS say how many, and how long.
"""

import os

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from vereda.onboarding.tests.test_plan_machine import PlanMachine

pytestmark = [pytest.mark.faults, pytest.mark.slow]

HISTORIES = int(os.environ.get("VEREDA_TEST_PLAN_HISTORIES", "60"))
STEPS = int(os.environ.get("VEREDA_TEST_PLAN_STEPS", "50"))


def test_no_history_opens_a_gate_early_or_loses_a_moment():
    run_state_machine_as_test(
        PlanMachine,
        settings=settings(max_examples=HISTORIES, stateful_step_count=STEPS, deadline=None),
    )
