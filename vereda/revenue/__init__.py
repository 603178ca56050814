"""Revenue: what each account pays, since when and until when, and why it left.

Nouns     Subscription (one stretch of unchanged terms), ChurnEvent (a goodbye and its reason).
Verbs     start, change, correct, end, cancel, set the renewal, record churn, upsert (many at once).
Announces SubscriptionStarted, SubscriptionChanged, SubscriptionEnded, SubscriptionsUpserted,
          ChurnRecorded, ChurnUpserted.
Start reading at rules/terms.py: everything else is kept so that its answers are right on any day.
"""
