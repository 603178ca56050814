"""The WSGI application: the collector takes what SDKs call, Django takes the rest."""

import os
from collections.abc import Callable, Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vereda.config.settings")
pages = get_wsgi_application()

from django.conf import settings  # noqa: E402 - the settings are readable from here on

from vereda.collector.routes import is_collected  # noqa: E402
from vereda.collector.wsgi import collect  # noqa: E402
from vereda.config.proxies import Environ, behind_proxies, networks_of  # noqa: E402
from vereda.events.folding import start_folding  # noqa: E402


def dispatch(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Events to the collector, past every middleware; everything else to the pages."""
    if is_collected(environ.get("PATH_INFO", "")):
        start_folding()
        return collect(environ, start_response)
    answered: Iterable[bytes] = pages(environ, start_response)
    return answered


application = behind_proxies(dispatch, trusted=networks_of(settings.TRUSTED_PROXIES))
