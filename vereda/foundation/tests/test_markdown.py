import re
from time import process_time

import pytest

from vereda.foundation.markdown import rendered_markdown

TAG = re.compile(r"<(/?)([a-z0-9]+)([^>]*)>")
HARMLESS = {
    *("p", "br", "hr", "em", "strong", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td"),
}


def test_what_people_write_is_shown_as_they_meant_it():
    shown = rendered_markdown("**New** warehouse\n\n- one\n- [two](https://example.com/x)")

    assert shown == (
        "<p><strong>New</strong> warehouse</p>\n<ul>\n<li>one</li>\n"
        '<li><a href="https://example.com/x" rel="noopener noreferrer nofollow ugc">two</a></li>\n'
        "</ul>\n"
    )


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("### Alone", "2"),
        ("# One\n\n### Two\n\n## Three\n\n# Four", "2332"),
        ("### One\n\n# Two\n\n###### Three", "223"),
        ("# 1\n\n## 2\n\n### 3\n\n#### 4\n\n##### 5\n\n###### 6", "234566"),
        ("> ## Quoted\n\nUnderlined\n---", "22"),
    ],
)
def test_headings_leave_no_level_out_below_the_page(written, shown):
    html = rendered_markdown(written)

    assert "".join(re.findall(r"<h(\d)>", html)) == shown
    assert "".join(re.findall(r"</h(\d)>", html)) == shown


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<svg/onload=alert(1)>",
        "<math><style><img src=x onerror=alert(1)></style></math>",
        '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
        "<a href='javascript:alert(1)'>x</a>",
    ],
)
def test_raw_html_is_shown_as_text(attack):
    tags = {name for _slash, name, _rest in TAG.findall(rendered_markdown(attack))}

    assert tags <= HARMLESS


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JaVaScRiPt&#58;alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "file:///etc/passwd",
        "http://evil.example",
        "//evil.example",
        "///evil.example",
        "\\\\evil.example",
        "/w/acme/settings",
    ],
)
def test_a_link_leads_to_https_or_an_address_or_nowhere(url):
    assert "href=" not in rendered_markdown(f"[x]({url})")


def test_an_e_mail_address_can_be_a_link():
    assert 'href="mailto:ana@example.com"' in rendered_markdown("[Ana](mailto:ana@example.com)")


def test_a_remote_picture_is_never_fetched():
    shown = rendered_markdown("before ![our plan](https://evil.example/?leak) after")

    assert shown == "<p>before our plan after</p>\n"


@pytest.mark.parametrize(
    "text",
    [
        "[" * 50_000,
        "*_" * 25_000,
        ">" * 50_000,
        "x" * 1_000_000,
        "".join(f"[a{number}]: https://x.example/{number}\n" for number in range(10_000)),
        "[a](" * 12_500,
        "`a" * 25_000,
        "- " * 25_000,
        "|" * 50_000,
    ],
    ids=[
        "brackets",
        "stars",
        "quotes",
        "one line",
        "references",
        "links",
        "ticks",
        "lists",
        "bars",
    ],
)
def test_an_attack_by_size_is_cut_quickly_and_says_so(text):
    began = process_time()

    shown = rendered_markdown(text)

    assert process_time() - began < 1.0
    assert "The rest is too long to show here." in shown


def test_no_text_is_no_html():
    assert rendered_markdown("") == ""
