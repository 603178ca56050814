"""Revenue: what each account pays, since when and until when, why it left, what keeping is worth.

Nouns     Subscription (one stretch of unchanged terms), ChurnEvent (a goodbye and its reason),
          Win (won, won back or lost, and why), ExchangeRate, MonthlyCost, Assumption.
Verbs     start, change, correct, end, cancel, set the renewal, record churn, upsert (many at once),
          note and correct a win, enter rates, say what a month cost, assume.
Announces SubscriptionStarted, SubscriptionChanged, SubscriptionEnded, SubscriptionsUpserted,
          ChurnRecorded, ChurnUpserted, ExchangeRatesChanged, WinNoted, WinsNoted.
Start reading at rules/terms.py: everything else is kept so that its answers are right on any day.
Then rules/movements.py and rules/retention.py: what the reports tell.
"""
