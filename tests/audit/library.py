"""The library: sound journals in which nearly everything happens, to be forged."""

from fakes import Lines
from players import numbers_for, play
from tests.audit.short import CODE, HOLDING, acted_out, quiet
from tests.golden.record import REPLAYS
from worlds import busy_world

from test_time_gym.market.clock import DAY_MS
from test_time_gym.market.interface.turns import Turns
from test_time_gym.market.world import World

LARGEST = 200_000
"""Bytes of the golden journals that are taken; others take long to audit."""


def golden(largest=LARGEST):
    """Return name and bytes of the golden journals up to a size."""
    paths = sorted(REPLAYS.glob("*.jsonl"))
    taken = [path for path in paths if path.stat().st_size < largest]
    return [(path.stem, path.read_bytes()) for path in taken]


def busy(seed, *, window_ms=0, shuffle_ties=False):
    """Return name and bytes of a run of agents without sense."""
    config, sink = busy_world(), Lines()
    turns = Turns(
        config,
        World.of(config.market),
        seed,
        [f"buyer_{k}" for k in range(4)],
        sink=sink,
        window_ms=window_ms,
        shuffle_ties=shuffle_ties,
    )
    play(turns, numbers_for(4, seed))
    turns.clock.advance(turns.clock.now_ms + 5 * DAY_MS)
    turns.seal()
    return f"busy-{seed}-{window_ms}", sink.bytes()


def team():
    """Return name and bytes of a run of two mates who talk, and pay with challenges."""
    task = {"team": True, "wallets": [["tok_3ds"]], "ends_on": "receipt"}
    wait, paying = ("wait", {"minutes": 1}), (*HOLDING, ("enter_card", "tok_3ds"))
    careless = [
        *paying,
        ("send_message", {"to": "buyer_1", "text": "I pay"}),
        ("confirm_payment", None),
        ("answer_challenge", "wrong"),
        ("confirm_payment", None),
        wait,
        ("answer_challenge", CODE),
        wait,
    ]
    careful = [
        *paying,
        ("confirm_payment", None),
        ("restart", None),
        ("send_message", {"to": "buyer_0", "text": "I start over"}),
        *paying,
        ("confirm_payment", None),
        wait,
        ("answer_challenge", CODE),
        wait,
    ]
    return "team", acted_out(quiet(task=task), careless, careful).seal()


def library(count=16):
    """Return name and bytes of every journal.

    Args:
        count: how many of them are busy.
    """
    runs = [
        busy(seed, window_ms=5000 * (seed % 8 == 7), shuffle_ties=seed % 8 == 6)
        for seed in range(count)
    ]
    return [*golden(), team(), *runs]
