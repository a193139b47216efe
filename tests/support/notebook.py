"""Run the cells of a notebook as a kernel would, and tell what they showed.

``python tests/support/notebook.py FILE.ipynb`` prints one JSON object: of each cell of
code the kind of what its last line showed, and how long that is.
"""

import ast
import contextlib
import io
import json
import sys
from pathlib import Path

__all__ = ["code_of", "shown_by"]

_KINDS = {"_repr_html_": "html", "_repr_png_": "png"}


def code_of(path):
    """Return the sources of the cells of code."""
    cells = json.loads(Path(path).read_text("utf-8"))["cells"]
    return ["".join(one["source"]) for one in cells if one["cell_type"] == "code"]


def shown_by(path):
    """Run all cells in order in one namespace; return what each showed."""
    space, shown = {"__name__": "__main__"}, []
    for number, source in enumerate(code_of(path)):
        tree = ast.parse(source, f"cell {number}")
        last = None
        if tree.body and isinstance(tree.body[-1], ast.Expr):
            last = ast.Expression(tree.body.pop().value)
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(tree, f"cell {number}", "exec"), space)
            value = None
            if last is not None:
                value = eval(compile(last, f"cell {number}", "eval"), space)
        shown.append(_seen(value, printed.getvalue()))
    return shown


def _seen(value, printed):
    for method, kind in _KINDS.items():
        if hasattr(type(value), method):
            return [kind, len(getattr(value, method)())]
    text = printed if value is None else printed + repr(value)
    return ["text", len(text)] if text else ["nothing", 0]


if __name__ == "__main__":
    print(json.dumps(shown_by(sys.argv[1])))
