"""Pricing policies, one file each; a scenario chooses one for each seller.

Every class in a module of this folder that extends `PricingConfig` and has a field
``kind`` is a policy: a new one is a new file, and nothing else.  Modules are looked
through in the order of their names, so that the same files always make the same.

The folder `theory` has closed forms; their names are imported from here, and loaded
when they are first asked for.  A policy that is called like one of them lies in a file
``…_policy.py``: a module of the same name would hide the function.
"""

from functools import reduce
from importlib import import_module
from operator import or_
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Annotated, Any, Final, get_args

from pydantic import Field

from ..errors import MarketBug
from .policy import PricingConfig

if TYPE_CHECKING:
    from .theory.bertrand import logit_bertrand
    from .theory.choice_value import choice_value
    from .theory.demand_laws import poisson_pmf, rounded_normal_pmf
    from .theory.dlp import dlp
    from .theory.edgeworth import edgeworth
    from .theory.efficient_sets import efficient_sets
    from .theory.emsr import emsr_a, emsr_b
    from .theory.gallego_van_ryzin import gallego_van_ryzin
    from .theory.lee_hersh import lee_hersh
    from .theory.levels import limits_value, optimal_levels
    from .theory.littlewood import littlewood
    from .theory.opportunity import revenue_opportunity
    from .theory.overbooking import overbooking
    from .theory.rounding import to_minor, to_seats

__all__ = [
    "KINDS",
    "Pricing",
    "PricingConfig",
    "choice_value",
    "dlp",
    "edgeworth",
    "efficient_sets",
    "emsr_a",
    "emsr_b",
    "gallego_van_ryzin",
    "lee_hersh",
    "limits_value",
    "littlewood",
    "logit_bertrand",
    "optimal_levels",
    "overbooking",
    "poisson_pmf",
    "revenue_opportunity",
    "rounded_normal_pmf",
    "to_minor",
    "to_seats",
]

_THEORY: Final = {
    "choice_value": "choice_value",
    "dlp": "dlp",
    "edgeworth": "edgeworth",
    "efficient_sets": "efficient_sets",
    "emsr_a": "emsr",
    "emsr_b": "emsr",
    "gallego_van_ryzin": "gallego_van_ryzin",
    "lee_hersh": "lee_hersh",
    "limits_value": "levels",
    "littlewood": "littlewood",
    "logit_bertrand": "bertrand",
    "optimal_levels": "levels",
    "overbooking": "overbooking",
    "poisson_pmf": "demand_laws",
    "revenue_opportunity": "opportunity",
    "rounded_normal_pmf": "demand_laws",
    "to_minor": "rounding",
    "to_seats": "rounding",
}
"""Closed form → its module in the folder `theory`."""


def __getattr__(name: str) -> Any:
    """Import a closed form when it is first asked for (PEP 562)."""
    if name not in _THEORY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = import_module(f"{__name__}.theory.{_THEORY[name]}")
    found = globals()[name] = getattr(module, name)
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


def _found() -> dict[str, type[PricingConfig]]:
    """Return the settings of every kind.

    Raises:
        MarketBug: two classes claim one kind, or a module hides a closed form.
    """
    kinds: dict[str, type[PricingConfig]] = {}
    modules = sorted(one.name for one in iter_modules(__path__) if not one.ispkg)
    for name in modules:
        if name in _THEORY:
            msg = f"a policy's file {name}.py hides a closed form: call it "
            raise MarketBug(f"{msg}{name}_policy.py")
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
