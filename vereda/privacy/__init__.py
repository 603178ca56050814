"""Privacy: purposes, consent, and what is known about a person.

Nouns     Purpose (why data are used; three of them need consent), Consent (one person's yes or no
          to one purpose, never overwritten), DataRequest (access, correction, erasure, restriction;
          one month).
Verbs     give and withdraw consent, set the workspace's rule, open and answer a request,
          export, erase.
Announces ConsentGiven, ConsentWithdrawn, DataRequested, DataRequestAnswered, PersonForgotten.
Start reading at rules.py, then actions/consents.py.
"""
