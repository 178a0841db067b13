"""Docstrings of methods: what each answers, and the errors that it raises."""

import ast
import re
from pathlib import Path

import pytest

from pysubtensor.rpc import errors, methods

SOURCES = sorted(Path(methods.__path__[0]).rglob("*.py"))
Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions_of(tree: ast.Module) -> dict[str, Function]:
    """The functions of a module by name."""
    return {node.name: node for node in tree.body if isinstance(node, Function)}


def is_served(function: Function) -> bool:
    """Whether a function is registered under wire names."""
    return any(
        re.match(r"\w+\.(method|subscription)\(", ast.unparse(each))
        for each in function.decorator_list
    )


def raised(function: Function, others: dict[str, Function]) -> set[str]:
    """Names of the errors for clients that a function raises, itself or through `others`."""
    found, seen, waiting = set(), {function.name}, [function]
    while waiting:
        for node in ast.walk(waiting.pop()):
            if isinstance(node, ast.Raise) and node.exc is not None:
                found |= {each.id for each in ast.walk(node.exc) if isinstance(each, ast.Name)}
            elif isinstance(node, ast.Name) and node.id in others.keys() - seen:
                seen.add(node.id)
                waiting.append(others[node.id])
    return {name for name in found if is_client_error(name)}


def is_client_error(name: str) -> bool:
    """Whether `name` is an error that clients are sent."""
    kind = getattr(errors, name, None)
    return isinstance(kind, type) and issubclass(kind, errors.RpcError)


def unnamed(tree: ast.Module) -> dict[str, set[str]]:
    """Methods whose docstring, or that of their module, does not name each of their errors."""
    functions, shared = functions_of(tree), ast.get_docstring(tree) or ""
    found = {}
    for function in filter(is_served, functions.values()):
        named = set(re.findall(r"\w+", shared + " " + (ast.get_docstring(function) or "")))
        missing = raised(function, functions) - named
        if missing:
            found[function.name] = missing
    return found


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_methods_name_their_errors(path: Path) -> None:
    assert unnamed(ast.parse(path.read_text())) == {}


def test_an_error_that_is_not_named_is_found() -> None:
    text = "def g():\n    raise BadBlockRange('x')\n\n@rpc.method('a_b')\ndef f(node):\n    g()"
    assert unnamed(ast.parse(text)) == {"f": {"BadBlockRange"}}


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_methods_say_what_they_answer(path: Path) -> None:
    for function in filter(is_served, functions_of(ast.parse(path.read_text())).values()):
        first = (ast.get_docstring(function) or "").split("\n")[0]
        assert first[:1].isupper()
        assert not first.endswith("?")
