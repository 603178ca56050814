"""Telling about promised benefits: the only place that writes them.

promising: promise, edit, drop, take up again. measuring: by hand, by the customer, by metrics.
verdicts: verify, deny, confirm, dispute, take back. expectations: set, met, missed. noticing: lack
of progress becomes an alert and closes by itself.
"""
