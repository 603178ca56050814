"""Walking the product link by link, one page of each kind, as far as links lead."""

import re
from collections import deque
from collections.abc import Iterable, Iterator
from urllib.parse import urljoin, urlsplit

from django.urls import Resolver404, resolve
from playwright.sync_api import Page

DOWNLOADS = re.compile(
    r"/(export|download|file|metrics-file)/(\?|$)|/files/[0-9a-f-]{36}/|\.(csv|toml)$"
)
TOLD_APART = ("tab", "target")
MOST_PAGES = 150


def kind_of(url: str) -> str:
    """The route behind the address, so that A-1 and A-2 are one kind of page; tabs are several.

    The first name of the query belongs to it: a filtered list is another kind than the list.
    """
    parts = urlsplit(url)
    match = resolve(parts.path)
    route = match.route
    for name in TOLD_APART:
        route = re.sub(rf"<\w+:{name}>", str(match.kwargs.get(name, "")), route)
    route = re.sub(r"<\w+:(\w+)>", r"<\1>", route)
    query = sorted({pair.partition("=")[0] for pair in parts.query.split("&") if pair})
    return route + ("?" + query[0] if query else "")


def kinds_of_page(page: Page, *, starts: Iterable[str]) -> Iterator[str]:
    """Open one page of every kind that links reach from `starts`; yields each kind when open.

    Pages come before filtered ones, so that the end of patience costs only ways to filter.
    """
    plain, filtered = deque(starts), deque[str]()
    seen = {kind_of(url) for url in plain}
    for _ in range(MOST_PAGES):
        if not (plain or filtered):
            return
        url = (plain or filtered).popleft()
        answer = page.goto(url)
        assert answer is not None
        assert answer.status == 200, f"{url} answered {answer.status}"
        yield kind_of(url)
        for link in links_of(page):
            kind = kind_of(link)
            if kind not in seen:
                seen.add(kind)
                (filtered if "?" in kind else plain).append(link)


def links_of(page: Page) -> list[str]:
    """The addresses of pages on this site that the page leads to."""
    hrefs: list[str] = page.eval_on_selector_all(
        "a[href]", "links => links.map(link => link.getAttribute('href'))"
    )
    absolute = [urljoin(page.url, href).partition("#")[0] for href in hrefs]
    here = urlsplit(page.url).netloc
    return [url for url in absolute if urlsplit(url).netloc == here and is_page(url)]


def is_page(url: str) -> bool:
    """Is it a page of ours, not a file to download?"""
    if DOWNLOADS.search(url):
        return False
    try:
        resolve(urlsplit(url).path)
    except Resolver404:
        raise AssertionError(f"a link leads nowhere: {url}") from None
    return True
