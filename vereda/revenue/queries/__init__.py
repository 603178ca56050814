"""Asking about money; nothing here writes.

subscriptions: terms and goodbyes. balances: what was paid on given days, added up by the database.
movements: how that changed, and what was retained. groups: by what accounts are grouped and chosen.
departures: who left and came back, and when. renewals and forecast: what has to be said yes to
again, and what is expected. lifetimes, economics, costs, exchange, wins: as their names say.
"""
