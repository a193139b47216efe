"""What the AEC, the Parallel and the single door share."""

from collections.abc import Callable, Sequence
from hashlib import blake2b
from typing import Any, Final, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from test_time_gym.journal.journal_files import JournalFiles
from test_time_gym.market.clock import DAY_MS
from test_time_gym.market.config import PPM
from test_time_gym.market.errors import Misuse, shown
from test_time_gym.market.integers import as_integer, whole
from test_time_gym.market.interface.actions import Input
from test_time_gym.market.interface.episode import EpisodeConfig, Finish
from test_time_gym.market.interface.participant import Participant
from test_time_gym.market.interface.role import verify_roles
from test_time_gym.market.interface.seller import SellerAgent, seller_names
from test_time_gym.market.interface.seller_actions import STEPS_PPM, VERBS
from test_time_gym.market.interface.turns import Turns
from test_time_gym.market.interface.verbs import ACTIONS, Verb
from test_time_gym.market.interface.workload import verify_workload
from test_time_gym.market.journal import Sink
from test_time_gym.market.streams import seed_of
from test_time_gym.market.world import World

from . import seller_codec, vector_codec
from .earnings import collect
from .seller_codec import SellerCodec
from .spaces import JsonAction, JsonObservation, SellerObservation
from .vector_codec import VectorCodec

__all__ = ["ClosableSink", "Encoding", "EnvAdapter", "SinkFactory", "buyer_names"]

Encoding = Literal["vector", "json"]
"""How actions and observations look."""


class ClosableSink(Sink, Protocol):
    """A journal's destination that can be finished."""

    def close(self) -> None:
        """Write out what is buffered and let go of the file."""


SinkFactory = Callable[[], ClosableSink]
"""Opens the destination of the next episode's journal."""


_ONLY_WAIT: Final = np.array([verb is Verb.WAIT for verb, _ in ACTIONS], np.int8)
_ONLY_HOLD: Final = np.eye(len(STEPS_PPM), dtype=np.int8)[seller_codec.HOLD]


def buyer_names(count: int) -> list[str]:
    """Return the names of the agents.

    >>> buyer_names(2)
    ['buyer_0', 'buyer_1']
    """
    return [f"buyer_{k}" for k in range(count)]


def _cooperating(config: EpisodeConfig, cooperation: float | None) -> EpisodeConfig:
    """Return a scenario with another share of the team's mean in each reward.

    In the scenario, and so in the journal's header, the shared rewards can be
    computed again from the journal alone.

    Raises:
        Misuse: it is no share.
    """
    if cooperation is None:
        return config
    if not (isinstance(cooperation, int | float) and 0 <= cooperation <= 1):
        msg = f"cooperation is 0 to 1, not {shown(cooperation)}"
        raise Misuse(msg)
    shared = {"cooperation_ppm": round(cooperation * PPM)}
    agents = config.agents.model_copy(update=shared)
    return config.model_copy(update={"agents": agents})


class EnvAdapter:
    """One world seen through one kind of action and observation.

    It makes runs, decodes actions and shows observations; the environments on
    top only say whose turn it is in their own protocol's words.

    Args:
        config: the declared world.
        n_agents: how many play; None takes the scenario's number.
        observation: ``vector`` or ``json``.
        flatten: observe a plain Box (vector only).
        finish: what a finished agent does.
        cooperation: share of the team's mean in each reward; None: the scenario's.
        max_turns: actions per agent; None: the scenario's.
        window_ms: length of decision windows, 0 for none.
        journal: opens a destination for each episode's journal.
        allow_long: play even what hardly ends.
        roles: that agents play: ``("buyer",)``, or with ``"seller"``.

    Raises:
        Misuse: an argument is out of range.
        TooLong: the world asks for more events than are played unasked.
    """

    def __init__(
        self,
        config: EpisodeConfig,
        *,
        n_agents: int | None = None,
        observation: Encoding = "vector",
        flatten: bool = False,
        finish: Finish = "idle",
        cooperation: float | None = None,
        max_turns: int | None = None,
        window_ms: int = 0,
        journal: SinkFactory | None = None,
        policies: dict[str, str] | None = None,
        allow_long: bool = False,
        roles: Sequence[str] = ("buyer",),
    ) -> None:
        """Check the arguments and compile the world."""
        verify_workload(config, allow_long=allow_long)
        given = config.agents.count if n_agents is None else n_agents
        count = as_integer(given)
        if count is None or not 1 <= count <= config.agents.most:
            msg = f"n_agents is 1 to {config.agents.most} here, not {shown(given)}"
            raise Misuse(msg)
        for name, value, known in (
            ("observation", observation, ("vector", "json")),
            ("finish", finish, ("idle", "leave")),
        ):
            if value not in known:
                msg = f"{name} is {' or '.join(map(repr, known))}, not {shown(value)}"
                raise Misuse(msg)
        if max_turns is not None:
            max_turns = whole("max_turns", max_turns, 1)
        window_ms = whole("window_ms", window_ms, 0, DAY_MS)
        config = _cooperating(config, cooperation)
        self.config: EpisodeConfig = config
        self.roles: tuple[str, ...] = verify_roles(roles)
        self.world: World = World.of(config.market)
        self.buyers: list[str] = buyer_names(count)
        self.names: list[str] = list(self.buyers)
        if "seller" in self.roles:
            self.names += seller_names(self.world)
        self.kind = observation
        self.flatten = flatten
        self.finish: Finish = finish
        self.max_turns = max_turns
        self.window_ms = window_ms
        self.policies: dict[str, str] = {} if policies is None else policies
        self._open_journal = journal
        self._sink: ClosableSink | None = None
        self._seed: int | None = None
        self.turns: Turns | None = None
        self.codec: VectorCodec | None = None
        self.codecs: list[Any] = []
        """Of every agent of the present run, by index."""

    def another(self, journal: SinkFactory | None = None) -> "EnvAdapter":
        """Return an adapter of the same compiled world, for a run of its own.

        Args:
            journal: opens the destinations of its journals.
        """
        other = object.__new__(EnvAdapter)
        other.__dict__.update(self.__dict__)
        other._open_journal = journal
        other._sink = other._seed = other.turns = other.codec = None
        other.codecs = []
        return other

    def observation_space(self, name: str) -> Any:
        """Return a new space of the observations of an agent, by its name."""
        sells = name not in self.buyers
        if self.kind == "json":
            return SellerObservation() if sells else JsonObservation(self.world.trade)
        codec = seller_codec if sells else vector_codec
        return codec.box_space() if self.flatten else codec.dict_space()

    def action_space(self, name: str) -> Any:
        """Return a new space of the actions of an agent, by its name.

        All spaces of one role are equal, and none is shared: each has chances of
        its own to sample from.
        """
        sells = name not in self.buyers
        if self.kind == "json":
            return JsonAction(len(VERBS) if sells else len(Verb))
        return seller_codec.action_space() if sells else vector_codec.action_space()

    def __getstate__(self) -> dict[str, Any]:
        """Leave the run, its journal and all that can be made again behind."""
        parts = ("world", "turns", "codec", "codecs", "_sink")
        gone = dict.fromkeys(parts)
        return self.__dict__ | gone

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Compile the world again; the copy has no run."""
        self.__dict__.update(state)
        self.world = World.of(self.config.market)

    def begin(self, seed: int | None) -> Turns:
        """Start a new episode; an unfinished one is sealed as aborted.

        Args:
            seed: the episode's seed; None continues from the last one, or takes
                one from the operating system the first time.

        Raises:
            Misuse: the seed is no seed; the present episode goes on.
        """
        following = self._next_seed(seed)
        self.end()
        self._seed = following
        self._sink = None if self._open_journal is None else self._open_journal()
        self.turns = Turns(
            self.config,
            self.world,
            self._seed,
            self.buyers,
            roles=self.roles,
            finish=self.finish,
            window_ms=self.window_ms,
            max_turns=self.max_turns,
            policies=self.policies,
            sink=self._sink,
        )
        self.codec = VectorCodec(self.turns, flatten=self.flatten)
        selling = SellerCodec(self.turns, flatten=self.flatten)
        self.codecs = [
            selling if isinstance(one, SellerAgent) else self.codec
            for one in self.turns.participants
        ]
        return self.turns

    def end(self) -> None:
        """Seal and close the journal of the present episode, if any."""
        if self.turns is not None:
            self.turns.seal("complete" if self.turns.over else "aborted")
        if self._sink is not None:
            self._sink.close()
            self._sink = None

    def close(self) -> None:
        """End the present episode, and force journals in files onto the disk."""
        self.end()
        if isinstance(self._open_journal, JournalFiles):
            self._open_journal.sync()

    def _next_seed(self, seed: int | None) -> int:
        if seed is not None:
            return seed_of(seed)
        if self._seed is None:
            # Nobody asked for a particular run; the header tells which it was.
            return int(np.random.SeedSequence().entropy)  # type: ignore[arg-type]
        following = blake2b(f"next/{self._seed}".encode(), digest_size=8)
        return int.from_bytes(following.digest(), "little")

    def decode(self, seat: Participant, action: object) -> Input:
        """Return what an action of either kind means.

        Raises:
            Misuse: it is outside the action space of the vector door, or None.
        """
        if self.kind == "json":
            return seat.role.decode(action)
        decoded: Input = self.codecs[seat.index].decode(seat, action)
        return decoded

    def observe(self, seat: Participant, *, masked: bool = True) -> Any:
        """Return a fresh observation of a seat; its mask may be left out."""
        if self.kind == "json":
            return seat.role.observe(seat)
        return self.codecs[seat.index].observe(seat, masked=masked)

    def mask(self, seat: Participant) -> NDArray[np.int8]:
        """Return a fresh mask of the legal actions of the vector door."""
        mask: NDArray[np.int8] = self.codecs[seat.index].mask(seat)
        return mask

    def only_wait(self, seat: Participant) -> NDArray[np.int8]:
        """Return a fresh mask of the vector door that allows only to wait."""
        sells = isinstance(seat, SellerAgent)
        return (_ONLY_HOLD if sells else _ONLY_WAIT).copy()

    def collect(self) -> list[tuple[Participant, dict[str, float]]]:
        """Return the reward terms that seats have earned since the last call."""
        if self.turns is None:
            return []
        return collect(self.turns, self.config.agents.cooperation_ppm)
