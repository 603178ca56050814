"""Customers: accounts, the people in them, and what was said between us.

Nouns     Account, Person, Membership (a person in an account), Relationship,
          Note (written, or a call, meeting or mail), CustomField, Tag,
          DuplicateSuggestion, Merge.
Verbs     add, edit, assign, change stage, archive, tag, relate, write a note,
          define a field, upsert (many at once), merge and undo the merge.
Announces AccountAdded, AccountChanged, AccountStageChanged, AccountArchived,
          AccountsUpserted, AccountsMerged, PersonAdded, PersonErased, NoteWritten
          and their counterparts (contracts.py has all of them).
Start reading at actions/accounts.py; the decisions are in rules/.
"""
