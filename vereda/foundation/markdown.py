"""Markdown that people wrote, as HTML that is safe to show.

Raw HTML is never passed through, links go to https and mailto only, pictures become their
description (a remote picture tells its owner who read the page), headings take their place below
the page's own, and whatever comes out is cleaned once more by nh3.
"""

import re
from collections.abc import Sequence
from typing import Any

import nh3
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

LONGEST = 20_000
LONGEST_LINE = 4_000
DEEPEST = 12
MOST_MARKS = 2_000
LOWEST_HEADING = 6

TAGS = {
    *("p", "br", "hr", "em", "strong", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td"),
}
ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
LINK = re.compile(r"(https://[^/]|mailto:)", re.IGNORECASE)
LONGEST_QUOTE = 300
QUOTED_MARKS = frozenset(r"\`*_{}[]()#+-.!|<>~")
MARKS = re.compile(r"[\[\]*_~`<>(]")


def markdown_reader() -> MarkdownIt:
    """A Markdown reader that knows no raw HTML, shows no pictures, and nests only so far."""
    markdown = MarkdownIt("js-default", {"html": False, "linkify": False, "maxNesting": DEEPEST})
    markdown.validateLink = lambda url: bool(LINK.match(url))  # type: ignore[method-assign]
    markdown.add_render_rule("image", words_of_picture)
    markdown.core.ruler.push("headings", fit_headings)
    return markdown


def fit_headings(state: StateCore) -> None:
    """Let headings stand below the page's own, none a level too deep, however people number
    theirs: who hears a page goes through it by its headings."""
    above: list[str] = []
    for token in state.tokens:
        if token.type == "heading_open":
            while above and above[-1] >= token.tag:
                above.pop()
            above.append(token.tag)
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(len(above) + 1, LOWEST_HEADING)}"


def words_of_picture(
    _renderer: RendererHTML, tokens: Sequence[Token], index: int, _options: Any, _env: Any
) -> str:
    """A picture's description in its place: fetching it would tell its owner who reads."""
    return escape(tokens[index].content)


READER = markdown_reader()


def rendered_markdown(text: str) -> SafeString:
    """`text` as HTML. What is too long is cut, with a sentence that says so."""
    shown, cut = within_markdown_bounds(text)
    html = nh3.clean(
        READER.render(shown),
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes={"https", "mailto"},
        link_rel="noopener noreferrer nofollow ugc",
    )
    if cut:
        html += f'<p class="quiet">{gettext("The rest is too long to show here.")}</p>'
    return mark_safe(html)  # noqa: S308 - cleaned by nh3 in the line above


def quoted(words: str) -> str:
    """A customer's words as a quotation in Markdown, the first 300, none of it taken for marks."""
    short = " ".join(words.split())
    short = short if len(short) <= LONGEST_QUOTE else f"{short[:LONGEST_QUOTE]}…"
    escaped = "".join(f"\\{letter}" if letter in QUOTED_MARKS else letter for letter in short)
    return f"> {escaped}" if escaped else ""


def within_markdown_bounds(text: str) -> tuple[str, bool]:
    """What of `text` can be rendered in a blink, and whether anything was left out.

    Text with thousands of marks or lines of thousands of characters is an attack or an accident;
    parsing it costs time that grows faster than its length.
    """
    shown = text[:LONGEST]
    marks = list(MARKS.finditer(shown))
    if len(marks) > MOST_MARKS:
        shown = shown[: marks[MOST_MARKS].start()]
    lines = [line[:LONGEST_LINE] for line in shown.split("\n")]
    shown = "\n".join(lines)
    return shown, len(shown) < len(text)
