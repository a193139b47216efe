"""A market to be played: a scenario with the policies of its sellers, and its fares."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import count

from test_time_gym.market.catalog import Catalog
from test_time_gym.market.config import PPM
from test_time_gym.market.integers import whole
from test_time_gym.market.interface.memory_need import verify_memory
from test_time_gym.market.market_config import MarketConfig
from test_time_gym.market.pricing.policy import PricingConfig
from test_time_gym.market.pricing.sellers import seller_of
from test_time_gym.market.world import World
from test_time_gym.rollout.user_pricing import UserPolicy

__all__ = ["MarketSpec", "spec_of", "verify_specs_fit", "world_of"]

_NUMBERS = count()


@dataclass(frozen=True, slots=True)
class MarketSpec:
    """What a world is compiled from, in whichever process.

    Two are equal if they are the same one, or a copy in another process.
    """

    number: int
    config: MarketConfig = field(compare=False)
    users: Mapping[str, UserPolicy] = field(compare=False)
    """Seller → a user's own policy."""
    factors: Mapping[str, int] = field(compare=False)
    """Seller → what its base fares are multiplied with, in ppm; others keep theirs."""


def spec_of(
    config: MarketConfig,
    users: Mapping[str, UserPolicy],
    scaled: Iterable[str] = (),
    factor_ppm: int = PPM,
) -> MarketSpec:
    """Return a market to be played.

    Args:
        config: as declared.
        users: seller → a user's own policy.
        scaled: sellers whose base fares are multiplied.
        factor_ppm: by this.
    """
    factors = dict.fromkeys(scaled, factor_ppm)
    return MarketSpec(next(_NUMBERS), config, dict(users), factors)


def verify_specs_fit(
    name: str,
    specs: Sequence[MarketSpec],
    *,
    runs: int,
    workers: int,
    memory: int | None,
) -> None:
    """Raise if markets would take more memory than they may.

    Args:
        name: of the scenario.
        specs: that each process plays.
        runs: of all of them together.
        workers: processes, of which no more are started than there are runs.
        memory: bytes that they may take together; None: what the machine has.

    Raises:
        Misuse: the memory is no number of bytes.
        TooLarge: they would need more.
    """
    if memory is not None:
        memory = whole("memory", memory, 1)
    markets = [_config_of(spec) for spec in specs]
    processes = min(whole("workers", workers, 1), runs)
    verify_memory(name, markets, processes=processes, memory=memory)


def _config_of(spec: MarketSpec) -> MarketConfig:
    """Return what is played, users' own policies with it."""
    config = spec.config
    if not spec.users:
        return config
    own: dict[str, PricingConfig] = dict(config.pricing_of)
    own |= {name: user.pricing() for name, user in spec.users.items()}
    # No scenario can name a program: it goes past what scenarios may say.
    return config.model_copy(update={"pricing_of": own})


@lru_cache(maxsize=2)
def world_of(spec: MarketSpec) -> World:
    """Compile a market; the last ones are remembered."""
    config = _config_of(spec)
    catalog = config.catalog()
    if spec.factors:
        _scale(catalog, spec.factors)
    return World.of(config, catalog)


def _scale(catalog: Catalog, factors: Mapping[str, int]) -> None:
    """Multiply base fares, each rounded half up, at least one minor unit."""
    for j, product in enumerate(catalog.products):
        factor = factors.get(seller_of(product), PPM)
        base = max(1, (2 * product.base_minor * factor + PPM) // (2 * PPM))
        catalog.products[j] = scaled = replace(product, base_minor=base)
        catalog.by_id[product.id] = scaled
