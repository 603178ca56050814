"""Letters to people at customers, and what they write back.

Nouns: Message (a letter to one person), Delivery (what became of it), Preference (what a person
    wants to hear, by what), Suppression (an address that must not be written to), Reply (a letter
    that came in).
Verbs: send a message, stop one, prefer, suppress; take a reply in.
"""
