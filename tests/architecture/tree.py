"""The product's own source, read as text: what the architecture tests look at."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "vereda"

LAYERS: tuple[frozenset[str], ...] = tuple(
    frozenset(names.split())
    for names in (
        "foundation",
        "workspaces",
        "product",
        "customers",
        "privacy",
        "events",
        "revenue support surveys",
        "audiences",
        "messaging",
        "worklist",
        "outcomes adoption",
        "health onboarding feedback help learning guides coverage hypotheses",
        "community effort",
        "roadmap",
        "releases",
        "touchpoints plays imports webhooks sample",
        "console portal widget collector",
        "config",
    )
)
DOORS = frozenset({"queries", "actions", "contracts", "wording"})


@dataclass(frozen=True, slots=True)
class Module:
    """One Python file of the product."""

    path: Path

    @property
    def name(self) -> str:
        """Its dotted name."""
        parts = self.path.relative_to(ROOT).with_suffix("").parts
        return ".".join(parts).removesuffix(".__init__")

    @property
    def capability(self) -> str:
        """The package below `vereda` that it belongs to."""
        parts = self.path.relative_to(PACKAGE).parts
        return parts[0] if len(parts) > 1 else ""

    @property
    def file(self) -> str:
        """Which of a capability's files it is: "models", "actions" (also for actions/notes.py)."""
        parts = self.path.relative_to(PACKAGE).with_suffix("").parts
        return parts[1] if len(parts) > 1 else parts[0]

    @property
    def tree(self) -> ast.Module:
        """Its syntax tree."""
        return parsed(self.path)


@cache
def parsed(path: Path) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


@cache
def modules() -> tuple[Module, ...]:
    """Every Python file of the product, without tests and migrations."""
    return tuple(
        Module(path)
        for path in sorted(PACKAGE.rglob("*.py"))
        if not {"tests", "migrations", "node_modules"} & set(path.parts)
    )


@cache
def capabilities() -> tuple[str, ...]:
    """The packages below `vereda` that hold Django models or pages."""
    return tuple(
        sorted(
            path.name
            for path in PACKAGE.iterdir()
            if (path / "__init__.py").exists() and path.name not in {"config"}
        )
    )


def height_of(capability: str) -> int:
    """How high a capability stands; a package on no layer is a mistake."""
    for height, names in enumerate(LAYERS):
        if capability in names:
            return height
    raise AssertionError(f"vereda/{capability} stands on no layer: add it to the architecture")


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """The functions at the top of a module."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def called_name(call: ast.Call) -> str:
    """The last name of what a call calls: "save" for `row.save()`."""
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""
