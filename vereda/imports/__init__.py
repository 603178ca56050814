"""Data in by file: upload, map, check, run, undo.

Nouns: Import (one file on its way in), Mapping (which column means what), ImportChange (the
journal that undo reads), RejectedRow (a row that was not stored, and why), SavedMapping.

Verbs: start, map, check, run, resume, cancel, undo.

It knows no business words: kinds (accounts, tickets…) register themselves through
`vereda.foundation.importing`. Bytes become rows in `reading/`, cells become values in `rules/`,
and `actions/running.py` takes the rows in, chunk by chunk.

Start reading at `contracts.py`, then `actions/running.py`.
"""
