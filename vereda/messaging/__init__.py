"""Messaging: letters to people at customers, and what they write back.

Nouns     Message (a letter to one person), Delivery (one thing that became of it), Preference (what
          a person does not want to hear), Suppression (an address that must not be written to),
          ReplyAddress (where answers about one thing go), InboundLetter (a letter that came in).
Verbs     send, stop and resend a letter; prefer, suppress; receive and read a letter; accept an
          answer that nobody vouches for, or set it aside.
Announces LetterSent, LetterReturned, LetterStopped, ReplyReceived, AnswerWaits, AnswerSettled,
          AddressClosed, AddressOpened.
Start reading at contracts.py, then rules/budget.py, actions/sending.py and actions/receiving.py.
"""
