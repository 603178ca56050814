"""The benefits promised to customers, measured, verified, or honestly not.

Nouns: Outcome (a promised benefit with unit, baseline, target, date), Measurement, Verdict.
Verbs: promise an outcome; measure it; verify it or say why not.
"""
