import gc

from django.apps import AppConfig
from typing_extensions import override

COLLECTED_EVERY = (20_000, 20, 100)
"""How many new objects start a search for cycles, and how many searches a deeper one.

Python's own numbers make a process with Django in it look through some 200,000 objects that live
for ever again and again: it costs an import a third of its time, and a page its worst delays.
"""


class FoundationConfig(AppConfig):
    name = "vereda.foundation"
    label = "foundation"
    default_auto_field = "django.db.models.BigAutoField"

    @override
    def ready(self) -> None:
        """Look for garbage in cycles less often."""
        gc.set_threshold(*COLLECTED_EVERY)
