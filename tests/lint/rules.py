"""Rules of this code base that no general linter knows; each yields what breaks it.

A rule takes one parsed module and yields complaints.  Why they are rules: blocks must come out the
same on every machine, so nothing that decides state may depend on floats, clocks, chance or the
order of a set; and a call without index, weight or text cannot be dispatched, charged or described.
"""

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDERS = ("client", "consensus", "frame", "genesis", "pallets", "rpc", "runtime", "training")
"""The folders at the top that are imported as `pysubtensor.<folder>`."""
PYTHON = (*FOLDERS, "pysubtensor", "tests", "examples", "benches", "scripts")

_PYTHON_BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)

LONGEST_FILE = 800
LONGEST_FUNCTION = 60

PALLETS = "pysubtensor.pallets"
YUMA = f"{PALLETS}.subtensor.yuma"
YUMA_NEEDS = (
    f"{YUMA}.",  # its own
    "pysubtensor.frame.arith.",
    "pysubtensor.frame.fixed_point.",
    "pysubtensor.frame.primitives.",
    "pysubtensor.frame.transcendental.",
)
"""What Yuma Consensus may import of ours."""
SUBTENSOR = {"Storage", "SubtensorModule", "Callable[[], Storage]"}
"""Types of what is called `sub`, all of SubtensorModule."""
CLOCKS_AND_CHANCE = {"time", "datetime", "random", "secrets", "uuid"}
ORDERED = {"list", "tuple", "iter", "next"}
ORDERLESS = {"all", "any", "max", "min", "sorted", "sum"}
_ERROR = r"[A-Z]\w+(?:\.[A-Z]\w+)?"
CALL_ERRORS = re.compile(
    rf"Errors: (none of its own|{_ERROR}(?:, {_ERROR})*)(?:; those of (`[\w.]+`(?:, `[\w.]+`)*))?\."
)
"""The last paragraph of a call's docstring: names of errors, then calls whose errors it shares."""
OUTSIDE_WORLD = {"os", "pathlib", "socket", "subprocess", "threading", "asyncio", "urllib"}


@dataclass(frozen=True)
class Module:
    """A source file; `name` is dotted, as imported."""

    name: str
    source: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.source)

    def inside(self, *packages: str) -> bool:
        """Whether the module is one of the packages or lies in one."""
        return any(self.name == p or self.name.startswith(f"{p}.") for p in packages)

    def imports(self) -> Iterator[str]:
        """Dotted names of what it imports."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield from (f"{node.module}.{alias.name}" for alias in node.names)


Rule = Callable[[Module], Iterator[str]]


@cache
def modules() -> tuple[Module, ...]:
    """Every module of the product, in order: each is read and parsed once for all rules."""
    return tuple(_modules())


def _modules() -> Iterator[Module]:
    for package in (*FOLDERS, "pysubtensor"):
        for path in _sources(package):
            parts = path.relative_to(ROOT).with_suffix("").parts
            if parts[0] != "pysubtensor":
                parts = ("pysubtensor", *parts)
            name = ".".join(part for part in parts if part != "__init__")
            yield Module(name, path.read_text())


def _sources(folder: str) -> list[Path]:
    """The files of a top folder, without what is linked into it."""
    found = (ROOT / folder).rglob("*.py")
    return sorted(p for p in found if not any(parent.is_symlink() for parent in p.parents))


def texts() -> Iterator[tuple[str, str]]:
    """All Python there is, with its name: the product's, the tests', and that in the documents."""
    for folder in PYTHON:
        for path in _sources(folder):
            yield str(path.relative_to(ROOT)), path.read_text()
    for document in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))):
        for number, block in enumerate(_PYTHON_BLOCK.findall(document.read_text())):
            yield f"{document.relative_to(ROOT)} (Python {number})", block


def bare_imports(source: str) -> Iterator[str]:
    """Imports of a folder by its bare name, in statements and in strings that name a module.

    A second copy of the module would load beside `pysubtensor.<folder>`.
    """
    for node in ast.walk(ast.parse(source)):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [node.module]
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            names = [node.value] if _is_module_here(node.value) else []
        elif isinstance(node, ast.JoinedStr) and _names_a_folder(node):
            names = [ast.unparse(node.values[0]).strip("\"'")]
        yield from (f"{node.lineno}: {n}" for n in names if n.split(".")[0] in FOLDERS)


def _names_a_folder(text: ast.JoinedStr) -> bool:
    """Whether a formatted string begins as the dotted name of a module below a folder."""
    first = text.values[0]
    return isinstance(first, ast.Constant) and str(first.value) in {f"{f}." for f in FOLDERS}


def _is_module_here(text: str) -> bool:
    """Whether a string is the dotted name of a module below one of the folders."""
    if not re.fullmatch(r"[a-z_]\w*(\.\w+)+", text):
        return False
    path = ROOT.joinpath(*text.split("."))
    owners = (path, path.parent) if path.parent.parent != ROOT else (path,)
    return any(each.with_suffix(".py").is_file() or each.is_dir() for each in owners)


def decides_state(module: Module) -> bool:
    """Whether a block's outcome depends on the module."""
    return module.inside("pysubtensor.frame", "pysubtensor.pallets", "pysubtensor.runtime")


def calls_are_declared_whole(module: Module) -> Iterator[str]:
    """`@call` has an index, a weight and a docstring below it."""
    for function, mark in _calls(module.tree):
        given = {keyword.arg for keyword in mark.keywords}
        if not (mark.args or "index" in given):
            yield f"{function.lineno}: call {function.name} has no index"
        if "weight" not in given:
            yield f"{function.lineno}: call {function.name} has no weight"
        if not ast.get_docstring(function):
            yield f"{function.lineno}: call {function.name} has no docstring"


def calls_are_described(module: Module) -> Iterator[str]:
    """A call's docstring, which clients see, tells its origin, each argument and its errors.

    What it does.

    Origin: signed by whoever pays.
    - `amount`: rao to pay.

    Errors: TooMuch, Token.FundsUnavailable; those of `pay`.
    """
    for function, _ in _calls(module.tree):
        for why in _misdescribed(function):
            yield f"{function.lineno}: call {function.name} {why}"


def _misdescribed(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[str]:
    """What is wrong with the docstring of a call."""
    summary, *parts = (ast.get_docstring(function) or "").split("\n\n")
    if "?" in summary or not summary.endswith(".") or "\n" in summary:
        yield "does not begin with one sentence that says what it does"
    told = next((part for part in parts if part.startswith("Origin: ")), "")
    if not told:
        yield "does not tell its origin"
    named = re.findall(r"^- `(\w+)`: \S", told, re.MULTILINE)
    arguments = [each.arg for each in function.args.args][2:]
    if named != arguments:
        yield f"explains {named}, not {arguments}"
    if not (parts and CALL_ERRORS.fullmatch(" ".join(parts[-1].split()))):
        yield "does not end with its errors"


def no_floats(module: Module) -> Iterator[str]:
    """No float literal, no conversion to float, no true division."""
    if not decides_state(module):
        return
    divides = () if "pathlib.Path" in module.imports() else (ast.Div,)  # `/` joins paths too
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, float | complex):
            yield f"{node.lineno}: float {node.value}"
        elif isinstance(node, ast.Call) and _name(node.func) in {"float", "float64", "float32"}:
            yield f"{node.lineno}: conversion to float"
        elif isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, divides):
            yield f"{node.lineno}: true division"


def no_clock_or_chance(module: Module) -> Iterator[str]:
    """No clocks or randomness where state is decided; in pallets no outside world at all."""
    if not decides_state(module) or module.inside("pysubtensor.frame.crypto"):
        return
    banned = CLOCKS_AND_CHANCE | (OUTSIDE_WORLD if module.inside(PALLETS) else set())
    for name in module.imports():
        if name.split(".")[0] in banned or name.startswith("numpy.random"):
            yield f"imports {name}"
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute) and node.attr == "random":
            yield f"{node.lineno}: {ast.unparse(node)}"


def no_set_order(module: Module) -> Iterator[str]:
    """Nothing walks through a set: its order changes from one process to the next."""
    if not decides_state(module):
        return
    tree = module.tree
    shared = _set_names(tree.body)
    by_name = {
        walked
        for scope in _functions(tree)
        for walked in _walked(scope)
        if isinstance(walked, ast.Name) and walked.id in shared | _set_names(ast.walk(scope))
    }
    for walked in _walked(tree):
        if _is_set(walked) or walked in by_name:
            yield f"{walked.lineno}: walks through the set {ast.unparse(walked)}"


def pallets_stand_alone(module: Module) -> Iterator[str]:
    """A pallet imports no other pallet; `pysubtensor.runtime.chain` joins them."""
    if not module.inside(PALLETS) or module.name == PALLETS:
        return
    own = module.name.split(".")[2]
    for name in module.imports():
        parts = name.split(".")
        if name.startswith(f"{PALLETS}.") and parts[2] != own:
            yield f"imports {name}"


def sub_is_subtensor(module: Module) -> Iterator[str]:
    """`sub` is SubtensorModule and nothing else: no subtraction, no other pallet."""
    ours = any(name.startswith(f"{PALLETS}.subtensor") for name in module.imports())
    for node in ast.walk(module.tree):
        if isinstance(node, ast.arg) and node.arg == "sub":
            note = ast.unparse(node.annotation) if node.annotation else "nothing"
            if not ours or note not in SUBTENSOR:
                yield f"{node.lineno}: the parameter sub is {note}"
        elif isinstance(node, ast.FunctionDef) and node.name == "sub" and len(node.args.args) > 1:
            yield f"{node.lineno}: sub is a function"
        elif isinstance(node, ast.Assign):
            for value in _assigned_to("sub", node):
                if not re.search(r"\b_?sub\b|[sS]ubtensor", value):
                    yield f"{node.lineno}: sub is {value}"


def _assigned_to(wanted: str, node: ast.Assign) -> Iterator[str]:
    """What an assignment gives to a name, alone or among others."""
    for target in node.targets:
        if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
            pairs = list(zip(target.elts, node.value.elts, strict=False))
        else:
            pairs = [(target, node.value)]
        yield from (
            ast.unparse(value)
            for name, value in pairs
            if isinstance(name, ast.Name) and name.id == wanted
        )


def yuma_is_fixed_point_only(module: Module) -> Iterator[str]:
    """Yuma Consensus imports numpy, fixed point and its own modules, and nothing that has state."""
    if not module.inside(YUMA):
        return
    for name in module.imports():
        if name.startswith("pysubtensor.") and not name.startswith(YUMA_NEEDS):
            yield f"imports {name}"


def docstrings_state(module: Module) -> Iterator[str]:
    """A docstring says what something is or does; it asks its reader no question."""
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        first = re.match(r"[^.?!]*[.?!]", ast.get_docstring(node) or "")
        if first and first[0].endswith("?"):
            yield f"{getattr(node, 'name', 'the module')}: {' '.join(first[0].split())}"


def pallets_are_asked_by_class(module: Module) -> Iterator[str]:
    """`runtime.get(System)`: `pallets["System"]` has no type, and a misspelt method passes."""
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.Subscript) or not isinstance(node.slice, ast.Constant):
            continue
        if _name(node.value) == "pallets" and isinstance(node.slice.value, str):
            yield f"{node.lineno}: {ast.unparse(node)}"


def short_enough(module: Module) -> Iterator[str]:
    """Files and functions a reader can hold."""
    lines = module.source.count("\n")
    if lines > LONGEST_FILE:
        yield f"{lines} lines, more than {LONGEST_FILE}"
    for function in _functions(module.tree):
        body = function.body[1:] if ast.get_docstring(function) else function.body
        length = body[-1].end_lineno - body[0].lineno + 1 if body else 0  # type: ignore[operator]
        if length > LONGEST_FUNCTION:
            yield f"{function.lineno}: {function.name} has {length} lines"


RULES: tuple[Rule, ...] = (
    calls_are_declared_whole,
    calls_are_described,
    no_floats,
    no_clock_or_chance,
    no_set_order,
    pallets_stand_alone,
    sub_is_subtensor,
    yuma_is_fixed_point_only,
    docstrings_state,
    pallets_are_asked_by_class,
    short_enough,
)


def _functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def _calls(
    tree: ast.AST,
) -> Iterator[tuple[ast.FunctionDef | ast.AsyncFunctionDef, ast.Call]]:
    """Functions declared with `@call`, and that mark."""
    for function in _functions(tree):
        for mark in function.decorator_list:
            if isinstance(mark, ast.Call) and _name(mark.func) == "call":
                yield function, mark


def _name(node: ast.expr) -> str:
    """Last part of a dotted name."""
    return ast.unparse(node).rsplit(".", 1)[-1]


def _is_set(node: ast.expr) -> bool:
    if isinstance(node, ast.BinOp):
        return _is_set(node.left) or _is_set(node.right)
    made = isinstance(node, ast.Call) and _name(node.func) in {"set", "frozenset"}
    return made or isinstance(node, ast.Set | ast.SetComp)


def _set_names(nodes: Iterable[ast.AST]) -> set[str]:
    """Names given to sets by the assignments among `nodes`."""
    return {
        target.id
        for node in nodes
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value and _is_set(node.value)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name)
    }


def _walked(scope: ast.AST) -> Iterator[ast.expr]:
    """What a loop, a comprehension or `list` walks through, where the order can show."""
    orderless: list[ast.expr] = []  # `ast.walk` gives a call before its arguments
    for node in ast.walk(scope):
        if isinstance(node, ast.For):
            yield node.iter
        elif isinstance(node, ast.ListComp | ast.DictComp | ast.GeneratorExp):
            if node not in orderless:
                yield from (part.iter for part in node.generators)
        elif isinstance(node, ast.Call) and _name(node.func) in ORDERLESS:
            orderless += node.args
        elif isinstance(node, ast.Call) and _name(node.func) in ORDERED:
            yield from node.args[:1]
