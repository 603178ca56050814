"""Letters that a server wrote: files in its home, where no mail server is set."""

import time
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from tests.stories.server import PATIENCE_SECONDS

END_OF_LETTER = b"\n" + b"-" * 79 + b"\n"
"""What follows a letter in its file once it is wholly written."""


def letters_in(home: Path, *, to: str = "") -> list[EmailMessage]:
    """Every letter that was wholly written, in the order in which they left; to one address."""
    files = sorted((home / "mail").glob("*.log"))
    texts = [part for file in files for part in file.read_bytes().split(END_OF_LETTER)[:-1]]
    told = [message_from_bytes(text.strip(), policy=policy.default) for text in texts]
    return [each for each in told if to in str(each["To"])]


def letter_in(home: Path, *, to: str, number: int = 1) -> EmailMessage:
    """The letter with that number to an address, from 1, once it is there."""
    until = time.monotonic() + PATIENCE_SECONDS
    while len(letters_in(home, to=to)) < number:
        assert time.monotonic() < until, f"no letter {number} to {to}"
        time.sleep(0.3)
    return letters_in(home, to=to)[number - 1]


def text_of(letter: EmailMessage) -> str:
    """What a letter says."""
    body = letter.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def link_in(text: str, path: str) -> str:
    """The address in a letter that has that in it."""
    return next(word for word in text.split() if path in word)
