"""The house rules that linters cannot express, as checks on the syntax tree.

A rule is a function from a parsed file to findings. Every rule stands in `RULES`
with the folders it holds in, and in `PLANTED` with code that must set it off.
"""

import ast
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
CORE = ("market", "agents", "scenarios")
SHIPPED = (*CORE, "src")
EVERYWHERE = (*SHIPPED, "tests", "examples", "benchmarks", "compiler")
LONGEST_FILE, LONGEST_FUNCTION = 400, 60
WRITES_ITSELF = {
    "agents/skill_memory/lock.py",  # whose claim it is, in a file that is locked
    "src/test_time_gym/dst/journal_checks.py",  # in a folder that it throws away
    "src/test_time_gym/evaluation/market/kept_runs.py",  # whole lines, one by one
}
SIMPY_HOMES = {"market/clock.py", "market/processes.py"}

SETS = {"set", "frozenset"}
KEEPS_ORDER = {"list", "tuple", "iter", "next", "enumerate", "zip", "map", "filter"}


class File(NamedTuple):
    path: str
    text: str
    tree: ast.Module

    @classmethod
    def parse(cls, path: str, text: str) -> "File":
        return cls(path, text, ast.parse(text, path))


Finding = tuple[int, str]
Rule = Callable[[File], Iterator[Finding]]


def no_assert(file: File) -> Iterator[Finding]:
    for node in ast.walk(file.tree):
        if isinstance(node, ast.Assert):
            yield node.lineno, "assert vanishes under python -O: raise instead"


def no_bare_except(file: File) -> Iterator[Finding]:
    for node in ast.walk(file.tree):
        if isinstance(node, ast.ExceptHandler) and node.type is None:
            yield node.lineno, "a bare except also catches KeyboardInterrupt"


def no_address_dependent_builtins(file: File) -> Iterator[Finding]:
    for node in ast.walk(file.tree):
        match node:
            case ast.Name(id="hash" | "id" as called, ctx=ast.Load()):
                yield node.lineno, f"{called} differs from one process to the next"


def no_ambient_time_or_chance(file: File) -> Iterator[Finding]:
    banned = {"random", "secrets", "uuid"}
    banned |= {"time"} if file.path != "agents/llm/wall_clock.py" else set()
    for line, module in imports(file.tree):
        if module.split(".")[0] in banned:
            yield line, f"{module}: time and chance come from the market alone"


def simpy_only_where_time_is_made(file: File) -> Iterator[Finding]:
    for line, module in imports(file.tree):
        if module.split(".")[0] == "simpy" and file.path not in SIMPY_HOMES:
            yield line, "simpy is known to the clock and its processes alone"


def whole_files_are_written_atomically(file: File) -> Iterator[Finding]:
    if file.path in WRITES_ITSELF:
        return
    for node in ast.walk(file.tree):
        match node:
            case ast.Call(func=ast.Attribute(attr="write_text" | "write_bytes")):
                writes = True
            case ast.Call(func=ast.Name(id="open"), args=[path, mode, *_]):
                writes = ast.unparse(path) != "os.devnull" and is_to_write(mode)
            case ast.Call(func=ast.Attribute(attr="open"), args=[mode, *_]):
                writes = is_to_write(mode)
            case _:
                writes = False
        if writes:
            yield node.lineno, "half a file is none: use test_time_gym.atomic_file"


def is_to_write(mode: ast.expr) -> bool:
    said = str(getattr(mode, "value", ""))
    return re.fullmatch("(?=.*[wxa+])[rwxabt+]{1,4}", said) is not None


def no_bare_root_folder_import(file: File) -> Iterator[Finding]:
    for line, module in imports(file.tree):
        if module.split(".")[0] in CORE:
            yield line, f"import test_time_gym.{module}: other packages use that name"


def short_file(file: File) -> Iterator[Finding]:
    length = len(file.text.splitlines())
    if length > LONGEST_FILE:
        yield length, f"{length} lines in one file, at most {LONGEST_FILE}"


def short_functions(file: File) -> Iterator[Finding]:
    for node in ast.walk(file.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = node.end_lineno - node.lineno + 1
            if ast.get_docstring(node) is not None:
                docstring = node.body[0]
                length -= docstring.end_lineno - docstring.lineno + 1
            if length > LONGEST_FUNCTION:
                yield node.lineno, f"{node.name}: {length} lines without its docstring"


def no_iteration_over_sets(file: File) -> Iterator[Finding]:
    for scope in file.tree.body:
        names = names_of_sets(scope)
        for node in ast.walk(scope):
            for iterated in iterated_by(node):
                if is_set(iterated) or plain(iterated) in names:
                    yield iterated.lineno, "a set has no order: sort it first"


def imports(tree: ast.Module) -> Iterator[Finding]:
    """Find absolute imports, as (line, dotted module)."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.lineno, node.module or ""


def is_set(node: ast.AST | None) -> bool:
    match node:
        case ast.Set() | ast.SetComp():
            return True
        case ast.Call(func=ast.Name(id=called)):
            return called in SETS
        case ast.BinOp(left, ast.BitOr() | ast.BitAnd() | ast.Sub(), right):
            return is_set(left) or is_set(right)
    return False


def names_of_sets(scope: ast.stmt) -> set[str]:
    """Collect names and attributes that one class or function binds to a set."""
    names = set()
    for node in ast.walk(scope):
        match node:
            case ast.Assign(targets, value) if is_set(value):
                names |= {plain(target) for target in targets}
            case ast.AnnAssign(target, annotation) if is_set_type(annotation):
                names.add(plain(target))
            case ast.arg(arg, annotation) if is_set_type(annotation):
                names.add(arg)
    return names


def plain(node: ast.expr) -> str:
    """Spell a name; an attribute of self is spelled as its class declares it."""
    return ast.unparse(node).removeprefix("self.")


def is_set_type(annotation: ast.expr | None) -> bool:
    base = annotation.value if isinstance(annotation, ast.Subscript) else annotation
    return isinstance(base, ast.Name) and base.id in SETS


def iterated_by(node: ast.AST) -> list[ast.expr]:
    """Return the expressions whose order this node lets out."""
    sources: list[ast.expr] = []
    match node:
        case ast.For(iter=source) | ast.AsyncFor(iter=source) | ast.Starred(source):
            sources = [source]
        case ast.ListComp() | ast.GeneratorExp() | ast.DictComp():
            sources = [generator.iter for generator in node.generators]
        case ast.Call(func=ast.Name(id=called), args=args) if called in KEEPS_ORDER:
            sources = args
        case ast.Call(func=ast.Attribute(attr="join"), args=args):
            sources = args
        case ast.Call(func=ast.Attribute(owner, "pop"), args=[]):
            sources = [owner]
    return sources


RULES: dict[Rule, tuple[str, ...]] = {
    no_assert: SHIPPED,
    no_bare_except: SHIPPED,
    no_address_dependent_builtins: CORE,
    no_ambient_time_or_chance: CORE,
    no_iteration_over_sets: CORE,
    no_bare_root_folder_import: EVERYWHERE,
    simpy_only_where_time_is_made: SHIPPED,
    whole_files_are_written_atomically: SHIPPED,
    short_file: EVERYWHERE,
    short_functions: SHIPPED,
}

PLANTED: list[tuple[Rule, str]] = [
    (no_assert, "assert price >= 0"),
    (no_bare_except, "try:\n    pay()\nexcept:\n    pass"),
    (no_address_dependent_builtins, "key = hash(offer)"),
    (no_address_dependent_builtins, "offers.sort(key=id)"),
    (no_ambient_time_or_chance, "import random"),
    (no_ambient_time_or_chance, "from time import perf_counter"),
    (no_ambient_time_or_chance, "def f():\n    import uuid"),
    (no_iteration_over_sets, "for code in {'a', 'b'}: sell(code)"),
    (no_iteration_over_sets, "for code in set(codes): sell(code)"),
    (no_iteration_over_sets, "for code in held | set(sold): sell(code)"),
    (no_iteration_over_sets, "prices = [price(c) for c in frozenset(codes)]"),
    (no_iteration_over_sets, "order = {c: 1 for c in {x for x in codes}}"),
    (no_iteration_over_sets, "first = next(iter({1, 2}))"),
    (no_iteration_over_sets, "codes = list(set(codes))"),
    (no_iteration_over_sets, "codes = [*set(codes)]"),
    (no_iteration_over_sets, "text = ', '.join({'a', 'b'})"),
    (no_iteration_over_sets, "def f():\n    s = {1, 2}\n    for x in s: g(x)"),
    (no_iteration_over_sets, "def f():\n    s = {1, 2}\n    return s.pop()"),
    (no_iteration_over_sets, "def f(s: set[int]):\n    return [g(x) for x in s]"),
    (
        no_iteration_over_sets,
        "class C:\n    s: set[int]\n    def run(self): return tuple(self.s)",
    ),
    (no_bare_root_folder_import, "import agents"),
    (no_bare_root_folder_import, "from market.clock import MarketClock"),
    (simpy_only_where_time_is_made, "import simpy"),
    (simpy_only_where_time_is_made, "from simpy.events import Event"),
    (whole_files_are_written_atomically, "path.write_text(page)"),
    (whole_files_are_written_atomically, "(folder / name).write_bytes(b'')"),
    (whole_files_are_written_atomically, "with open(path, 'w') as f: f.write(x)"),
    (whole_files_are_written_atomically, "with path.open('xb') as f: f.write(x)"),
    (short_file, "x = 1\n" * (LONGEST_FILE + 1)),
    (short_functions, "def f():\n" + "    x = 1\n" * LONGEST_FUNCTION),
]

ALLOWED: list[tuple[Rule, str]] = [
    (no_bare_except, "try:\n    pay()\nexcept Refused:\n    pass"),
    (no_address_dependent_builtins, "class Offer:\n    id: str\nkey = offer.id"),
    (no_ambient_time_or_chance, "from .time import now\nimport datetime"),
    (no_iteration_over_sets, "for code in sorted(set(codes)): sell(code)"),
    (no_iteration_over_sets, "known = {c for c in codes}\nok = 'a' in known"),
    (no_iteration_over_sets, "def f():\n    s = {}\n    for x in s: g(x)"),
    (no_bare_root_folder_import, "from test_time_gym import agents"),
    (no_bare_root_folder_import, "from .market import open_market"),
    (whole_files_are_written_atomically, "path.read_text()\npath.open('rb')"),
    (whole_files_are_written_atomically, "import os\nopen(os.devnull, 'w')"),
    (whole_files_are_written_atomically, "effects.open(f'{place}: {name}')"),
    (short_file, "x = 1\n" * LONGEST_FILE),
    (short_functions, "def f():\n" + "    x = 1\n" * (LONGEST_FUNCTION - 1)),
    (
        short_functions,
        'def f():\n    """Say\n' + "\n" * LONGEST_FUNCTION + '    it."""',
    ),
]


def name(value: object) -> str | None:
    return getattr(value, "__name__", None)


def sources(folder: str) -> Iterator[File]:
    for path in sorted((ROOT / folder).rglob("*.py")):
        inside = path.relative_to(ROOT)
        if inside.parts[:2] == ("src", "test_time_gym") and inside.parts[2] in CORE:
            continue  # the symlinks: some Python versions follow them
        yield File.parse(inside.as_posix(), path.read_text(encoding="utf-8"))


def test_the_house_keeps_its_rules():
    findings = [
        f"{file.path}:{line}: {rule.__name__}: {text}"
        for folder in EVERYWHERE
        for file in sources(folder)
        for rule in [one for one in RULES if folder in RULES[one]]
        for line, text in rule(file)
    ]

    assert findings == []


@pytest.mark.parametrize(("rule", "code"), PLANTED, ids=name)
def test_a_planted_breach_is_found(rule, code):
    assert list(rule(File.parse("market/planted.py", code)))


@pytest.mark.parametrize(("rule", "code"), ALLOWED, ids=name)
def test_what_is_allowed_passes(rule, code):
    assert list(rule(File.parse("market/planted.py", code))) == []


def test_every_rule_has_been_seen_failing():
    assert {rule for rule, _ in PLANTED} == set(RULES)


def test_the_rules_see_the_market():
    assert any(file.path == "market/clock.py" for file in sources("market"))


def test_the_clock_may_import_simpy():
    clock = File.parse("market/clock.py", "import simpy")

    assert list(simpy_only_where_time_is_made(clock)) == []


BANNED_CALLS = [
    "datetime.date.today()",
    "datetime.datetime.now()",
    "datetime.datetime.today()",
    "datetime.datetime.utcnow()",
    "numpy.random.default_rng()",
    "os.getrandom(8)",
    "os.urandom(8)",
    "random.random()",
    "secrets.token_bytes()",
    "time.monotonic()",
    "time.perf_counter()",
    "time.time()",
    "uuid.uuid4()",
]


needs_linters = pytest.mark.skipif(
    find_spec("importlinter") is None, reason="the extra lint is not installed"
)


def ruff(path: str, code: str) -> list[int]:
    """Return the lines in which ruff finds a banned API."""
    command = [sys.executable, "-m", "ruff", "check", "--output-format=json"]
    options = ["--select=TID251", "--no-cache", f"--stdin-filename={path}", "-"]
    answer = run([*command, *options], cwd=ROOT, code=code)
    return sorted({item["location"]["row"] for item in json.loads(answer.stdout)})


def run(
    command: list[str], *, cwd: Path, code: str = ""
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=cwd, input=code, capture_output=True, text=True, check=False
    )


@needs_linters
@pytest.mark.parametrize("folder", CORE)
def test_the_core_may_not_touch_wall_clock_or_chance(folder):
    lines = [f"import {call.split('.')[0]}; {call}" for call in BANNED_CALLS]

    found = ruff(f"{folder}/planted.py", "\n".join(lines))

    assert found == list(range(1, len(lines) + 1))


@needs_linters
@pytest.mark.parametrize("path", ["market/streams.py", "src/test_time_gym/cli/run.py"])
def test_exceptions_are_where_they_are_meant(path):
    assert ruff(path, "import time\nfrom numpy.random import Philox") == []


PLANTED_IMPORTS = [
    ("market/planted.py", "from test_time_gym.agents import base", "layers"),
    ("market/planted.py", "from test_time_gym import scenarios", "layers"),
    ("agents/planted.py", "from test_time_gym import scenarios", "layers"),
    ("scenarios/planted.py", "from test_time_gym import agents", "layers"),
    ("agents/planted.py", "from test_time_gym.market import clock", "blind-agents"),
    ("agents/planted.py", "from test_time_gym.market import Seats", "blind-agents"),
    ("market/planted.py", "import simpy", "simpy"),
    ("src/test_time_gym/planted.py", "import simpy", "simpy"),
    ("market/planted.py", "from gymnasium import spaces", "doors"),
    ("agents/planted.py", "from pettingzoo import AECEnv", "doors"),
]


@needs_linters
@pytest.mark.slow
@pytest.mark.parametrize(("path", "code", "contract"), PLANTED_IMPORTS)
def test_a_planted_import_breaks_its_contract(tmp_path, path, code, contract):
    package = tmp_path / "test_time_gym"
    ignored = shutil.ignore_patterns(*CORE, "__pycache__")
    shutil.copytree(ROOT / "src" / "test_time_gym", package, ignore=ignored)
    for folder in CORE:
        shutil.copytree(ROOT / folder, package / folder)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    planted = package / path.removeprefix("src/test_time_gym/")
    planted.write_text(code, encoding="utf-8")

    command = Path(sys.executable).with_name("lint-imports")
    answer = run([str(command), "--no-cache", "--contract", contract], cwd=tmp_path)

    assert "0 kept, 1 broken" in answer.stdout, answer.stdout
