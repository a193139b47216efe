"""Words to the compiler of the optional compiled build; without it they do nothing."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

__all__ = ["mypyc_attr"]

if TYPE_CHECKING:
    from mypy_extensions import mypyc_attr
else:

    def mypyc_attr(**_said: Any) -> Callable[[type], type]:
        """Return a decorator that leaves a class as it is."""
        return lambda declared: declared
