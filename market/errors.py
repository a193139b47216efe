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

from typing import Final

__all__ = ["MarketBug", "MarketError", "Misuse", "Refused", "ScenarioError"]


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


class MarketBug(MarketError, RuntimeError):
    """A law of the market was broken by the market itself: please report it."""
