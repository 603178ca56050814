import ast

from tests.architecture.tree import called_name, modules

WRITES = frozenset(
    {
        "save",
        "delete",
        "create",
        "get_or_create",
        "update_or_create",
        "bulk_create",
        "bulk_update",
        "acreate",
        "asave",
    }
)
MAY_WRITE = frozenset({"actions", "testing", "management"})
MAY_ESCAPE = frozenset({"jobs", "admin", "management", "personal_data", "testing", "apps"})
TENANCY = frozenset({"foundation", "workspaces", "config"})


def writing_calls(module):
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            name = called_name(node)
            if name == "save" and node.args:
                continue  # a picture's save(file, ...); a row's takes keywords alone
            if name in WRITES or (name == "update" and updates_rows(node)):
                yield f"{module.name}:{node.lineno} calls {name}"


def updates_rows(call):
    """Keyword-only `update(...)` is a queryset's; a dict's takes a mapping."""
    return bool(call.keywords) and not call.args


def test_rows_are_written_only_in_actions():
    elsewhere = [
        line
        for module in modules()
        if module.file not in MAY_WRITE and module.capability not in {"foundation", ""}
        if not (module.capability == "workspaces" and module.file == "models")
        for line in writing_calls(module)
    ]

    assert elsewhere == []


def test_every_workspace_is_asked_only_where_no_workspace_can_be_known():
    elsewhere = [
        f"{module.name}:{node.lineno}"
        for module in modules()
        if module.file not in MAY_ESCAPE and module.capability not in TENANCY
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute) and node.attr == "every_workspace"
    ]

    assert elsewhere == []
