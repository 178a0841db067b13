"""How tests wait: what none of them may contain, for none may depend on how fast a machine is."""

import ast
from collections.abc import Iterator

from tests.lint.rules import ROOT

WAITS = {"tests/waiting.py", "tests/clients/drivers/harness.py"}
"""Where all sleeping and counting of seconds is done; the latter runs without this project."""
LEFT_OUT = ("tests/e2e/", "tests/data/")
"""What is no test of ours: the runner of public suites, and a script that came with its data."""

LIMITED = {"timeout", "wait_for"}
"""Calls that take a number of seconds."""
LIMITS = {"timeout", "open_timeout", "close_timeout", "limit_s"}
"""Arguments that are one."""


def sources() -> Iterator[tuple[str, str]]:
    """Every file of the tests that these rules hold for, with its text."""
    for path in sorted((ROOT / "tests").rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        if name not in WAITS and not name.startswith(LEFT_OUT):
            yield name, path.read_text()


def hurries(source: str) -> Iterator[str]:
    """Sleeping, limits in seconds written where they are used, and looks at a clock."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            yield from (f"{node.lineno}: {why}" for why in _of_call(node))
        elif "time" in _imported(node):
            yield f"{node.lineno}: imports time"


def _imported(node: ast.AST) -> list[str | None]:
    if isinstance(node, ast.ImportFrom):
        return [node.module]
    return [alias.name for alias in node.names] if isinstance(node, ast.Import) else []


def _of_call(call: ast.Call) -> Iterator[str]:
    name = ast.unparse(call.func).rsplit(".", 1)[-1]
    if name == "sleep" and ast.unparse(call.args[0]) != "0":
        yield "sleeps"
    if name in LIMITED and any(map(_is_number, call.args)):
        yield "a limit in seconds"
    if any(each.arg in LIMITS and _is_number(each.value) for each in call.keywords):
        yield "a limit in seconds"
    if name == "time" and not call.args and isinstance(call.func, ast.Attribute):
        yield "looks at a clock"


def _is_number(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, int | float)
