"""Runs one program of these benchmarks in a process and a home of its own."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import msgspec

ROOT = Path(__file__).parents[1]


def figures_of(program: str, argument: str) -> dict[str, dict[str, Any]]:
    """What `main` of benchmarks.<program> printed last, when it was given `argument`.

    It is told nothing of this process's settings. VEREDA_BENCH_HOME keeps its home, so that a
    large store need not be filled again.
    """
    code = f"import django; django.setup(); from benchmarks.{program} import main; main()"
    ours = {name: value for name, value in os.environ.items() if not name.startswith("VEREDA_")}
    with tempfile.TemporaryDirectory(prefix="vereda-bench-") as place:
        done = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-W", "ignore", "-c", code, argument],
            env={
                **ours,
                "DJANGO_SETTINGS_MODULE": "vereda.config.settings",
                "VEREDA_HOME": os.environ.get("VEREDA_BENCH_HOME") or place,
            },
            cwd=ROOT,
            stdout=subprocess.PIPE,
            check=True,
        )
    figures: dict[str, dict[str, Any]] = msgspec.json.decode(done.stdout.splitlines()[-1])
    return figures
