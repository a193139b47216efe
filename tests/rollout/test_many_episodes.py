"""Very many episodes begin at once, and what stands in their way is still found."""

import time
from itertools import count, islice
from multiprocessing import active_children

import pytest

import test_time_gym as ttg
from test_time_gym.dst.campaign import Campaign, find
from test_time_gym.market.errors import Misuse
from test_time_gym.rollout.workers import map_ordered

MANY = 20_000_000
SOON_S = 2.0
"""Of the processor's time; each of these took twenty seconds and more."""


class First(Exception):
    """The first episode is being played."""


def reached(*_args):
    raise First


class Impatient:
    """Ends everything as soon as it is asked."""

    def act(self, page):
        raise KeyboardInterrupt


@pytest.mark.parametrize("journal", [False, True])
def test_a_run_of_many_episodes_begins_at_once(tmp_path, journal):
    path = tmp_path / "j.jsonl" if journal else None
    before = time.process_time()

    with pytest.raises(KeyboardInterrupt):
        ttg.run("flights/sfo-mad", Impatient(), episodes=MANY, journal=path)

    assert time.process_time() - before < SOON_S


def test_a_bench_of_many_seeds_begins_at_once():
    before = time.process_time()

    with pytest.raises(First):
        ttg.evaluate("dummy", "flights/sfo-mad", seeds=MANY, progress=reached)

    assert time.process_time() - before < SOON_S


@pytest.mark.parametrize("jobs", [1, pytest.param(2, marks=pytest.mark.long)])
def test_a_campaign_of_many_seeds_begins_at_once(jobs):
    before = time.process_time()

    with pytest.raises(First):
        find(Campaign(), range(MANY), jobs=jobs, progress=reached)

    assert time.process_time() - before < SOON_S


@pytest.mark.parametrize("workers", [1, 2])
def test_work_without_end_is_spread_as_it_is_asked_for(workers):
    made = map_ordered(abs, count(-100), workers)

    assert list(islice(made, 40)) == list(range(100, 60, -1))
    made.close()


def test_work_that_nobody_waits_for_is_not_done_to_its_end(tmp_path):
    done = tmp_path / "done"
    slow = f"import time, pathlib; time.sleep(60); pathlib.Path({str(done)!r}).touch()"
    made = map_ordered(exec, ["pass", *[slow] * 40], 2)

    assert next(made) is None
    made.close()

    assert not done.exists()
    assert not active_children()


@pytest.mark.parametrize("workers", [1, 2, 9])
@pytest.mark.parametrize("size", [0, 1, 2, 50])
def test_work_comes_back_in_its_order(size, workers):
    assert list(map_ordered(abs, range(-size, 0), workers)) == list(range(size, 0, -1))


@pytest.mark.parametrize(
    "taken",
    [
        "j.jsonl",
        "j.meta.json",
        "j-2.jsonl",
        "j-3.meta.json",
        "j-19999999.jsonl",
        "j-20000000.meta.json",
    ],
)
def test_any_file_of_any_episode_is_found_before_the_first(tmp_path, taken):
    (tmp_path / taken).write_text("precious")

    with pytest.raises(Misuse, match=f"{taken} exists: choose another name"):
        ttg.run(
            "flights/sfo-mad",
            Impatient(),
            episodes=MANY,
            journal=tmp_path / "j.jsonl",
        )

    assert [one.name for one in tmp_path.iterdir()] == [taken]


@pytest.mark.parametrize(
    "other",
    [
        "j-1.jsonl",
        "j-02.jsonl",
        "j-4.jsonl",
        "j-4.meta.json",
        "j-2.jsonl.zst",
        "j-2.txt",
        "k-2.jsonl",
        "aj-2.jsonl",
        "j-2x.jsonl",
    ],
)
def test_what_is_no_episodes_file_is_in_nobodys_way(tmp_path, other):
    (tmp_path / other).write_text("precious")

    ttg.run(
        "flights/sfo-mad",
        "dummy",
        episodes=3,
        journal=tmp_path / "j.jsonl",
        max_turns=1,
        regret=False,
    )

    assert (tmp_path / other).read_text() == "precious"
