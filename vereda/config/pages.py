"""The pages that belong to nobody: health, and what went wrong."""

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from vereda.config.wiring import HEALTH_CHECKS
from vereda.foundation.access import READING, public_page


@public_page(because="load balancers and scripts ask whether it works", methods=READING)
def healthz(_: HttpRequest) -> HttpResponse:
    """200 when rows and events can be read and written, 503 when not."""
    checks = {"rows": rows_work, **HEALTH_CHECKS}
    answers = {name: check() for name, check in checks.items()}
    status = 200 if all(answers.values()) else 503
    return JsonResponse({"ok": status == 200, **answers}, status=status)


def rows_work() -> bool:
    """Can the database of rows be read and written just now?"""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE IF NOT EXISTS vereda_health (at integer)")
        cursor.execute("INSERT INTO vereda_health VALUES (1)")
        cursor.execute("DELETE FROM vereda_health")
    return True


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that came without its token: usually one left open too long."""
    return render(request, "foundation/csrf.html", {"reason": reason}, status=403)
