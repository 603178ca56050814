"""Audiences: saved questions about accounts and people, and who is in.

Nouns     Audience, Inclusion (who is in, by rule or by hand), AudienceChange (who came and went).
Verbs     save, change, archive, restore, add by hand, hold out, leave to the rule, bring up to
          date.
Announces EnteredAudience, LeftAudience, AudiencePutAway, AudienceTakenBack.
Start reading at contracts.py, rules/questions.py and queries/asking.py.
"""
