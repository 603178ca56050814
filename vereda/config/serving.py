"""Serving: Granian in front, one worker process, threads for requests and background work."""

import ctypes
import gc
import multiprocessing.util
import os
import signal
import sys
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.db import connections
from django.urls import reverse
from granian.constants import Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server import Server

HEADERS_WITHIN_MS = 10_000
DRAIN_SECONDS = 15
PR_SET_PDEATHSIG = 1

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def serve_until_stopped(*, with_background: bool) -> int:
    """Answer requests until SIGTERM or SIGINT; those at work are answered first."""
    connections.close_all()
    name = "everything" if with_background else "pages_only"
    server = Server(
        f"vereda.config.serving:{name}",
        factory=True,
        address=settings.HOST,
        port=settings.PORT,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=settings.THREADS,
        blocking_threads_idle_timeout=600,
        http1_settings=HTTP1Settings(header_read_timeout=HEADERS_WITHIN_MS),
        workers_kill_timeout=DRAIN_SECONDS,
        log_level=LogLevels.error,
    )
    server.serve()
    return 0


def everything() -> Wsgi:
    """The application, with background work beside it in this process."""
    from vereda.config.working import Background  # noqa: PLC0415 - Django is ready only now

    application = pages_only()
    background = Background()
    background.start()
    multiprocessing.util.Finalize(None, background.stop, exitpriority=10)
    return application


def pages_only() -> Wsgi:
    """The application alone, with every page loaded before the first request."""
    die_with_parent()
    gc.disable()
    from vereda.config.wsgi import application  # noqa: PLC0415 - it reads every setting

    reverse("home")
    gc.freeze()
    gc.enable()
    multiprocessing.util.Finalize(None, close_stores, exitpriority=5)
    return application


def close_stores() -> None:
    """Commit what waits, let go of the files."""
    from vereda.events.folding import stop_folding  # noqa: PLC0415
    from vereda.events.store.current import close_event_store  # noqa: PLC0415

    stop_folding()
    close_event_store()


def die_with_parent() -> None:
    """A worker whose parent was killed alone would keep the port: it ends too (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() == 1 and multiprocessing.parent_process() is not None:
            os.kill(os.getpid(), signal.SIGTERM)
