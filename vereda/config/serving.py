"""Serving: Granian in front, one worker process, threads for requests and background work.

Between Granian and the application stands the `gateway`: a slow client never holds a thread.
"""

import ctypes
import gc
import multiprocessing.util
import os
import signal
import sys

from django.conf import settings
from django.db import connections
from django.urls import reverse
from granian.constants import Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server import Server

from vereda.config.gateway import Gateway

HEADERS_WITHIN_MS = 10_000
DRAIN_SECONDS = 15
FORM_BYTES = 2 * 1024 * 1024
"""What a form may have around its file."""

PR_SET_PDEATHSIG = 1


def serve_until_stopped(*, with_background: bool) -> int:
    """Answer requests until SIGTERM or SIGINT; those at work are answered first."""
    connections.close_all()
    name = "everything" if with_background else "pages_only"
    server = Server(
        f"vereda.config.serving:{name}",
        factory=True,
        address=settings.HOST,
        port=settings.PORT,
        interface=Interfaces.RSGI,
        workers=1,
        http1_settings=HTTP1Settings(header_read_timeout=HEADERS_WITHIN_MS),
        workers_kill_timeout=DRAIN_SECONDS,
        log_level=LogLevels.error,
    )
    server.serve()
    return 0


def everything() -> Gateway:
    """The application, with background work beside it in this process."""
    from vereda.config.working import Background  # noqa: PLC0415 - Django is ready only now

    application = pages_only()
    background = Background()
    background.start()
    multiprocessing.util.Finalize(None, background.stop, exitpriority=10)
    return application


def pages_only() -> Gateway:
    """The application alone, with every page loaded before the first request."""
    die_with_parent()
    gc.disable()
    from vereda.config.wsgi import application  # noqa: PLC0415 - it reads every setting

    reverse("home")
    gc.freeze()
    gc.enable()
    multiprocessing.util.Finalize(None, close_stores, exitpriority=5)
    return Gateway(
        application,
        threads=settings.THREADS,
        largest=largest_body,
        waits=waits_for_the_disk,
        read_soon=takes_events_as_they_are,
    )


def largest_body(path: str) -> int:
    """How many bytes of a body are read: the largest upload, or one more than events may have."""
    from vereda.collector.bodies import LARGEST_WIRE  # noqa: PLC0415 - Django is ready only now
    from vereda.collector.routes import route_of  # noqa: PLC0415
    from vereda.imports.contracts import UPLOAD_BYTES  # noqa: PLC0415

    return LARGEST_WIRE + 1 if route_of(path) else UPLOAD_BYTES + FORM_BYTES


def waits_for_the_disk(path: str) -> bool:
    """Is it a path of the collector, which answers when the disk has what it brought?"""
    from vereda.collector.routes import is_collected  # noqa: PLC0415 - Django is ready only now

    return is_collected(path)


def takes_events_as_they_are(path: str) -> bool:
    """Do events come there that are not packed inside of what is sent, so that short is short?"""
    from vereda.collector.routes import Dialect, Does, route_of  # noqa: PLC0415 - as above

    route = route_of(path)
    return route is not None and route.does is Does.COLLECT and route.dialect is not Dialect.POSTHOG


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
