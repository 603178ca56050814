"""A real Vereda, started as a person starts it, in a home of its own."""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request  # noqa: TID251 - a test asks a server on loopback
from dataclasses import dataclass, field
from pathlib import Path

from vereda.config.testing import free_port

PATIENCE_SECONDS = 300


@dataclass(slots=True)
class RunningVereda:
    """`vereda serve` in its own process group."""

    home: Path
    port: int = field(default_factory=free_port)
    settings: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """The variables that `vereda` is started with; Python keeps what it compiled."""
        unwanted = ("VEREDA_", "PYTHONDONTWRITEBYTECODE", "DJANGO_ALLOW_")
        inherited = {k: v for k, v in os.environ.items() if not k.startswith(unwanted)}
        own = {"VEREDA_HOME": str(self.home), "VEREDA_PORT": str(self.port)}
        return {**inherited, **own, **self.settings}

    def command(self, *words: str) -> list[str]:
        """The `vereda` command with these words."""
        return [sys.executable, "-m", "vereda.config.cli", *words]

    def run(self, *words: str, seconds: int = 900) -> str:
        """What `vereda words…` prints; it must succeed."""
        return self._printed(self.command(*words), seconds=seconds)

    def ask(self, code: str, seconds: int = 900) -> str:
        """What these lines of Python print, told in a process of its own in this home."""
        lines = f"import django; django.setup()\n{code}"
        return self._printed([sys.executable, "-c", lines], seconds=seconds)

    def _printed(self, words: list[str], *, seconds: int) -> str:
        done = subprocess.run(
            words,
            env={**self.environment, "DJANGO_SETTINGS_MODULE": "vereda.config.settings"},
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
        assert done.returncode == 0, f"{' '.join(words)}: {done.stderr or done.stdout}"
        return done.stdout.strip()

    def start(self, *words: str) -> float:
        """Start `vereda serve`; answers how many seconds it took until it was healthy."""
        began = time.monotonic()
        with (self.home / "serve.log").open("ab") as log:
            self.process = subprocess.Popen(
                self.command("serve", *words),
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        while time.monotonic() - began < PATIENCE_SECONDS:
            if self.process.poll() is not None:
                raise AssertionError(f"vereda serve ended: {self.log()}")
            if self.healthy():
                return time.monotonic() - began
            time.sleep(0.02)
        raise AssertionError(f"not healthy after {PATIENCE_SECONDS} s: {self.log()}")

    def healthy(self) -> bool:
        """Does /healthz answer 200?"""
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=5) as answer:  # noqa: S310, TID251
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def log(self) -> str:
        """The last of what the server printed."""
        return (self.home / "serve.log").read_text(encoding="utf-8", errors="replace")[-4000:]

    def kill(self) -> None:
        """Kill the whole process group at once, as a crash would."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> int:
        """Ask it to end, and answer its exit code."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self.kill()
        return self.process.returncode
