"""The components that pages are made of: `{% load ui %}`. The gallery shows each of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django import template
from django.conf import settings
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from vereda.foundation import clock, wording
from vereda.foundation.markdown import rendered_markdown

register = template.Library()

Words = str | Promise
REMEMBERED = 1_000
TONE_ICONS = {
    "good": "check",
    "watch": "eye",
    "risk": "circle-alert",
    "unknown": "circle-help",
    "plain": "",
}


@register.simple_tag
def icon(name: str, css_class: str = "") -> SafeString:
    """A picture from the sprite; always beside words, so hidden from screen readers."""
    return _picture(name, css_class, settings.STATIC_URL)


@lru_cache(maxsize=REMEMBERED)
def _picture(name: str, css_class: str, _static_url: str) -> SafeString:
    """Remembered, because a page shows a hundred; the sprite's address asks the storage."""
    return format_html(
        '<svg class="icon {}" viewBox="0 0 24 24" aria-hidden="true">'
        '<use href="{}#{}"></use></svg>',
        css_class,
        static("dist/icons.svg"),
        name,
    )


@register.simple_tag
def chip(tone: str, word: Words, icon_name: str | None = None) -> SafeString:
    """A state: its tone (good, watch, risk, unknown, plain), its word, and an icon."""
    shown = TONE_ICONS.get(tone, "") if icon_name is None else icon_name
    picture = icon(shown) if shown else ""
    return format_html('<span class="chip {}">{}{}</span>', tone, picture, word)


@register.simple_tag
def avatar(name: str, size: str = "", shape: str = "") -> SafeString:
    """Somebody's initials; their name stands beside it, so hidden from screen readers."""
    return format_html(
        '<span class="avatar" data-size="{}" data-shape="{}" aria-hidden="true">{}</span>',
        size,
        shape,
        initials(name),
    )


@register.filter
def initials(name: object) -> str:
    """Up to two initials: "Lucía Martos" is "LM"."""
    words = [word for word in str(name).replace("@", " ").split() if word[0].isalnum()]
    chosen = [words[0], words[-1]] if len(words) > 1 else words
    return "".join(word[0].upper() for word in chosen) or "?"


def absent() -> SafeString:
    """What stands where a value is not known."""
    return format_html(
        '<span class="quiet"><span aria-hidden="true">—</span>'
        '<span class="sr-only">{}</span></span>',
        gettext("not known"),
    )


@register.filter
def money(minor: int | None, currency: str) -> str:
    """Minor units as money: `{{ account.arr|money:"EUR" }}`."""
    return absent() if minor is None else wording.money_words(minor, currency)


@register.filter
def whole_money(minor: int | None, currency: str) -> str:
    """Minor units as money without cents, for lists and large figures."""
    return absent() if minor is None else wording.whole_money_words(minor, currency)


@register.filter
def compact_money(minor: int | None, currency: str) -> str:
    """Minor units as short money: "€84K"."""
    return absent() if minor is None else wording.compact_money_words(minor, currency)


@register.filter
def number(value: float | Decimal | None, decimals: int = 2) -> str:
    """A number as the language writes it, with at most so many decimals."""
    return absent() if value is None else wording.number_words(value, decimals=decimals)


@register.filter
def compact(value: float | Decimal | None) -> str:
    """A large number, short: "12K"."""
    return absent() if value is None else wording.compact_words(value)


@register.filter
def percent(share: float | Decimal | None, decimals: int = 0) -> str:
    """A share of one as a percentage."""
    return absent() if share is None else wording.percent_words(share, decimals=decimals)


@register.filter
def day(value: date | None) -> SafeString:
    """A day: "22 Nov 2026"."""
    if value is None:
        return absent()
    shown = wording.local_day(value)
    return format_html('<time datetime="{}">{}</time>', shown.isoformat(), wording.day_words(shown))


@register.filter
def plain_day(value: date | None) -> str:
    """A day as text, for letters and in the middle of a sentence."""
    return wording.day_words(value) if value else ""


@register.filter
def short_day(value: date | None) -> SafeString:
    """A day whose year is plain from elsewhere: "22 Nov"."""
    if value is None:
        return absent()
    shown = wording.local_day(value)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        shown.isoformat(),
        wording.day_words(shown),
        wording.short_day_words(shown),
    )


@register.filter
def long_day(value: date | None) -> SafeString:
    """A day as a heading: "Sunday 22 November", with its year when that is not this one."""
    if value is None:
        return absent()
    shown = wording.local_day(value)
    with_year = shown.year != wording.local_day(clock.now()).year
    words = wording.long_day_words(shown, with_year=with_year)
    return format_html('<time datetime="{}">{}</time>', shown.isoformat(), words)


@register.filter
def language(code: str) -> str:
    """A language by its code: "Spanish"."""
    return wording.language_words(code)


@register.filter
def country(code: str) -> str:
    """A country by its code: "Spain"."""
    return wording.country_words(code)


@register.filter
def moment(value: datetime | None) -> SafeString:
    """An instant in the reader's time zone: "22 Nov 2026, 10:31"."""
    return absent() if value is None else instant(value, wording.moment_words(value))


@register.filter
def ago(value: datetime | None) -> SafeString:
    """How long ago: "3 days ago"; hovering tells exactly when."""
    return absent() if value is None else instant(value, wording.ago_words(value, now=clock.now()))


def instant(value: datetime, words: str) -> SafeString:
    """A `<time>` with these words and the full instant behind them."""
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        value.isoformat(timespec="seconds"),
        wording.exact_words(value),
        words,
    )


@register.filter(is_safe=True)
def markdown(text: str | None) -> SafeString:
    """Markdown that people wrote, safe to show; put it inside `class="prose"`."""
    return rendered_markdown(text or "")


@register.simple_tag
def bar(share: float | None, tone: str = "") -> SafeString:
    """A share of one as a thin bar; the number stands beside it, so hidden from screen readers."""
    width = f"{max(0.0, min(share or 0.0, 1.0)) * 100:.1f}%"
    return format_html(
        '<svg class="bar" aria-hidden="true"><rect class="{}" width="{}"></rect></svg>', tone, width
    )


PAGE_TITLE = "page_title"


@register.simple_block_tag(takes_context=True)
def titled(context: template.Context, content: str) -> SafeString:
    """The page's title, remembered for the heading: base.html wraps the `title` block in it."""
    title = mark_safe(content.strip())  # noqa: S308 - rendered by the engine
    context.dicts[0][PAGE_TITLE] = title
    return title


@register.simple_tag(takes_context=True)
def page_title(context: template.Context) -> str:
    """What `titled` remembered."""
    return str(context.get(PAGE_TITLE, ""))


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab of a page: a link, its word, how many things are behind it."""

    label: Words
    url: str
    current: bool = False
    count: int | None = None


@dataclass(frozen=True, slots=True)
class WizardStep:
    """One step of a wizard: done, current or to come; `url` leads back to it when it may."""

    label: Words
    state: str = "ahead"
    url: str = ""


@register.inclusion_tag("ui/tabs.html")
def tabs(items: Sequence[Tab], label: Words = "") -> dict[str, Any]:
    """The tabs of a page, as links: `{% tabs tabs %}`."""
    return {"items": items, "label": label or gettext("Sections")}


@register.inclusion_tag("ui/steps.html")
def steps(items: Sequence[WizardStep]) -> dict[str, Any]:
    """Where we are in a wizard."""
    return {"items": items}


@register.inclusion_tag("ui/facts.html")
def facts(rows: Sequence[tuple[Words, Any]] | Mapping[Words, Any]) -> dict[str, Any]:
    """A list of facts: pairs of a word and its value."""
    pairs = rows.items() if isinstance(rows, Mapping) else rows
    return {"rows": [(word, absent() if value in (None, "") else value) for word, value in pairs]}


@register.inclusion_tag("ui/pager.html", takes_context=True)
def pager(
    context: template.Context, slice: Any, total: Words = "", target: str = ""
) -> dict[str, Any]:
    """Next and previous of a keyset slice; keeps the rest of the address."""
    request = context["request"]
    return {
        "slice": slice,
        "total": total,
        "target": target,
        "next_url": address_with(request.GET, cursor=slice.next),
        "previous_url": address_with(request.GET, cursor=slice.previous),
    }


@register.simple_tag(takes_context=True)
def address(context: template.Context, **changes: object) -> str:
    """This page's address with some of its query changed: `{% address sort="name" cursor="" %}`."""
    return address_with(context["request"].GET, **changes)


def address_with(query: Any, **changes: object) -> str:
    """The query string of `query` with `changes` made; an empty value removes its name."""
    changed = query.copy()
    for name, value in changes.items():
        changed.pop(name, None)
        if value not in (None, ""):
            changed[name] = str(value)
    return f"?{changed.urlencode()}"


@register.simple_block_tag
def panel(content: str, title: Words = "", note: Words = "", css_class: str = "") -> SafeString:
    """`{% panel _("People") note=… %}…{% endpanel %}`: a titled sheet of the page."""
    return drawn("ui/panel.html", content=content, title=title, note=note, css_class=css_class)


@register.simple_block_tag
def nothing(
    content: str, title: Words, sentence: Words = "", icon_name: str = "inbox"
) -> SafeString:
    """Nothing here: what lives here, and inside the block the one thing to do next."""
    return drawn("ui/empty.html", content=content, title=title, sentence=sentence, icon=icon_name)


@register.simple_block_tag
def menu(
    content: str,
    id: str,
    label: Words,
    icon_name: str = "ellipsis",
    css_class: str = "icon-button",
    words: Words = "",
) -> SafeString:
    """A button that opens a menu of links and buttons; needs no script."""
    return drawn(
        "ui/menu.html",
        content=content,
        id=id,
        label=label,
        icon=icon_name,
        css_class=css_class,
        words=words,
    )


@register.simple_block_tag
def dialog(content: str, id: str, title: Words, css_class: str = "") -> SafeString:
    """A dialog that `commandfor="id" command="show-modal"` opens."""
    return drawn("ui/dialog.html", content=content, id=id, title=title, css_class=css_class)


@register.simple_block_tag
def code(content: str, label: Words = "") -> SafeString:
    """Something to copy into a terminal or a program, with a button that copies it."""
    return drawn("ui/code.html", content=content.strip("\n"), label=label)


def drawn(name: str, **context: Any) -> SafeString:
    """The template's HTML; what a block tag holds was escaped when it was rendered."""
    if "content" in context:
        context["content"] = mark_safe(context["content"])  # noqa: S308 - rendered by the engine
    return render_to_string(name, context)
