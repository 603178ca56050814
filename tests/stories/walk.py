"""Walking the product link by link, a page or two of each kind, as far as links lead."""

import re
from collections import deque
from collections.abc import Iterable, Iterator
from urllib.parse import urljoin, urlsplit

from django.urls import Resolver404, resolve
from playwright.sync_api import Page

DOWNLOADS = re.compile(
    r"/(export|download|file|metrics-file)/(\?|$)|/files/[0-9a-f-]{36}/|\.(csv|toml)(\?|$)"
    r"|[?&]format="
)
TOLD_APART = ("tab", "target", "verb", "kind")
OF_ONE_THING = re.compile(r"<\w+:(?!target|verb|kind)\w+>/?$")
MOST_PAGES = 600


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


def is_of_one_thing(url: str) -> bool:
    """Is it the page of an account, a person, a feature: another for each of them?"""
    parts = urlsplit(url)
    return not parts.query and bool(OF_ONE_THING.search(resolve(parts.path).route))


def kinds_of_page(page: Page, *, starts: Iterable[str], filtered: bool = False) -> Iterator[str]:
    """Open every kind of page that links reach from `starts`; yields each kind when it is open.

    Which kinds are opened does not hang on the order of links: it ends when no kind is left. Of a
    page of one thing the first and the last that were linked are opened, since what stands on it
    may differ. `filtered`: lists that are narrowed or sorted, too.
    """
    waiting = deque(starts)
    first, last = {kind_of(url): url for url in waiting}, dict[str, str]()
    opened, again = set[str](), set[str]()
    while waiting:
        url = waiting.popleft()
        opened.add(url)
        assert len(opened) <= MOST_PAGES, f"there is no end to {kind_of(url)}"
        answer = page.goto(url)
        assert answer is not None
        assert answer.status == 200, f"{url} answered {answer.status}"
        yield kind_of(url)
        for link in links_of(page):
            kind = kind_of(link)
            if kind not in first and (filtered or not urlsplit(link).query):
                first[kind] = link
                waiting.append(link)
            elif kind not in again and is_of_one_thing(link) and link != first[kind]:
                last[kind] = link
        if not waiting:
            again |= last.keys()
            waiting.extend(last.values())
            last.clear()


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
