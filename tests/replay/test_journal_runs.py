"""The journals of an environment in one file: run after run, opened once."""

import copy
import os
import pickle

import pytest

from test_time_gym import market_v0
from test_time_gym.envs import FlightBookingEnv
from test_time_gym.journal.journal_files import JournalFiles
from test_time_gym.journal.journal_runs import JournalRuns, episode_journals
from test_time_gym.market.errors import Misuse
from test_time_gym.replay import verify_runs


def play(env, episodes=3, steps=20):
    for seed in range(episodes):
        env.reset(seed=seed)
        for _ in range(steps):
            _, _, terminated, truncated, info = env.last()
            if terminated or truncated:
                break
            mask = info["action_mask"]
            env.step(env.action_space(env.agent_selection).sample(mask))


def doors(tmp_path, **options):
    return market_v0.env(
        "flights/rush", journal=tmp_path / "runs.jsonl", one_file=True, **options
    )


def statuses(path):
    return [
        (verdict.status, verdict.replay)
        for _, verdict in verify_runs(path, reexecute=True)
    ]


def test_all_episodes_stand_in_one_file_and_come_out_the_same(tmp_path):
    env = doors(tmp_path)
    play(env)
    env.close()

    assert statuses(tmp_path / "runs.jsonl") == [("complete", "equal")] * 3
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "runs.jsonl",
        "runs.meta.json",
    ]


def test_the_file_is_what_files_of_their_own_are_together(tmp_path):
    together = doors(tmp_path)
    apart = market_v0.env("flights/rush", journal=tmp_path / "j.jsonl")
    for env in (together, apart):
        for seed in range(3):
            env.reset(seed=seed)
            env.step(0)
        env.close()

    assert (tmp_path / "runs.jsonl").read_bytes() == b"".join(
        (tmp_path / name).read_bytes() for name in ("j.jsonl", "j-2.jsonl", "j-3.jsonl")
    )


def test_a_run_has_reached_the_file_when_its_episode_is_over(tmp_path):
    env = doors(tmp_path)
    play(env, episodes=2)
    env.reset(seed=9)

    assert statuses(tmp_path / "runs.jsonl") == [("complete", "equal")] * 2
    env.close()
    assert statuses(tmp_path / "runs.jsonl") == [("complete", "equal")] * 3


@pytest.mark.parametrize(("durability", "forced"), [("none", 0), ("end", 2)])
def test_runs_are_forced_onto_the_disk_as_asked(
    tmp_path, monkeypatch, durability, forced
):
    calls, real = [], os.fsync
    monkeypatch.setattr(os, "fsync", lambda handle: (calls.append(1), real(handle)))
    env = doors(tmp_path, durability=durability)
    play(env, episodes=3, steps=2)  # the third goes on

    assert len(calls) == forced
    env.close()
    assert len(calls) > forced


def test_what_follows_a_close_goes_into_another_file(tmp_path):
    env = doors(tmp_path)
    play(env, episodes=2)
    env.close()
    env.close()
    play(env, episodes=1)
    env.close()

    assert statuses(tmp_path / "runs.jsonl") == [("complete", "equal")] * 2
    assert statuses(tmp_path / "runs-2.jsonl") == [("complete", "equal")]


def test_a_full_file_is_followed_by_another(tmp_path, monkeypatch):
    monkeypatch.setattr("test_time_gym.journal.journal_runs._FULL", 1)
    env = doors(tmp_path)
    play(env, episodes=2)
    env.close()

    assert statuses(tmp_path / "runs.jsonl") == [("complete", "equal")]
    assert statuses(tmp_path / "runs-2.jsonl") == [("complete", "equal")]


def test_a_file_that_exists_is_kept_unless_asked(tmp_path):
    (tmp_path / "runs.jsonl").write_bytes(b"mine")
    with pytest.raises(Misuse, match="exists"):
        doors(tmp_path).reset(seed=1)

    env = doors(tmp_path, overwrite=True)
    play(env, episodes=1)
    env.close()
    assert statuses(tmp_path / "runs.jsonl") == [("complete", "equal")]


def test_a_copy_leaves_the_open_file_behind(tmp_path):
    runs = JournalRuns(tmp_path / "runs.jsonl")
    sink = runs()
    for copied in (copy.deepcopy(runs), pickle.loads(pickle.dumps(runs))):
        copied.sync()

    sink.write(b"first\n")
    sink.close()
    runs.sync()
    assert (tmp_path / "runs.jsonl").read_bytes() == b"first\n"


def test_a_disk_that_fails_poisons_the_runs_that_follow(tmp_path, monkeypatch):
    runs = JournalRuns(tmp_path / "runs.jsonl")
    sink = runs()
    sink.write(b"first\n")

    def full(_handle, _data):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full)
        with pytest.raises(Misuse, match="No space left"):
            sink.close()
    with pytest.raises(Misuse, match="No space left"):
        runs().write(b"second\n")
    with pytest.raises(Misuse, match="No space left"):
        runs.sync()
    assert (tmp_path / "runs.jsonl").read_bytes() == b""


def test_runs_are_compressed_by_the_name_of_the_file(tmp_path):
    pytest.importorskip("zstandard")
    env = market_v0.env(
        "flights/rush", journal=tmp_path / "runs.jsonl.zst", one_file=True
    )
    play(env, episodes=2)
    env.close()

    assert statuses(tmp_path / "runs.jsonl.zst") == [("complete", "equal")] * 2


def test_the_single_door_writes_one_file_too(tmp_path):
    env = FlightBookingEnv(journal=tmp_path / "runs.jsonl", one_file=True)
    env.reset(seed=1)
    env.reset(seed=2)
    env.close()

    assert statuses(tmp_path / "runs.jsonl") == [("complete", "equal")] * 2


def test_an_unknown_durability_is_refused(tmp_path):
    with pytest.raises(Misuse, match="durability is none or end, not"):
        JournalRuns(tmp_path / "runs.jsonl", durability="turn")


def test_journals_are_opened_as_asked(tmp_path):
    assert episode_journals(None, one_file=True) is None
    assert isinstance(episode_journals(tmp_path / "j.jsonl"), JournalFiles)
    assert isinstance(
        episode_journals(tmp_path / "j.jsonl", one_file=True), JournalRuns
    )
