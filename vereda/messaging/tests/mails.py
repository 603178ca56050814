"""Letters as they come off the wire, for tests."""

import base64
import json
from datetime import UTC, datetime
from email.message import EmailMessage
from itertools import count

from standardwebhooks.webhooks import Webhook

from vereda.foundation.testing import MORNING
from vereda.messaging.actions.settings import rotate_inbound_key
from vereda.messaging.keyed import inbound_secret, inbound_token, reply_token

DOMAIN = "reply.acme.example"
_ids = count()


def mail_to(address, *, text="We send it tomorrow.", sender="l@cantera.example", **said):
    """A plain answer to that reply address, as bytes."""
    letter = EmailMessage()
    letter["From"] = sender
    letter["To"] = said.pop("to", f"Acme <reply+{reply_token(address)}@{DOMAIN}>")
    letter["Subject"] = said.pop("subject", "Re: The plan")
    letter["Message-ID"] = f"<{next(_ids)}@cantera.example>"
    for name, value in said.pop("headers", {}).items():
        letter[name] = value
    letter.set_content(text)
    for name, body in said.pop("files", {}).items():
        letter.add_attachment(body, maintype="application", subtype="octet-stream", filename=name)
    assert not said
    return letter.as_bytes()


class Letterbox:
    """The workspace's mail server: it signs and hands in."""

    def __init__(self, company, client):
        self.workspace = company.workspace
        self.client = client
        self.key = rotate_inbound_key(company.workspace, by=company.owner, now=MORNING)
        self.url = f"/in/{inbound_token(company.workspace.pk)}/"

    def body(self, raw, **said):
        return json.dumps({"mail": base64.b64encode(raw).decode(), **said}).encode()

    def signed(self, body, *, delivery_id=None, at=None, secret=None):
        """The three headers over that body."""
        delivery_id = delivery_id or f"msg_{next(_ids)}"
        at = at or datetime.now(UTC)  # noqa: TID251 - the library asks the machine's clock
        signature = Webhook(secret or inbound_secret(self.key)).sign(
            delivery_id, at, body.decode("utf-8", errors="surrogateescape")
        )
        return {
            "webhook-id": delivery_id,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": signature,
        }

    def post(self, body, headers, *, url=None):
        return self.client.post(
            url or self.url, body, content_type="application/json", headers=headers
        )

    def hand_in(self, raw, *, delivery_id=None, **said):
        """A signed delivery of that letter."""
        body = self.body(raw, **said)
        return self.post(body, self.signed(body, delivery_id=delivery_id))
