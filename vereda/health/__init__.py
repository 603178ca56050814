"""Scorecards, scores, and why a score is what it is.

Nouns: Scorecard, ScorecardVersion (its rules, numbered), Score (an account's, now), ScoreDay (its
    history), ScoreChange (why it moved), Pulse (a member's opinion, which expires).
Verbs: draft, publish, archive a scorecard; score accounts; give an opinion.
Announces: ScoreChanged, BandChanged.
Start reading: rules/scoring.py decides what a score is (docs/decisions/0015 says why);
    actions/scoring.py keeps it up; queries/explaining.py tells why.
"""
