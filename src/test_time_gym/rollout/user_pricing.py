"""A user's own policy of a seller: what it decides is looked at before it counts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final, TypeVar

from msgspec.structs import replace
from pydantic import (
    Field,
    SerializerFunctionWrapHandler,
    ValidationError,
    model_serializer,
)
from pydantic.fields import FieldInfo

from test_time_gym.market.errors import (
    MarketError,
    Misuse,
    did_you_mean,
    one_line,
    shown,
)
from test_time_gym.market.interface.policy import AgentError
from test_time_gym.market.pricing.decision_points import DecisionPoints
from test_time_gym.market.pricing.policy import (
    Change,
    Decision,
    FollowingPolicy,
    Moved,
    PolicyConfig,
    PricingConfig,
    PricingPolicy,
    View,
    follows,
)
from test_time_gym.market.pricing.sellers import Seller
from test_time_gym.scenarios import Scenario

from .load_agent import load_agent
from .user_decision import DecisionError, decision_of, state_of

__all__ = ["PROGRAM", "PolicyError", "UserPolicy", "loaded", "with_programs"]

PROGRAM: Final = "program"
"""Kind under which a journal's header tells of a program: no scenario can have it."""

_VIEW_SHOWN: Final = 300
"""Characters of a view that an error quotes."""

_Found = TypeVar("_Found")


class PolicyError(MarketError):
    """A user's own policy failed, or decided what no policy may."""

    exit_code: Final = 1


class _UserPricing(DecisionPoints):
    """Settings of a seller that a user's own program decides for."""

    kind: str  # pyright: ignore[reportIncompatibleMethodOverride]
    maker: Any = Field(exclude=True)
    history: Annotated[int, Field(ge=0, le=10_000)] = 0
    """How many past departures it is shown."""
    declared: Any = Field(None, exclude=True)
    """Where the program is a `PolicyConfig` itself: that, which says what it sees."""

    @model_serializer(mode="wrap")
    def _as_told(self, dump: SerializerFunctionWrapHandler) -> dict[str, Any]:
        data: dict[str, Any] = dump(self)
        for key in ("dcp_days", "history"):
            if not data[key]:  # Headers of older runs have none of them.
                del data[key]
        return data | {"kind": PROGRAM, PROGRAM: self.kind}

    @property
    def past_departures(self) -> int:
        """How many past departures it is shown."""
        found: int = (
            self.history if self.declared is None else self.declared.past_departures
        )
        return found

    @property
    def past_days(self) -> tuple[int, ...]:
        """Days before closing at which their sales are divided."""
        found: tuple[int, ...] = (
            self.dcp_days if self.declared is None else self.declared.past_days
        )
        return found

    def begin(self, seller: Seller) -> PricingPolicy:
        """Return the policy of one run."""
        guarded = _Guarded(self.kind, seller, self.maker, self.wakes_at)
        # Decision points are found in a view: there are few, and then all is seen.
        follower = follows(guarded.policy) and not self.dcp_days
        return _GuardedFollower(guarded) if follower else guarded


@dataclass(frozen=True, slots=True)
class UserPolicy:
    """A program that decides prices, and the promises it keeps."""

    name: str
    """As the user wrote it."""
    source: object
    """A class, or a function that makes a policy; None: what the name leads to."""
    settings: Mapping[str, Any]
    """``floor_ppm``, ``ceiling_ppm``, ``counts_holds``, ``reprice_every_s``,
    ``wake_on``, ``dcp_days`` and ``history``; of a `PolicyConfig` its own."""

    def pricing(self) -> PolicyConfig:
        """Return the settings of the seller.

        Raises:
            Misuse: nothing can be made of it, or a setting is wrong.
        """
        source: Any = self.source
        if source is None:
            source = loaded(self.name)
        if not callable(source) or _decides_nothing(source):
            msg = f"policy {self.name!r:.200}: {shown(source)} makes no policy: give a "
            raise Misuse(msg + "class with decide(view)")
        try:
            made: Any = source
            if isinstance(source, type) and issubclass(source, PolicyConfig):
                declared: PolicyConfig = made(**self.settings)
                values = declared.model_dump(include=set(PolicyConfig.model_fields))
                return _UserPricing(
                    kind=self.name, maker=declared.begin, declared=declared, **values
                )
            return _UserPricing(kind=self.name, maker=_plain(made), **self.settings)
        except ValidationError as error:
            known: Mapping[str, FieldInfo] = _UserPricing.model_fields
            if isinstance(source, type) and issubclass(source, PolicyConfig):
                known = source.model_fields
            told = "; ".join(_told(item, known) for item in error.errors())
            msg = f"policy {self.name!r:.200}: {one_line(told):.400}"
            raise Misuse(msg) from error


def _told(item: Any, known: Mapping[str, FieldInfo]) -> str:
    """Return one mistake of settings in words."""
    place = ".".join(map(str, item["loc"]))
    if item["type"] != "extra_forbidden":
        return f"{place}: {str(item['msg']).removeprefix('Value error, ')}"
    keys = [name for name, one in known.items() if not one.exclude and name != "kind"]
    near = did_you_mean(place, keys).removeprefix("; ")
    return f"{place}: unknown key; {near or 'known: ' + ', '.join(keys)}"


def with_programs(scenario: Scenario, users: Mapping[str, UserPolicy]) -> Scenario:
    """Return a scenario in which programs decide for some sellers.

    It goes past what scenario files may say: its dump cannot be read as one.

    Args:
        scenario: with any policies of these sellers.
        users: seller → its program.

    Raises:
        Misuse: nothing can be made of one, or a setting is wrong.
    """
    if not users:
        return scenario
    own: dict[str, PricingConfig] = dict(scenario.market.pricing_of)
    own |= {name: user.pricing() for name, user in users.items()}
    market = scenario.market.model_copy(update={"pricing_of": own})
    return scenario.model_copy(update={"market": market})


def loaded(name: str) -> object:
    """Return what a name such as ``module:Class`` leads to.

    Raises:
        Misuse: to nothing.
    """
    try:
        return load_agent(name)
    except AgentError as error:
        raise Misuse(f"policy{str(error).removeprefix('agent')}") from error


def _decides_nothing(source: object) -> bool:
    """Return whether it is a class of things that are surely no policies."""
    return isinstance(source, type) and not (
        issubclass(source, PolicyConfig)
        or hasattr(source, "decide")
        or hasattr(source, "__getattr__")
        or "__init__" in vars(source)  # it may give decide to each
    )


def _plain(source: Callable[[], PricingPolicy]) -> Callable[[Seller], PricingPolicy]:
    return lambda _seller: source()


class _Guarded:
    """A user's policy in one run."""

    def __init__(
        self,
        name: str,
        seller: Seller,
        maker: Callable[[Seller], PricingPolicy],
        wakes_at: Callable[[View], int | None],
    ) -> None:
        self._name, self._seller = name, seller.name
        self._wakes_at = wakes_at
        self._own: dict[int, str] = {one.index: one.id for one in seller.products}
        self._pools = {pool: "" for one in seller.products for pool in one.pools}
        self._prices: Sequence[Change] = ()
        self.policy: Any = self._blamed(
            lambda: maker(seller), lambda: "it was to be made, without arguments"
        )
        if not callable(getattr(self.policy, "decide", None)):
            msg = f"policy {name} of {seller.name} makes {shown(self.policy)}, "
            raise PolicyError(msg + "which has no decide(view)")

    def decide(self, view: View) -> Decision:
        """Return what the policy decides.

        Raises:
            PolicyError: it raises, or decides what no policy may.
        """
        decided = self.decided(lambda: self.policy.decide(view), view)
        if decided.wake_at_ms is None:
            decided = replace(decided, wake_at_ms=self._wakes_at(view))
        return decided

    def decided(self, decide: Callable[[], object], seen: View | Moved) -> Decision:
        """Return what the policy decides on what it sees, if it may.

        Raises:
            PolicyError: it raises, or decides what no policy may.
        """
        what = "view" if isinstance(seen, View) else "news"
        found = self._blamed(
            lambda: decision_of(decide(), self._own, self._pools, self._prices),
            lambda: f"its {what}: {one_line(str(seen))[:_VIEW_SHOWN]}",
        )
        self._prices = found.prices
        return found

    def state(self) -> Sequence[Any]:
        """Return what the policy says of itself, if it says anything.

        Raises:
            PolicyError: it raises, or says what no digest can cover.
        """
        told = getattr(self.policy, "state", tuple)
        return self._blamed(
            lambda: state_of(told()), lambda: "it was to tell its state"
        )

    def _blamed(self, work: Callable[[], _Found], where: Callable[[], str]) -> _Found:
        """Do what the user's program takes part in; what goes wrong is its error."""
        try:
            return work()
        except (Exception, SystemExit) as error:
            why = f"failed: {one_line(f'{type(error).__name__}: {error}')}"
            if isinstance(error, DecisionError):
                why = str(error)
            msg = f"policy {self._name} of {self._seller} {why[:_VIEW_SHOWN]}; "
            raise PolicyError(msg + where()) from error


class _GuardedFollower:
    """A user's policy in one run that is told of what has moved."""

    def __init__(self, guarded: _Guarded) -> None:
        self._guarded = guarded
        self._policy: FollowingPolicy = guarded.policy

    def decide(self, view: View) -> Decision:
        """Return what the policy decides, as `_Guarded.decide` does."""
        return self._guarded.decide(view)

    def state(self) -> Sequence[Any]:
        """Return what the policy says of itself."""
        return self._guarded.state()

    def decide_moved(self, moved: Moved) -> Decision:
        """Return what the policy decides, as `_Guarded.decide` does."""
        return self._guarded.decided(lambda: self._policy.decide_moved(moved), moved)
