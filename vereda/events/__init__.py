"""What people do in the workspace's product: one event per click that matters.

Nouns: Event, Refusal, Definition, FoldCursor. Verbs: store, fold, erase.
Announces: EventsStored, once per commit and never per event; ActivityChanged and MetricsMeasured,
once per batch of accounts or people whose figures or metrics are others.

An event comes in through `vereda.collector` (or `imports`, or `sample`), is made
durable by `store/`, and is *folded*: what it says about people and accounts is
told to `customers`. Start reading at `contracts/` (the words and the questions
a store answers), then `store/duckdb.py` and `actions/folding.py`.
"""
