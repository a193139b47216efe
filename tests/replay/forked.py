"""What the tests of forks share."""

from tests.golden.record import REPLAYS

from test_time_gym.journal import read_journal
from test_time_gym.market.journal import PREFIX

RUSH = REPLAYS / "flights-rush.jsonl"
GOLDEN = sorted(REPLAYS.glob("*.jsonl"))
SMALL = [path for path in GOLDEN if path.stat().st_size < 200_000]
EVERYBODY = ["cheapest", "dummy", "first-offer", "patient", "random", "rebooker"]


def waits(_page):
    return {"verb": "wait", "payload": {"minutes": 7}}


def bodies(path):
    return [line[PREFIX:] for line in path.read_bytes().splitlines()]


def last_act(path):
    return [r.n for r in read_journal(path).records() if r.kind == "act"][-1]
