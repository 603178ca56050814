"""`vereda`: what people type who install and run it.

Exit codes: 0 done, 1 refused or failed with a sentence on stderr, 2 not understood.
"""

import argparse
import gc
import os
import sys
from importlib import import_module

import django
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError

from vereda.foundation.errors import Missing, Refused

COMMANDS = {
    "setup": "make the home folder and the database ready",
    "serve": "run everything: pages, collector, background work",
    "web": "run pages and collector only; needs `vereda worker` beside it",
    "worker": "run background work only",
    "sample": "load an invented company to look at",
    "key": "print a write key of a workspace",
    "link": "print a link that signs somebody in once",
    "events": "count stored events",
    "import": "bring in a file with a mapping",
    "backup": "write everything into one file while Vereda runs",
    "restore": "unpack a backup into a new home",
    "doctor": "look at everything and say what is wrong",
    "bench": "measure speed",
}
DONE, FAILED, INTERRUPTED = 0, 1, 130


def main(words: list[str] | None = None) -> int:
    """Run one command; answers the exit code."""
    words = sys.argv[1:] if words is None else words
    named = next((word for word in words if not word.startswith("-")), "")
    try:
        parser, chosen = understood(words, named=named)
        if not chosen.command:
            parser.print_help()
            return DONE
        return module_of(chosen.command).run(chosen)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except Exception as error:
        sentence = sentence_for(error)
        if sentence is None:
            raise
        sys.stderr.write(f"vereda {named}: {sentence}\n")
        return FAILED


def understood(
    words: list[str], *, named: str
) -> tuple[argparse.ArgumentParser, argparse.Namespace]:
    """The command and its arguments; only the chosen command's module is imported."""
    parser = argparse.ArgumentParser(
        prog="vereda",
        description="Vereda, a customer success platform. Settings are VEREDA_ variables.",
    )
    commands = parser.add_subparsers(dest="command", metavar="command")
    for name, purpose in COMMANDS.items():
        added = commands.add_parser(name, help=purpose, description=f"{purpose.capitalize()}.")
        if name == named:
            module_of(name).arguments(added)
    return parser, parser.parse_args(words)


def module_of(command: str) -> "type[Command]":
    """The module of a command, imported once the settings are read.

    Importing makes hardly any garbage, and looking for it takes a fifth of the time to start.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vereda.config.settings")
    gc.disable()
    django.setup()
    name = {"import": "import_file"}.get(command, command)
    module: type[Command] = import_module(f"vereda.config.commands.{name}")  # type: ignore[assignment]
    gc.enable()
    return module


class Command:
    """What a module of `commands` offers."""

    @staticmethod
    def arguments(parser: argparse.ArgumentParser) -> None:
        """Declare what the command takes."""

    @staticmethod
    def run(chosen: argparse.Namespace) -> int:
        """Do it; answers the exit code."""
        raise NotImplementedError


def sentence_for(error: Exception) -> str | None:
    """What to tell the person; None for a mistake of ours, whose trace must be seen."""
    if isinstance(error, Missing):
        return f"there is no {error}"
    if isinstance(error, Refused | ImproperlyConfigured):
        return str(error)
    if isinstance(error, OperationalError):
        return f"the database does not answer as expected: {error}. Try `vereda doctor`."
    from vereda.events.contracts.store import StoreUnavailable  # noqa: PLC0415 - rarely needed
    from vereda.events.store.opening import UnknownStore  # noqa: PLC0415

    if isinstance(error, StoreUnavailable | UnknownStore):
        return f"the event store: {error}"
    if isinstance(error, OSError):
        return f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}"
    return None


if __name__ == "__main__":
    sys.exit(main())
