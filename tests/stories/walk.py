"""Walking the product link by link, one page of each kind, as far as links lead."""

import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from playwright.sync_api import Page

KEY = re.compile(r"^[A-Z]{1,3}-\d+$|^[0-9a-f]{8}-[0-9a-f-]{27}$|^\d+$")
NEVER = re.compile(r"/(export|download|file|static|logout|healthz)\b|\.(csv|xlsx|toml|json)$")
MOST_PAGES = 150


def kind_of(url: str) -> str:
    """The address with its keys replaced, so that A-1 and A-2 are one kind of page."""
    parts = [("*" if KEY.match(part) else part) for part in urlsplit(url).path.split("/")]
    query = sorted({pair.partition("=")[0] for pair in urlsplit(url).query.split("&") if pair})
    return "/".join(parts) + ("?" + "&".join(query[:1]) if query else "")


def kinds_of_page(page: Page, *, start: str) -> Iterator[str]:
    """Open one page of every kind that links reach from `start`; yields each kind when open."""
    waiting, seen = [start], {kind_of(start)}
    while waiting and len(seen) < MOST_PAGES:
        url = waiting.pop(0)
        answer = page.goto(url)
        assert answer is not None
        assert answer.status == 200, f"{url} answered {answer.status}"
        yield kind_of(url)
        for link in links_of(page):
            if kind_of(link) not in seen:
                seen.add(kind_of(link))
                waiting.append(link)


def links_of(page: Page) -> list[str]:
    """The addresses on this site that the page leads to."""
    hrefs: list[str] = page.eval_on_selector_all(
        "a[href]", "links => links.map(link => link.getAttribute('href'))"
    )
    absolute = [urljoin(page.url, href).partition("#")[0] for href in hrefs]
    here = urlsplit(page.url).netloc
    return [url for url in absolute if urlsplit(url).netloc == here and not NEVER.search(url)]
