"""Pricing policies, one file each; a scenario chooses one for each seller.

Every class in a module of this folder that extends `PricingConfig` and has a field
``kind`` is a policy: a new one is a new file, and nothing else.  Modules are looked
through in the order of their names, so that the same files always make the same.
"""

from functools import reduce
from importlib import import_module
from operator import or_
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Annotated, Any, Final, get_args

from pydantic import Field

from ..errors import MarketBug
from .policy import PricingConfig

__all__ = ["KINDS", "Pricing", "PricingConfig"]


def _found() -> dict[str, type[PricingConfig]]:
    """Return the settings of every kind.

    Raises:
        MarketBug: two classes claim one kind.
    """
    kinds: dict[str, type[PricingConfig]] = {}
    for name in sorted(module.name for module in iter_modules(__path__)):
        declared: dict[str, Any] = vars(import_module(f"{__name__}.{name}"))
        for value in declared.values():
            own = isinstance(value, type) and value.__module__ == f"{__name__}.{name}"
            if not own or not issubclass(value, PricingConfig):
                continue
            for kind in get_args(
                getattr(value.model_fields.get("kind"), "annotation", None)
            ):
                if kind in kinds:
                    msg = f"{kinds[kind]} and {value} are both of the kind {kind!r}"
                    raise MarketBug(msg)
                kinds[kind] = value
    return kinds


KINDS: Final = _found()
"""Kind → its settings."""

if TYPE_CHECKING:
    Pricing = PricingConfig
else:
    Pricing = Annotated[reduce(or_, KINDS.values()), Field(discriminator="kind")]
"""Any pricing, told apart by ``kind``."""
