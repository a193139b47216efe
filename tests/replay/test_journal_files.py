"""The journals of an environment: one for each episode, durable once it is closed."""

import os
from pathlib import Path

import pytest

from test_time_gym import market_v0
from test_time_gym.envs import FlightBookingEnv
from test_time_gym.journal.journal_files import JournalFiles
from test_time_gym.market.errors import Misuse
from test_time_gym.replay import verify

OPENED = Path("/proc/self/fd")


@pytest.fixture
def forced(monkeypatch):
    """Return the names of what is forced onto the disk, in order."""
    names, real = [], os.fsync

    def force(handle):
        names.append((OPENED / str(handle)).readlink().name)
        real(handle)

    monkeypatch.setattr(os, "fsync", force)
    return names


linux = pytest.mark.skipif(not OPENED.exists(), reason="asks /proc")


def play(env, episodes=2):
    for seed in range(episodes):
        env.reset(seed=seed)
        env.step(
            env.action_space(env.agent_selection).sample(env.last()[4]["action_mask"])
        )


@linux
def test_journals_are_forced_onto_the_disk_when_the_environment_is_closed(
    tmp_path, forced
):
    env = market_v0.env("flights/rush", journal=tmp_path / "j.jsonl")
    play(env)
    assert forced == []

    env.close()

    names = ["j.jsonl", "j.meta.json", "j-2.jsonl", "j-2.meta.json"]
    assert forced == [*names, tmp_path.name]
    env.close()
    assert len(forced) == 5
    assert verify(tmp_path / "j-2.jsonl", reexecute=True).ok


@linux
def test_journals_can_be_forced_onto_the_disk_after_each_episode(tmp_path, forced):
    with_end = {"journal": tmp_path / "j.jsonl", "durability": "end"}
    env = market_v0.env("flights/rush", **with_end)
    env.reset(seed=1)
    env.reset(seed=2)

    assert "j.jsonl" in forced
    before = list(forced)
    env.close()
    assert "j-2.jsonl" in forced[len(before) :]
    assert "j.jsonl" not in forced[len(before) :]


def test_a_journal_that_was_moved_away_is_left_out(tmp_path):
    env = market_v0.env("flights/rush", journal=tmp_path / "j.jsonl")
    play(env)
    (tmp_path / "j.jsonl").rename(tmp_path / "kept.jsonl")

    env.close()

    assert verify(tmp_path / "kept.jsonl").ok


def test_a_disk_that_fails_says_so_at_the_close(tmp_path, monkeypatch):
    env = market_v0.env("flights/rush", journal=tmp_path / "j.jsonl")
    play(env)

    def lost(_handle):
        raise OSError(5, "Input/output error")

    env._adapter.end()
    monkeypatch.setattr(os, "fsync", lost)
    with pytest.raises(Misuse, match="cannot be forced onto the disk: Input/output"):
        env.close()


@pytest.mark.parametrize("durability", ["turn", "never", None])
def test_an_unknown_durability_is_refused(tmp_path, durability):
    with pytest.raises(Misuse, match="durability is none or end, not"):
        JournalFiles(tmp_path / "j.jsonl", durability=durability)
    with pytest.raises(Misuse, match="durability is none or end, not"):
        FlightBookingEnv(journal=tmp_path / "j.jsonl", durability=durability)
