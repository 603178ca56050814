"""The door for events: tracking SDKs post here and are answered after a durable commit.

A plain WSGI application without Django's middleware. Nouns: Body, Item, Write key.
Verbs: collect. It owns no tables; what it accepts goes to `vereda.events`.

Start reading at `wsgi.py` (one request from bytes to answer), then `rules/items.py`
(what an item must be) and `rules/times.py` (when it happened).
"""
