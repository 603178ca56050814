"""The benefits promised to customers, measured, verified, or honestly not.

Nouns: Outcome (a promised benefit with unit, baseline, target, date), Amendment (how the promise
was before it was moved, and why), Measurement, Verdict (what either side says), Expectation (what
a customer was told at a step).
Verbs: promise an outcome; edit, drop or pursue it again; measure it; verify it, or deny it and say
why not; confirm or dispute it as the customer; set, meet or miss an expectation.
Announces: OutcomePromised, OutcomeChanged, OutcomeMeasured, OutcomesMeasured, OutcomeVerified,
OutcomeNotVerified, OutcomeBehind, ExpectationSet, ExpectationSettled.
Start reading at rules/standing.py: where an outcome stands is derived there, and nowhere typed.
"""
