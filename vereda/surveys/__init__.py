"""Surveys: what customers say when they are asked, and how sure the number is.

Nouns     Survey (one question with a score, and what follows from it), Edition (its wording; an
          answer keeps the one it answered), Question, Wave (one sending), Invitation, Answer.
Verbs     draft, edit, open, end; plan, order and deliver a wave; invite, answer, unsubscribe;
          upsert (many answers at once).
Announces SurveyAnswered, AnswersUpserted, WaveOrdered, SurveyLettersLeft.
Start reading at contracts.py, rules/ and actions/answering.py.
"""
