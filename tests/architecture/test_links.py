"""Templates: links fit their addresses, and no two places of a page have the same name."""

import re
from collections.abc import Iterator, Sequence

from django.urls import URLPattern, URLResolver, get_resolver

from tests.architecture.tree import PACKAGE

LINK = re.compile(r'{%\s*url "([^"]+)"([^%]*)%}')
ONLY_WITH_A_SETTING = {"gallery"}
TRANSLATE = re.compile(r'{%\s*translate "([^"]*)"\s*%}')
REGION = re.compile(r'role="region"[^>]*?aria-label="([^"]+)"')
HEADING = re.compile(r'<h[1-4] id="[^"]+"[^>]*>([^<{]+)<')


def addresses(
    patterns: Sequence[URLPattern | URLResolver],
    space: str = "",
    taken: frozenset[str] = frozenset(),
) -> Iterator[tuple[str, frozenset[str]]]:
    for each in patterns:
        names = taken | frozenset(getattr(each.pattern, "converters", {}))
        if isinstance(each, URLResolver):
            inner = f"{space}{each.namespace}:" if each.namespace else space
            yield from addresses(each.url_patterns, inner, names)
        elif each.name:
            yield space + each.name, names


def test_every_link_of_a_template_gives_what_its_address_takes():
    known: dict[str, list[frozenset[str]]] = {}
    for name, names in addresses(get_resolver().url_patterns):
        known.setdefault(name, []).append(names)
    links = [
        (path.name, name, frozenset(re.findall(r"(\w+)=", said.split(" as ")[0])))
        for path in sorted(PACKAGE.rglob("*.html"))
        for name, said in LINK.findall(path.read_text(encoding="utf-8"))
        if name not in ONLY_WITH_A_SETTING and ("=" in said or not said.strip())
    ]

    assert len(links) > 300
    assert [one for one in links if one[2] not in known.get(one[1], [frozenset()])] == []


def test_no_scrolling_table_has_the_name_of_the_section_around_it():
    found, regions = [], 0
    for path in sorted(PACKAGE.rglob("*.html")):
        words = TRANSLATE.sub(r"\1", path.read_text(encoding="utf-8"))
        named = REGION.findall(words)
        regions += len(named)
        found += [(path.name, name) for name in named if name in HEADING.findall(words)]

    assert regions > 80
    assert found == []
