"""The recorder: a run's header, its checkpoints, and its seal."""

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from msgspec import Raw

from ..clock import Phase, Timer
from ..events import Digested, Ended, Header
from ..invariants import check
from ..journal import FORMAT, SCHEMA, SEMANTICS, canonical
from ..snapshot import digest_of, snapshot
from ..streams import ALGORITHM
from ..world import World
from .episode import EpisodeConfig

if TYPE_CHECKING:
    from .turns import Turns

__all__ = ["DIGEST_EVERY", "TIES_SHUFFLED", "TIE_RULE", "TurnRecorder"]

DIGEST_EVERY: Final = 256
"""Records between two checkpoints."""
TIE_RULE: Final = 1
"""Agents ready at one instant act in the order of keyed lottery tickets."""
TIES_SHUFFLED: Final = 2
"""As `TIE_RULE`, and other timers of one instant and phase run in a drawn order."""

_HEADERS_KEPT: Final = 16
"""Scenarios of one world whose headers are remembered."""


class TurnRecorder:
    """Writes what frames a run in its journal; silent when nothing is recorded."""

    __slots__ = ("_at", "_due", "_turns")

    def __init__(self, turns: "Turns") -> None:
        """Start at record 0."""
        self._turns = turns
        self._at = 0
        self._due = False

    def open(
        self,
        seed: int,
        names: list[str],
        max_turns: int | None,
        policies: dict[str, str],
        parent: dict[str, Any] | None,
    ) -> None:
        """Write the header: all that must match for a run to be the same run."""
        turns = self._turns
        if turns.journal.write is None:
            return
        scenario, digest = _written(turns.world, turns.config)
        fact = Header(
            digest_every=DIGEST_EVERY,
            finish=turns.finish,
            format=FORMAT,
            hash="blake2b-128",
            max_turns=max_turns,
            money_unit="minor",
            parent=parent,
            scenario=Raw(scenario),
            scenario_digest=digest,
            schema=SCHEMA,
            seats=Raw(
                _seats(tuple(names), len(turns.market.names), tuple(policies.items()))
            ),
            seed=str(seed),
            semantics=SEMANTICS,
            streams=ALGORITHM,
            tie_rule=TIES_SHUFFLED if turns.shuffle_ties else TIE_RULE,
            time_unit="ms",
            window_ms=turns.window_ms,
        )
        turns.journal.emit(fact, turns.market.clock.now_ms)
        turns.journal.flush()

    def checkpoint(self) -> None:
        """Let a checkpoint follow this instant's events, if enough has happened."""
        journal = self._turns.journal
        if journal.count - self._at < DIGEST_EVERY or self._due:
            return
        if journal.write is not None:
            self._due = True
            clock = self._turns.market.clock
            clock.at(clock.now_ms, Phase.DIGEST, self._digest, "digest")

    def _digest(self, _timer: Timer) -> None:
        turns = self._turns
        self._due = False
        state, draws, pending = turns.checkpoint()
        fact = Digested(draws=draws, pending=pending, state=state)
        self._at = turns.journal.emit(fact, turns.market.clock.now_ms)
        # What it tells is the encoder's own, and goes on changing.
        turns.journal.flush()

    def seal(self, status: str) -> None:
        """Check the laws, and write the journal's end; nothing is recorded after it.

        Raises:
            MarketBug: a law of the market is broken; the journal stays unsealed.
        """
        turns, journal = self._turns, self._turns.journal
        if journal.sealed:
            return
        journal.flush()
        # A run that broke a law must not end as if nothing had happened.
        check(snapshot(turns.market, copied=False))
        if journal.write is not None:
            fact = Ended(
                count=journal.count,
                outcomes={
                    one.name: one.outcome or "running" for one in turns.participants
                },
                state=turns.full_digest(),
                status=status,
            )
            journal.emit(fact, turns.market.clock.now_ms)
            journal.flush()
        journal.sealed = True


@lru_cache(maxsize=64)
def _seats(
    names: tuple[str, ...], buyers: int, policies: tuple[tuple[str, str], ...]
) -> bytes:
    """Return canonical JSON of the agents: the first so many are buyers."""
    named = dict(policies)
    return canonical(
        [
            {"name": name, "policy": named.get(name, "external")}
            | ({"role": "seller"} if k >= buyers else {})
            for k, name in enumerate(names)
        ]
    )


def _written(world: World, config: EpisodeConfig) -> tuple[bytes, str]:
    """Return a scenario's canonical JSON and its digest, made once for a world.

    Scenarios are told apart by identity: to compare them would take as long.
    """
    known = world.headers
    for one, written, digest in known:
        if one is config:
            return written, digest
    if len(known) >= _HEADERS_KEPT:
        known.clear()
    # A seller whose prices a user's own program decides has a kind of its own.
    declared = config.model_dump(mode="json", by_alias=True, warnings=False)
    known.append((config, canonical(declared), digest_of(declared)))
    _, written, digest = known[-1]
    return written, digest
