"""Which addresses letters go to: one mailbox, as mail servers everywhere take it."""

from email_validator import EmailNotValidError, validate_email

LONGEST_ADDRESS = 254


def deliverable_address(text: str) -> str | None:
    """The address as it stands in an envelope; None for what is no single ordinary mailbox.

    No quoted local part, no IP address, no name without a dot, no letters beyond ASCII before the
    @ (not every server takes them). A domain in other letters is written as servers know it.
    """
    if len(text) > LONGEST_ADDRESS:
        return None
    try:
        checked = validate_email(
            text,
            check_deliverability=False,
            strict=True,
            allow_smtputf8=False,
            allow_quoted_local=False,
            allow_domain_literal=False,
            allow_display_name=False,
        )
    except EmailNotValidError:
        return None
    return checked.ascii_email


def bare_domain(text: str) -> str:
    """A domain as mail servers know it; "" for what is none."""
    name = text.strip().lower().rstrip(".")
    return (deliverable_address(f"a@{name}") or "").removeprefix("a@")


def mailbox_of(address: str) -> str:
    """What two spellings of one mailbox share: no capitals, no tag after a plus."""
    local, _, domain = address.strip().lower().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"
