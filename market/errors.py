"""The tree of errors, drawn by whose fault it is.

```
MarketError
├── Refused      the rules of the market say no (sold out, hold expired, …)
├── Misuse       the caller broke the protocol (wrong turn, wrong type, …)
│   └── ScenarioError   a scenario file says something that cannot be
└── MarketBug    neither: please report it
```

Arguments travel to ``super().__init__`` unchanged, because SimPy rebuilds an
exception from its ``args``.
"""

from collections.abc import Iterable
from difflib import get_close_matches
from functools import lru_cache
from typing import Final
from unicodedata import category

__all__ = [
    "LongRun",
    "MarketBug",
    "MarketError",
    "Misuse",
    "Refused",
    "ScenarioError",
    "did_you_mean",
    "one_line",
    "shown",
]

_UNSAFE = ("Cc", "Cf", "Cs", "Zl", "Zp")
"""Categories of Unicode that can steer a terminal or turn the reading order."""
_SHOWN = 60
"""Characters of a wrong value that an error text quotes."""


class MarketError(Exception):
    """Root of everything this package raises on purpose."""


class Refused(MarketError):
    """A rule of the market refuses a command; nothing has changed.

    Args:
        code: stable snake_case name of the rule, as written in journals.
        text: one sentence for a person or a model.
    """

    def __init__(self, code: str, text: str) -> None:
        """Keep ``code`` and ``text`` as given."""
        super().__init__(code, text)
        self.code: Final = code
        self.text: Final = text

    def __str__(self) -> str:
        """Return the sentence with its code."""
        return f"{self.text} [{self.code}]"


class Misuse(MarketError, ValueError):
    """The calling program broke the protocol; nothing has changed."""


class ScenarioError(Misuse):
    """A scenario cannot be read or says something impossible."""


class LongRun(UserWarning):
    """A scenario declares so much work that a run takes a while."""


class MarketBug(MarketError, RuntimeError):
    """A law of the market was broken by the market itself: please report it."""


def shown(value: object) -> str:
    """Return a wrong value as an error text may quote it: short, and safe.

    >>> shown("x"), shown(10**5000)
    ("'x'", 'a number of 16610 bits')
    """
    if isinstance(value, int) and value.bit_length() > 4 * _SHOWN:
        # Python refuses to write out integers of thousands of digits.
        return f"a number of {value.bit_length()} bits"
    try:
        return f"{value!r:.{_SHOWN}}"
    except Exception:  # noqa: BLE001 - it may be deep, hold such a number, or be hostile
        return f"a {type(value).__name__:.{_SHOWN}} that cannot be shown"


def did_you_mean(name: object, known: Iterable[str]) -> str:
    """Return the end of a sentence that asks for the nearest name, if one is near.

    >>> did_you_mean("thomson", ["linear", "thompson"]), did_you_mean("x", ["linear"])
    ('; did you mean thompson?', '')
    """
    near = get_close_matches(str(name), list(known), n=1, cutoff=0.5)
    return f"; did you mean {near[0]}?" if near else ""


def one_line(text: str) -> str:
    r"""Return text that is safe to print: control characters are spelled out.

    Names, reasons and messages come from files and agents.  Escape sequences in
    them could repaint the screen, bidirectional marks reorder what is read, and a
    line break fake a line of ours.

    >>> one_line("red \x1b[31m, reversed \u202e, two\nlines")
    'red \\x1b[31m, reversed \\u202e, two\\nlines'
    """
    return "".join(map(_spelled, text))


@lru_cache(maxsize=4096)
def _spelled(character: str) -> str:
    if category(character) in _UNSAFE:
        return character.encode("unicode_escape").decode()
    return character
