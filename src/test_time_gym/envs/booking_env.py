"""What `FlightBookingEnv` and `HotelBookingEnv` share: all but the first scenario."""

from collections.abc import Iterable, Mapping
from inspect import signature
from pathlib import Path
from typing import ClassVar, Never

from test_time_gym.agents.base import Agent, AgentSource, label_of, make_agent
from test_time_gym.journal.journal_files import EpisodeDurability
from test_time_gym.journal.journal_runs import episode_journals
from test_time_gym.market.errors import Misuse, did_you_mean, shown
from test_time_gym.market.streams import MAX_SEED
from test_time_gym.scenarios import Scenario, load_scenario

from . import shared_pages  # noqa: F401 - Gymnasium's AsyncVectorEnv asks for it
from .adapter import Actions, Encoding, EnvAdapter
from .agent_views import verify_view
from .infos import InfoKind, MaskPlace
from .single import MarketSingle

__all__ = ["BookingEnv", "OtherSeats", "given_seats", "verify_options"]


class BookingEnv(MarketSingle):
    """A Gymnasium environment: one focal buyer, the other seats played by policies.

    Args:
        scenario: a name, the path of a TOML file, or a `Scenario`; of any trade.
            None: `default`.
        seed: used by the first `reset` that gets none.
        observation: ``"json"`` for structured actions and observations,
            ``"vector"`` for a masked Discrete and a Box.
        others: who plays the other seats, by name (``{"buyer_1": "patient"}``);
            giving it also seats them.  By default the scenario's own policies.
        n_agents: seats in all; None: the scenario's number, or as many as
            ``others`` needs.
        flatten: observe a plain Box (vector only).
        reward: ``"standard"`` (the default of the JSON door), ``"training"`` (of the
            vector door), or numbers by name in thousandths.
        actions: ``"full"`` masks allow what the rules allow, ``"lean"`` ones leave out
            what the site does not need (vector only).
        mask_in: where the mask is: ``"obs"``, ``"info"`` or ``"both"`` (vector only);
            observations without it are a plain Box.
        info: infos are ``"numbers"``, or ``"full"``: with words (vector only).
        max_turns: actions per agent; None: the scenario's.
        journal: path of the journal; further episodes get ``-2``, ``-3`` ….
        one_file: write the journals of all episodes to this one file instead.
        overwrite: replace journals that exist.
        durability: when journals are forced onto the disk: at the ``end`` of each
            episode, or with ``none`` once the environment is closed.
        allow_long: play even a scenario that hardly ends.
        render_mode: None, ``"human"``, ``"ansi"`` or ``"rgb_array"``.

    Attributes:
        default: the scenario of a class.
    """

    default: ClassVar[str]

    def __init__(
        self,
        scenario: str | Path | Scenario | None = None,
        *,
        seed: int | None = None,
        observation: Encoding = "json",
        others: Mapping[str, AgentSource] | None = None,
        n_agents: int | None = None,
        flatten: bool = False,
        reward: object = None,
        actions: Actions = "full",
        mask_in: MaskPlace = "both",
        info: InfoKind = "numbers",
        max_turns: int | None = None,
        journal: str | Path | None = None,
        one_file: bool = False,
        overwrite: bool = False,
        durability: EpisodeDurability = "none",
        allow_long: bool = False,
        render_mode: str | None = None,
        **unknown: Never,
    ) -> None:
        """Load the scenario; `reset` starts a run."""
        verify_options(unknown)
        declared = load_scenario(self.default if scenario is None else scenario)
        others = given_seats(others)
        if n_agents is None and others:
            n_agents = max(declared.agents.count, len(others) + 1)
        adapter = EnvAdapter(
            declared,
            n_agents=n_agents,
            observation=observation,
            flatten=flatten,
            reward=reward,
            actions=actions,
            mask_in=mask_in,
            info=info,
            max_turns=max_turns,
            allow_long=allow_long,
            journal=episode_journals(
                journal,
                one_file=one_file,
                overwrite=overwrite,
                durability=durability,
            ),
        )
        seats = OtherSeats(declared, adapter.names[1:], others)
        adapter.policies = seats.named()
        super().__init__(adapter, seats, seed=seed, render_mode=render_mode)


def verify_options(given: Iterable[str], *more: str) -> None:
    """Raise if an option is none of `BookingEnv`, and none of some more.

    Raises:
        TypeError: one is not; the nearest is named, or all.

    >>> verify_options(["scenaro"])
    Traceback (most recent call last):
    TypeError: unknown option 'scenaro'; did you mean scenario?
    """
    own = [*list(signature(BookingEnv.__init__).parameters)[1:-1], *more]
    for name in given:
        if name not in own:
            near = did_you_mean(name, own) or f"; known: {', '.join(own)}"
            raise TypeError(f"unknown option {shown(name)}{near}")


def given_seats(others: object) -> dict[str, AgentSource]:
    """Return who plays which other seat, as a dictionary of its own.

    Raises:
        Misuse: it is no dictionary.

    >>> given_seats(None), given_seats({"buyer_1": "patient"})
    ({}, {'buyer_1': 'patient'})
    """
    if others is None:
        return {}
    if not isinstance(others, Mapping):
        msg = "others is a dictionary of who plays which seat, as "
        raise Misuse(f'{msg}{{"buyer_1": "cheapest"}}, not {shown(others)}')
    return dict(others)


class OtherSeats:
    """Creates new policies for the other seats in every run.

    Args:
        scenario: has policies for seats that nobody is given for.
        names: of the other seats.
        given: who plays them, by name.

    Raises:
        Misuse: there is no such seat.
    """

    def __init__(
        self, scenario: Scenario, names: list[str], given: dict[str, AgentSource]
    ) -> None:
        """Choose who plays where."""
        unknown = [name for name in given if name not in names]
        if unknown:
            seats = ", ".join(names)
            there = (
                f"the other seats are {seats}" if seats else "there is no other seat"
            )
            raise Misuse(f"others names {shown(unknown[0])}; {there}")
        policies = scenario.policies
        self.sources: dict[str, AgentSource] = {
            name: given.get(name, policies[(k + 1) % len(policies)])
            for k, name in enumerate(names)
        }
        for name, source in self.sources.items():
            role = "buyer" if name.startswith("buyer_") else "seller"
            verify_view(make_agent(source), scenario.market.trade, role)

    def named(self) -> dict[str, str]:
        """Return who plays each seat, as a journal's header tells it."""
        return {name: label_of(source) for name, source in self.sources.items()}

    def __call__(self, seed: int) -> dict[str, Agent]:
        """Return the policies of one run."""
        return {
            name: make_agent(source, (seed + k + 1) % MAX_SEED)
            for k, (name, source) in enumerate(self.sources.items())
        }
