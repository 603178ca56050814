"""The WSGI application: the collector takes /v1/, Django takes the rest."""

import os
from collections.abc import Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vereda.config.settings")
django_application = get_wsgi_application()

from vereda.collector.wsgi import PREFIX, collect  # noqa: E402 - it needs Django's settings


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Events go past Django's middleware; everything else through it."""
    if str(environ.get("PATH_INFO") or "").startswith(PREFIX):
        return collect(environ, start_response)
    return django_application(environ, start_response)
