"""The first page of a visitor."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from vereda.portal.access import VisitorRequest, portal_page


@portal_page(methods=("GET", "HEAD"))
def home(request: VisitorRequest) -> HttpResponse:
    """What is theirs, with the people who help them."""
    visitor = request.visitor
    context = {"workspace": visitor.workspace, "visitor": visitor}
    return render(request, "portal/home.html", context)
