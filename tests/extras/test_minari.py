"""Minari: episodes that the recovered environment plays again, number by number."""

import json
from pathlib import Path

import gymnasium
import numpy as np
import pytest

from test_time_gym import market_v0, run
from test_time_gym.cli import main
from test_time_gym.export import Unfit, export_minari
from test_time_gym.journal import read_journal
from test_time_gym.market.errors import Misuse

minari = pytest.importorskip("minari", reason="an extra: make test-extras")
pytest.importorskip("h5py")
pytest.importorskip("PIL")

pytestmark = [
    pytest.mark.extras,
    pytest.mark.filterwarnings("ignore:Package test-time-gym is not installed"),
]

ENV = {
    "scenario": "flights/rush",
    "observation": "vector",
    "n_agents": 3,
    "others": {"buyer_1": "random", "buyer_2": "patient"},
}


def record(path: Path, seed: int, *, masked: bool = True, **options) -> list[float]:
    """Play at random; without masks many actions are illegal or point at nothing."""
    made = ENV | options | {"journal": path}
    env = gymnasium.make("TestTimeGym/FlightBooking-v0", **made)
    seen, _ = env.reset(seed=seed)
    env.action_space.seed(seed)
    rewards, done = [], False
    abort = 35 - 1
    while not done:
        mask = seen["action_mask"].copy() if masked else np.ones(48, np.int8)
        mask[abort] = 0
        seen, reward, terminated, truncated, _ = env.step(env.action_space.sample(mask))
        rewards.append(reward)
        done = terminated or truncated
    env.close()
    return rewards


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    folder = tmp_path_factory.mktemp("recorded")
    return {
        folder / f"{k}.jsonl.zst": record(
            folder / f"{k}.jsonl.zst", 2**70 if k == 3 else k, masked=k % 2 == 0
        )
        for k in range(4)
    }


@pytest.fixture(scope="module")
def dataset(recorded, tmp_path_factory):
    out = tmp_path_factory.mktemp("datasets") / "rush-v2"
    return export_minari(list(recorded), out)


@pytest.fixture
def loaded(dataset, monkeypatch):
    monkeypatch.setenv("MINARI_DATASETS_PATH", dataset.folder)
    return minari.load_dataset(dataset.dataset)


def test_minari_loads_what_was_exported(recorded, dataset, loaded):
    assert (dataset.dataset, dataset.episodes, dataset.unfit) == ("rush-v2", 4, ())
    assert (dataset.recoverable, dataset.reason) == (True, "")
    assert loaded.total_episodes == 4
    assert loaded.total_steps == dataset.steps == sum(map(len, recorded.values()))
    for episode, rewards in zip(loaded, recorded.values(), strict=True):
        assert list(episode.rewards) == rewards
        assert list(episode.terminations[:-1]) == [False] * (len(rewards) - 1)
        assert bool(episode.terminations[-1]) is not bool(episode.truncations[-1])
    assert list(minari.list_local_datasets()) == ["rush-v2"]


def test_the_recovered_environment_plays_every_episode_again(loaded):
    env = loaded.recover_environment()
    seeds = [
        int(told["run_seed"])
        for told in loaded.storage.get_episode_metadata(loaded.episode_indices)
    ]

    for seed, episode in zip(seeds, loaded, strict=True):
        seen = [env.reset(seed=seed)[0]]
        ends = []
        for action in episode.actions:
            observation, reward, *ended, _ = env.step(int(action))
            seen.append(observation)
            ends.append((reward, *ended))

        for key in ("observation", "action_mask"):
            assert np.array_equal(
                np.stack([one[key] for one in seen]), episode.observations[key]
            )
        assert ends == list(
            zip(episode.rewards, episode.terminations, episode.truncations, strict=True)
        )
    assert seeds == [0, 1, 2, 2**70]


def test_malformed_and_illegal_actions_keep_their_numbers(recorded, loaded):
    path = list(recorded)[1]
    said = [
        one.data["status"]
        for one in read_journal(path).records()
        if one.kind == "act" and one.actor == "buyer_0"
    ]

    assert {"malformed", "illegal"} < set(said)
    assert len(loaded[1].actions) == len(said)


def test_an_action_without_a_number_is_refused_by_its_record(tmp_path):
    path = tmp_path / "j.jsonl"
    run("flights/sfo-mad", "cheapest", seed=7, journal=path, regret=False)

    with pytest.raises(
        Unfit, match=r"record \d+ \(confirm_payment of buyer_0\) has no number"
    ):
        export_minari([path], tmp_path / "out")
    assert list(tmp_path.iterdir()) != []
    assert not list(tmp_path.glob("*out*"))


def test_journals_that_do_not_fit_are_left_out_and_counted(recorded, tmp_path):
    strange = tmp_path / "j.jsonl"
    run("flights/sfo-mad", "cheapest", seed=7, journal=strange, regret=False)

    done = export_minari(
        [strange, *list(recorded)[:2]], tmp_path / "out", skip_unfit=True
    )

    assert (done.dataset, done.episodes, len(done.unfit)) == ("out-v0", 2, 1)
    with pytest.raises(Unfit, match="no journal fits"):
        export_minari([strange], tmp_path / "none", skip_unfit=True)


def test_another_agents_episode_is_exported_without_an_environment(tmp_path):
    path = tmp_path / "j.jsonl"
    env = market_v0.parallel_env("flights/rush", n_agents=2, journal=path)
    _, infos = env.reset(seed=3)
    total = 0.0
    for name in env.agents:
        env.action_space(name).seed(1)
    while env.agents:
        actions = {
            name: env.action_space(name).sample(infos[name]["action_mask"])
            for name in env.agents
        }
        _, rewards, _, _, infos = env.step(actions)
        total += rewards["buyer_1"]
    env.close()

    done = export_minari([path], tmp_path / "out", agent="buyer_1")
    episode = minari.MinariDataset(tmp_path / "out-v0" / "data")[0]

    assert (done.recoverable, done.reason) == (
        False,
        "the environment lets buyer_0 act, not buyer_1",
    )
    assert round(sum(episode.rewards) * 1000) == round(total * 1000)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"others": {"buyer_1": lambda _page: {"verb": "wait"}}}, "nobody whom it can"),
        ({"scenario": "changed"}, "none that comes with Test-Time Gym"),
    ],
)
def test_an_environment_that_cannot_be_named_is_not(tmp_path, changes, reason):
    if "scenario" in changes:
        from test_time_gym import load_scenario

        changed = load_scenario("flights/rush").model_copy(update={"name": "mine"})
        changes = {"scenario": changed}
    path = tmp_path / "j.jsonl"
    record(path, 1, **changes)

    done = export_minari([path], tmp_path / "out")

    assert not done.recoverable
    assert reason in done.reason


def test_an_environment_that_plays_otherwise_is_not_named(tmp_path):
    """The header's labels are what the environment is made from."""
    from tests.replay.conftest import altered

    path = tmp_path / "j.jsonl"

    def looking(page):
        if page["turns_left"] % 2:
            return {"verb": "search_flights"}
        return {"verb": "wait", "payload": "1"}

    run("flights/rush", [looking, *["cheapest"] * 7], seed=3, journal=path)

    def relabel(record):
        for seat in record["d"]["seats"]:
            seat["policy"] = "dummy"

    path.write_bytes(altered(path, 0, relabel))
    done = export_minari([path], tmp_path / "out")

    assert (done.recoverable, done.reason) == (
        False,
        "j.jsonl: the environment gives another episode",
    )


def test_an_episode_without_an_outcome_does_not_fit(tmp_path):
    path = tmp_path / "j.jsonl"
    record(path, 1)
    lines = path.read_bytes().splitlines(keepends=True)
    first = next(n for n, line in enumerate(lines) if b'"k":"outcome"' in line)
    path.write_bytes(b"".join(lines[:first]))

    with pytest.raises(Unfit, match="no outcome on record") as refusal:
        export_minari([path], tmp_path / "out")

    assert refusal.value.exit_code == 3


def test_only_a_dataset_is_replaced(recorded, tmp_path):
    journal = next(iter(recorded))
    (tmp_path / "mine-v0").mkdir()
    (tmp_path / "mine-v0" / "precious").touch()

    with pytest.raises(Misuse, match="is no dataset of Minari and is not replaced"):
        export_minari([journal], tmp_path / "mine", overwrite=True)
    with pytest.raises(Misuse, match="is no dataset's name"):
        export_minari([journal], tmp_path / "a name")
    export_minari([journal], tmp_path / "ours")
    with pytest.raises(Misuse, match="exists: choose another name"):
        export_minari([journal], tmp_path / "ours-v0")
    export_minari([journal], tmp_path / "ours", overwrite=True)

    assert (tmp_path / "mine-v0" / "precious").exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine-v0", "ours-v0"]


def test_a_dataset_that_cannot_take_its_place_leaves_the_one_that_was_there(
    recorded, tmp_path, monkeypatch
):
    journal, real = next(iter(recorded)), Path.rename
    export_minari([journal], tmp_path / "ours")
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}

    def refused(self, target):
        if self.name.endswith(".part"):
            raise OSError(28, "No space left on device", str(self))
        return real(self, target)

    monkeypatch.setattr(Path, "rename", refused)
    with pytest.raises(Misuse, match="cannot be written: No space left"):
        export_minari([journal], tmp_path / "ours", overwrite=True)

    after = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    assert after == before


def test_the_command_exports_and_refuses(recorded, tmp_path, capsys):
    paths = list(map(str, recorded))
    command = [
        "export",
        *paths,
        "--to",
        "minari",
        "--out",
        str(tmp_path / "d"),
        "--json",
    ]

    codes = [
        main(command),
        main([*command, "--overwrite", "--agent", "buyer_9"]),
        main([*command, "--observations"]),
    ]

    out, err = capsys.readouterr()
    assert codes == [0, 2, 2]
    assert sorted(json.loads(out)) == [
        "dataset",
        "episodes",
        "folder",
        "reason",
        "recoverable",
        "steps",
        "unfit",
    ]
    assert "has no seat 'buyer_9'" in err
