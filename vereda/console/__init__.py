"""Console: the face for members. It joins what capabilities know and owns only how it is looked at.

Nouns     SavedView, BulkEdit (an edit of many accounts, with its journal), BulkChange.
Verbs     save and remove a view, edit a cell, edit many, undo, export.
Announces BulkEditFinished.
Start reading at listing.py (the address is the view) and pages/portfolio.py.
"""
