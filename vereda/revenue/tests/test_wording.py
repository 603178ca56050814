import pytest
from django.utils import translation

from vereda.revenue.models import Subscription
from vereda.revenue.timeline import terms_words


@pytest.mark.parametrize(
    ("language", "seats", "words"),
    [
        ("en", 1, "Pro, 1 seat"),
        ("en", 24, "Pro, 24 seats"),
        ("es", 1, "Pro, 1 plaza"),
        ("es", 24, "Pro, 24 plazas"),
    ],
)
def test_one_seat_is_not_said_in_the_plural(language, seats, words):
    with translation.override(language):
        assert terms_words(Subscription(plan="Pro", seats=seats)) == words
