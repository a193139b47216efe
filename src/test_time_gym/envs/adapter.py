"""What the AEC, the Parallel and the single door share."""

from collections.abc import Callable, Sequence
from hashlib import blake2b
from typing import Any, Final, Literal, Protocol

import numpy as np
from gymnasium.spaces import Box
from numpy.typing import NDArray

from test_time_gym.journal.journal_files import JournalFiles
from test_time_gym.journal.journal_runs import JournalRuns
from test_time_gym.market.clock import DAY_MS
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
from .infos import InfoKind, InfoWriter, MaskPlace
from .saved_run import RunSettings, SavedRun
from .seller_codec import SellerCodec
from .spaces import JsonAction, JsonObservation, SellerObservation
from .vector_codec import VectorCodec

__all__ = [
    "Actions",
    "ClosableSink",
    "Encoding",
    "EnvAdapter",
    "SinkFactory",
    "buyer_names",
]

Encoding = Literal["vector", "json"]
"""How actions and observations look."""
Actions = Literal["lean", "full"]
"""Which legal actions the masks of the vector door allow."""


class ClosableSink(Sink, Protocol):
    """A journal's destination that can be finished."""

    def close(self) -> None:
        """Write out what is buffered and let go of the file."""


SinkFactory = Callable[[], ClosableSink]
"""Opens the destination of the next episode's journal."""


_ONLY_WAIT: Final[NDArray[np.int8]] = np.array(
    [verb is Verb.WAIT for verb, _ in ACTIONS], np.int8
)
_ONLY_LOOK: Final[NDArray[np.int8]] = np.array(
    [a == (Verb.WAIT, 0) for a in ACTIONS], np.int8
)
_ONLY_HOLD: Final = np.eye(len(STEPS_PPM), dtype=np.int8)[seller_codec.HOLD]


_WORDS: Final = {
    "observation": ("vector", "json"),
    "finish": ("idle", "leave"),
    "actions": ("lean", "full"),
    "mask_in": ("obs", "info", "both"),
    "info": ("numbers", "full"),
}


def buyer_names(count: int) -> list[str]:
    """Return the names of the agents.

    >>> buyer_names(2)
    ['buyer_0', 'buyer_1']
    """
    return [f"buyer_{k}" for k in range(count)]


def _count(config: EpisodeConfig, given: int | None) -> int:
    """Return how many buyers play, or raise that there are no so many seats."""
    given = config.agents.count if given is None else given
    count = as_integer(given)
    if count is None or not 1 <= count <= config.agents.most:
        msg = f"n_agents is 1 to {config.agents.most} here, not {shown(given)}"
        raise Misuse(msg)
    return count


def _verify_words(*given: object) -> None:
    """Raise `Misuse` where an option, in the order of `_WORDS`, is another word."""
    for (name, known), value in zip(_WORDS.items(), given, strict=True):
        if value not in known:
            msg = f"{name} is {' or '.join(map(repr, known))}, not {shown(value)}"
            raise Misuse(msg)


class EnvAdapter:
    """One world seen through one kind of action and observation.

    It makes runs, decodes actions and shows observations; the environments on
    top only say whose turn it is in their own protocol's words.

    Args:
        config: the declared world.
        n_agents: how many play; None takes the scenario's number.
        observation: ``vector`` or ``json``.
        flatten: observe a plain Box (vector only).
        actions: ``full`` masks allow what the rules allow, ``lean`` ones leave out
            what the site does not need (vector only).
        mask_in: where the mask is: ``obs``, ``info`` or ``both`` (vector only);
            observations without it are a plain Box.
        info: infos are ``numbers``, or ``full``: with words (vector only).
        finish: what a finished agent does.
        cooperation: share of the team's mean in each reward; None: the scenario's.
        reward: a preset (``"standard"``, ``"training"``), or numbers; see
            `reward_of`.  None: what the scenario declares; where it declares nothing,
            ``"training"`` for the vector door and ``"standard"`` for the JSON door.
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
        actions: Actions = "full",
        mask_in: MaskPlace = "both",
        info: InfoKind = "numbers",
        finish: Finish = "idle",
        cooperation: float | None = None,
        reward: object = None,
        max_turns: int | None = None,
        window_ms: int = 0,
        journal: SinkFactory | None = None,
        policies: dict[str, str] | None = None,
        allow_long: bool = False,
        roles: Sequence[str] = ("buyer",),
    ) -> None:
        """Check the arguments and compile the world."""
        verify_workload(config, allow_long=allow_long)
        self.buyers: list[str] = buyer_names(_count(config, n_agents))
        _verify_words(observation, finish, actions, mask_in, info)
        if flatten and mask_in == "obs":
            msg = "flatten leaves no place for the mask in observations: "
            raise Misuse(msg + "mask_in is 'info' or 'both' then")
        if max_turns is not None:
            max_turns = whole("max_turns", max_turns, 1)
        window_ms = whole("window_ms", window_ms, 0, DAY_MS)
        if reward is None and observation == "vector":
            declares = "reward" in config.model_fields_set
            reward = None if declares else "training"
        config = config.with_cooperation(cooperation).with_reward(reward)
        self.config: EpisodeConfig = config
        self.roles: tuple[str, ...] = verify_roles(roles)
        self.world: World = World.of(config.market)
        self.names: list[str] = list(self.buyers)
        if "seller" in self.roles:
            self.names += seller_names(self.world)
        self.kind = observation
        # By PettingZoo's convention, observations that are a Dict have the mask.
        self.flatten: bool = flatten or mask_in == "info"
        self.actions: Actions = actions
        self.infos: InfoWriter = InfoWriter(
            len(self.buyers), numbers=observation == "vector", words=info == "full"
        )
        self.info: InfoKind = info
        self.mask_told: bool = observation == "vector" and mask_in != "obs"
        """Whether infos have the mask."""
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
        """Return an adapter of the same compiled world, with journals of its own."""
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
        if self.flatten:
            return self.vector_space(name)
        if sells:
            return seller_codec.dict_space()
        return vector_codec.dict_space(self.world.trade)

    def vector_space(self, name: str) -> Box:
        """Return a new space of an agent's vector alone, by its name."""
        sells = name not in self.buyers
        space: Box = (
            seller_codec.box_space()
            if sells
            else vector_codec.box_space(self.world.trade)
        )
        return space

    def action_space(self, name: str) -> Any:
        """Return a new space of the actions of an agent, by its name.

        All spaces of one role are equal, and none is shared: each has chances of
        its own to sample from.
        """
        sells = name not in self.buyers
        if self.kind == "json":
            return JsonAction(len(VERBS if sells else Verb), self.world.trade.name)
        return seller_codec.action_space() if sells else vector_codec.action_space()

    def __getstate__(self) -> dict[str, Any]:
        """Leave the run, all journals and all that can be made again behind."""
        parts = ("world", "turns", "codec", "codecs", "_open_journal", "_sink")
        return self.__dict__ | dict.fromkeys(parts)

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Compile the world again; the copy has no run, and writes no journal."""
        self.__dict__.update(state)
        self.world = World.of(self.config.market)

    def __deepcopy__(self, memo: dict[int, Any]) -> "EnvAdapter":
        """Return a copy that shares the world, has no run, and writes no journal."""
        other = memo[id(self)] = object.__new__(type(self))
        other.__dict__.update(self.__getstate__() | {"world": self.world})
        return other

    def begin(self, seed: int | None) -> Turns:
        """Start a new episode; an unfinished one is sealed as aborted.

        Args:
            seed: the episode's seed; None continues from the last one, or takes
                one from the operating system the first time.

        Raises:
            Misuse: the seed is no seed; the present episode goes on.
        """
        return self._open(self._next_seed(seed))

    def resume(self, run: SavedRun) -> Turns:
        """Go on from a saved run; an unfinished episode is sealed as aborted.

        The journal, if there is one, has all that led there.
        """
        turns = self._open(run.seed)
        run.repeat(turns)
        return turns

    def save(self, turns: Turns, environment: str, shown: dict[str, Any]) -> SavedRun:
        """Return where the present run is; what it refers to may still change.

        Args:
            turns: the present run.
            environment: which kind it is.
            shown: what that keeps besides.
        """
        return SavedRun.of(turns, self.settings(environment), shown)

    def settings(self, environment: str) -> RunSettings:
        """Return what another environment must share to go on from this one's runs."""
        return RunSettings(
            environment=environment,
            observation=self.kind,
            flatten=self.flatten,
            actions=self.actions,
            mask_in_info=self.mask_told,
            info=self.info,
            agents=tuple(self.names),
            finish=self.finish,
            window_ms=self.window_ms,
            max_turns=self.max_turns,
            scenario=self.config,
        )

    def write_journals(self, journal: SinkFactory | None) -> None:
        """Give the episodes from the next one on another journal, or none."""
        self._open_journal = journal

    def _open(self, seed: int) -> Turns:
        self.end()
        self._seed = seed
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
            block=getattr(self._sink, "block", 1),
        )
        lean = self.actions == "lean"
        self.codec = VectorCodec(self.turns, flatten=self.flatten, lean=lean)
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
        if isinstance(self._open_journal, JournalFiles | JournalRuns):
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

    def vector(self, seat: Participant) -> NDArray[np.float32]:
        """Return a fresh vector of what a seat sees, whatever the observations are."""
        seen = self.codecs[seat.index].observe(seat, masked=False)
        vector: NDArray[np.float32] = seen if self.flatten else seen["observation"]
        return vector

    def mask(self, seat: Participant) -> NDArray[np.int8]:
        """Return a fresh mask of the legal actions of the vector door."""
        mask: NDArray[np.int8] = self.codecs[seat.index].mask(seat)
        return mask

    def only_wait(self, seat: Participant) -> NDArray[np.int8]:
        """Return a fresh mask of the vector door that allows only to wait."""
        buyers = _ONLY_LOOK if self.actions == "lean" else _ONLY_WAIT
        only: NDArray[np.int8] = (
            _ONLY_HOLD if isinstance(seat, SellerAgent) else buyers
        ).copy()
        return only

    def collect(self) -> list[tuple[Participant, dict[str, float]]]:
        """Return the reward terms that seats have earned since the last call."""
        if self.turns is None:
            return []
        return collect(self.turns, self.config.agents.cooperation_ppm)
