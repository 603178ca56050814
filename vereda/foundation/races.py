"""What two requests did in the same moment: the second hears a sentence, not an error."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError, transaction

from vereda.foundation.errors import Refused

UNIQUE = "unique constraint"
"""What both databases say of a value that stands in another row already."""


@contextmanager
def refused_if_taken(refusal: Refused) -> Iterator[None]:
    """Write a row whose name was free a moment ago; if somebody took it meanwhile, `refusal`.

    Nothing of the block is kept then, and the transaction around it goes on. Whatever else the
    database objects to is a mistake of ours and stays one.
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if UNIQUE not in str(error).lower():
            raise
        raise refusal from error
