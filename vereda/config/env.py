"""Typed reading of VEREDA_ environment variables; a variable nobody knows is an error."""

import os
from collections.abc import Mapping
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

TRUE_WORDS = frozenset({"1", "true", "yes", "on"})
FALSE_WORDS = frozenset({"0", "false", "no", "off", ""})


class Environment:
    """Values of the `VEREDA_` variables; `NAME_FILE` may name a file that holds the value."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._variables = variables
        self._known: set[str] = set()

    def text(self, name: str, default: str = "") -> str:
        """The value of VEREDA_<name>, or of the file that VEREDA_<name>_FILE names."""
        key = f"VEREDA_{name}"
        self._known |= {key, f"{key}_FILE"}
        if file := self._variables.get(f"{key}_FILE"):
            return Path(file).read_text(encoding="utf-8").strip()
        return self._variables.get(key, default)

    def flag(self, name: str, *, default: bool = False) -> bool:
        """True or False from words such as 1, yes, off."""
        value = self.text(name, "on" if default else "off").lower()
        if value in TRUE_WORDS:
            return True
        if value in FALSE_WORDS:
            return False
        raise ImproperlyConfigured(f"VEREDA_{name} is {value!r}; expected on or off.")

    def number(self, name: str, default: int) -> int:
        """A whole number."""
        value = self.text(name, str(default))
        try:
            return int(value)
        except ValueError as error:
            raise ImproperlyConfigured(
                f"VEREDA_{name} is {value!r}; expected a whole number."
            ) from error

    def words(self, name: str, default: str = "") -> list[str]:
        """The words of a comma-separated list."""
        return [word.strip() for word in self.text(name, default).split(",") if word.strip()]

    def refuse_unknown(self) -> None:
        """Stop when a VEREDA_ variable is set that no setting reads: it is a typing mistake."""
        unknown = sorted(
            name
            for name in self._variables
            if name.startswith("VEREDA_")
            and name not in self._known
            and not name.startswith(("VEREDA_TEST_", "VEREDA_BENCH_"))
        )
        if unknown:
            raise ImproperlyConfigured(
                f"Unknown setting {', '.join(unknown)}. See docs/operate/settings.md for the names."
            )


environment = Environment(os.environ)
