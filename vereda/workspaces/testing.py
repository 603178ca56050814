"""For tests: a program that holds a token and speaks JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.test import Client

from vereda.foundation.testing import MORNING
from vereda.workspaces.actions.keys import issue_token
from vereda.workspaces.contracts import Role
from vereda.workspaces.roles import permissions_of

if TYPE_CHECKING:
    from vereda.workspaces.models import Member


@dataclass(frozen=True, slots=True)
class Program:
    """Calls the API with its token; bodies are JSON, or bytes as they stand."""

    secret: str

    def ask(
        self, method: str, path: str, body: object = None, *, headers: Any = None, **query: Any
    ) -> Any:
        """The answer to one call below /api/v1."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        asked = f"?{urlencode(query, doseq=True)}" if query else ""
        return Client(raise_request_exception=False).generic(
            method,
            f"/api/v1{path}{asked}",
            b"" if body is None else content,
            content_type="application/json",
            headers={"authorization": f"Bearer {self.secret}", **(headers or {})},
        )

    def get(self, path: str, **query: Any) -> Any:
        """Read."""
        return self.ask("GET", path, **query)

    def post(self, path: str, body: object = None, **more: Any) -> Any:
        """Write."""
        return self.ask("POST", path, {} if body is None else body, headers=more)

    def patch(self, path: str, body: object, **more: Any) -> Any:
        """Change."""
        return self.ask("PATCH", path, body, headers=more)

    def put(self, path: str, body: object, **more: Any) -> Any:
        """Add or change."""
        return self.ask("PUT", path, body, headers=more)


def a_program(member: Member, *scopes: str) -> Program:
    """A program with a token of the member, for these scopes or all the member has."""
    wanted = scopes or permissions_of(Role(member.role))
    issued = issue_token(label="test", scopes=wanted, expires_at=None, by=member, now=MORNING)
    return Program(issued.secret)
