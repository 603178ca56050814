"""Telling customers: one public function per use case, in one transaction each.

accounts, account_tags, people, relationships, notes, fields, merges, duplicates: by noun.
account_upserts, person_upserts: many rows at once, as imports and events bring them.
figures: what capabilities above tell an account. values: custom values and their index.
"""
