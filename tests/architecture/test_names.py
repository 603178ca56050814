import ast
import re
from collections import Counter

from tests.architecture.tree import ROOT, functions, modules

FORBIDDEN_FILES = frozenset(
    ["utils", "helpers", "services", "common", "managers", "signals", "mixins", "constants", "misc"]
)
PAGES = frozenset(
    {"pages", "api", "urls", "testing", "admin", "management", "apps", "templatetags"}
)


def test_a_function_name_is_defined_once():
    names = Counter(
        function.name
        for module in modules()
        if module.file not in PAGES and not module.path.stem.startswith("pages")
        if "pages" not in module.path.parts and "commands" not in module.path.parts
        for function in functions(module.tree)
        if not function.name.startswith("_")
    )

    assert [name for name, count in names.items() if count > 1] == []


def test_no_file_has_a_name_that_means_nothing():
    assert [module.name for module in modules() if module.path.stem in FORBIDDEN_FILES] == []


def test_a_package_begins_with_what_it_is():
    silent = [
        module.name
        for module in modules()
        if module.path.name == "__init__.py"
        and module.path.parent.parent.name == "vereda"
        and not ast.get_docstring(module.tree)
    ]

    assert silent == []


def test_no_package_does_anything_when_imported():
    busy = [
        module.name
        for module in modules()
        if module.path.name == "__init__.py" and module.path.parent.name != "models"
        for node in module.tree.body
        if not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
    ]

    assert busy == []


def test_nothing_is_left_for_later():
    left = [
        f"{path.relative_to(ROOT)}:{number}"
        for folder in ("vereda", "frontend/console", "frontend/styles", "benchmarks")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in {".py", ".js", ".html", ".css"}
        and "node_modules" not in path.parts
        and "dist" not in path.parts
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if re.search(r"\b(TODO|FIXME|XXX|HACK)\b", line)
    ]

    assert left == []
