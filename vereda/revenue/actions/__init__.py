"""Telling about money: the only place that writes it.

subscriptions: start, change, correct, end. churn: record a goodbye. upserts: many at once.
exports: who took a report away.
headlines: after each of these, `customers` is told what its lists show.
"""
