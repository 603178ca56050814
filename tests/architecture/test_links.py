"""Links in templates: every address that a template names takes what the template gives it."""

import re
from collections.abc import Iterator, Sequence

from django.urls import URLPattern, URLResolver, get_resolver

from tests.architecture.tree import PACKAGE

LINK = re.compile(r'{%\s*url "([^"]+)"([^%]*)%}')
ONLY_WITH_A_SETTING = {"gallery"}


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
