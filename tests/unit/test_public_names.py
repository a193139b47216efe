"""One public name, one class, across the whole project."""

import ast
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDERS = ("market", "agents", "scenarios", "src", "benchmarks", "compiler")


def public_classes(text):
    """Return the names of the classes that a module defines and lists in __all__."""
    body = ast.parse(text).body
    listed = set()
    for node in body:
        match node:
            case ast.Assign(targets=[ast.Name(id="__all__")], value=names):
                listed = set(ast.literal_eval(names))
    return [
        node.name
        for node in body
        if isinstance(node, ast.ClassDef) and node.name in listed
    ]


def shared(modules):
    """Return the names that several modules give to classes, and the modules."""
    homes = defaultdict(list)
    for path, text in modules.items():
        for name in public_classes(text):
            homes[name].append(path)
    return {name: paths for name, paths in homes.items() if len(paths) > 1}


def test_no_two_public_classes_share_a_name():
    modules = {
        path.relative_to(ROOT).as_posix(): path.read_text("utf-8")
        for folder in FOLDERS
        for path in sorted((ROOT / folder).rglob("*.py"))
    }

    assert len(modules) > 300
    assert shared(modules) == {}


def test_a_name_that_is_given_twice_is_found():
    one = '__all__ = ["Case"]\nclass Case: ...\nclass Inner: ...\n'
    other = '__all__ = ["Case", "Inner"]\nclass Inner: ...\nfrom x import Case\n'

    assert shared({"a.py": one, "b.py": one}) == {"Case": ["a.py", "b.py"]}
    assert shared({"a.py": one, "b.py": other}) == {}
