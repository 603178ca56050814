"""The WSGI application: the collector takes /v1/, Django takes the rest."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vereda.config.settings")
application = get_wsgi_application()
