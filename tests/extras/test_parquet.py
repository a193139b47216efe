"""Parquet: every step and every record, with rewards that sum to the results."""

import json
from pathlib import Path

import pytest

from test_time_gym import run
from test_time_gym.audit import audit
from test_time_gym.cli import main
from test_time_gym.export import Unexportable, export_parquet
from test_time_gym.export.parquet import EVENTS, STEPS
from test_time_gym.journal import read_journal
from test_time_gym.market.errors import Misuse
from test_time_gym.market.interface.reward import TERMS
from test_time_gym.replay import Diverged

pyarrow = pytest.importorskip("pyarrow", reason="an extra: make test-extras")
tables = pytest.importorskip("pyarrow.parquet")

pytestmark = pytest.mark.extras
DOCS = (Path(__file__).parents[2] / "docs/export.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    """Two runs with teams, refunds and failed payments, one of them compressed."""
    folder = tmp_path_factory.mktemp("played")
    return {
        name: run(scenario, agents, seed=5, journal=folder / name, regret=False)
        for name, scenario, agents in (
            ("family.jsonl", "flights/family", "random"),
            ("rush.jsonl.zst", "flights/rush", ["patient", "random", "first-offer"]),
            ("outage.jsonl", "flights/outage", "patient"),
        )
    }


@pytest.fixture(scope="module")
def journals(played):
    return [Path(result.episodes[0].journal) for result in played.values()]


@pytest.fixture(scope="module")
def exported(journals, tmp_path_factory):
    out = tmp_path_factory.mktemp("exported") / "tables"
    done = export_parquet(journals, out, observations=True)
    return done, *[tables.read_table(file) for file in done.files]


def test_rewards_sum_to_what_the_run_and_the_audit_say(played, exported):
    steps = exported[1].to_pylist()
    found, told = {}, {}
    for step in steps:
        key = step["journal"], step["agent"]
        found[key] = found.get(key, 0) + step["reward_milli"]
        if step["last"]:
            told[key] = step["total_milli"]
        assert step["reward_milli"] == sum(step[f"{name}_milli"] for name in TERMS)

    earned = {
        (name, agent): round(result.reward * 1000)
        for name, played_run in played.items()
        for agent, result in played_run.episodes[0].agents.items()
    }
    assert found == told == earned
    for path in (p for p in played if p.endswith("l")):
        # The audit computes each term of a reward again.
        assert audit(played[path].episodes[0].journal).findings == ()


def test_the_last_step_of_an_agent_has_its_outcome(played, exported):
    found = {
        (step["journal"], step["agent"]): (
            step["outcome"],
            step["paid_minor"],
            step["turn"],
            step["policy"],
        )
        for step in exported[1].to_pylist()
        if step["last"]
    }

    assert found == {
        (name, agent): (result.outcome, result.paid, result.steps, result.policy)
        for name, played_run in played.items()
        for agent, result in played_run.episodes[0].agents.items()
    }


def test_every_record_is_an_event_and_comes_back_whole(journals, exported):
    events = exported[2].to_pylist()

    expected = [
        (path.name, record.n, record.t, record.kind, record.actor, record.cause)
        for path in journals
        for record in read_journal(path).records()
    ]
    data = [record.data for path in journals for record in read_journal(path).records()]
    names = ("journal", "n", "t_ms", "kind", "actor", "cause")
    assert [tuple(event[name] for name in names) for event in events] == expected
    assert [json.loads(event["data"]) for event in events] == data
    assert {event["payment"] for event in events} > {None}


def test_the_schema_is_fixed_and_documented(exported):
    for table, columns in zip(exported[1:], (STEPS, EVENTS), strict=True):
        assert table.schema.names == list(columns)
        assert [name for name in columns if f"| `{name}`" not in DOCS] == (
            [f"{name}_milli" for name in TERMS[1:]] if "turn" in columns else []
        )
        for name, kind in columns.items():
            assert table.schema.field(name).type == getattr(pyarrow, kind)()
        assert table.schema.metadata[b"ttg.layout"] == b"1"
        assert table.schema.metadata[b"ttg.semantics"].isdigit()


def test_observations_are_those_that_the_agent_saw(tmp_path):
    seen = []

    def agent(page):
        seen.append(page)
        return {"verb": "search_flights"} if len(seen) == 1 else {"verb": "abort"}

    path = tmp_path / "j.jsonl"
    run("flights/sfo-mad", agent, seed=1, journal=path, regret=False)
    done = export_parquet([path], tmp_path / "out", observations=True)
    steps = tables.read_table(done.files[0]).to_pylist()

    assert [json.loads(step["observation"]) for step in steps] == seen
    assert json.loads(steps[0]["next_observation"]) == seen[1]
    assert json.loads(steps[1]["next_observation"])["last_action"] == "abort"


def test_without_observations_their_columns_are_empty(journals, tmp_path):
    done = export_parquet(journals[:1], tmp_path)

    table = tables.read_table(done.files[0])
    assert table["observation"].null_count == table.num_rows == done.steps


def test_an_agent_that_never_acts_has_a_step_for_its_outcome(journals, tmp_path):
    from tests.replay.conftest import bodies, forged

    outcome = (
        b'{"a":"buyer_1","c":0,"d":{"outcome":"violation","paid":null,'
        b'"terms":{"violation":-300}},"k":"outcome","n":1,"t":9}'
    )
    path = tmp_path / "j.jsonl"
    path.write_bytes(forged([bodies(journals[0])[0], outcome]))

    done = export_parquet([path], tmp_path / "out")
    step = tables.read_table(done.files[0]).to_pylist()[0]

    assert (done.steps, done.unfinished) == (1, (str(path),))
    assert (step["agent"], step["turn"], step["status"], step["total_milli"]) == (
        "buyer_1",
        0,
        "none",
        -300,
    )


def test_nothing_is_replaced_or_left_half_done(journals, tmp_path):
    export_parquet(journals[:1], tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    with pytest.raises(Misuse, match=r"steps\.parquet exists"):
        export_parquet(journals, tmp_path)
    with pytest.raises(Unexportable, match="is the same run as"):
        export_parquet([*journals, journals[0]], tmp_path, overwrite=True)
    after = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    again = export_parquet(journals[:1], tmp_path, overwrite=True)

    assert before == after
    assert sorted(before) == ["events.parquet", "steps.parquet"]
    assert again.journals == 1


def test_damaged_journals_have_the_exit_codes_of_verify(journals, tmp_path, capsys):
    data = journals[0].read_bytes()
    cases = {
        "corrupt.jsonl": data.replace(b'"turn":2', b'"turn":3', 1),
        "unsupported.jsonl": data[:-1] + b"x\n",
        "empty.jsonl": b"",
        "cut.jsonl": data[: data[:-1].rindex(b"\n") + 1],
    }
    codes = {}
    for name, content in cases.items():
        path, out = tmp_path / name, tmp_path / f"{name}.out"
        path.write_bytes(content)
        codes[name] = main(["export", str(path), "--to", "parquet", "--out", str(out)])
        capsys.readouterr()

    assert codes == {
        "corrupt.jsonl": 4,
        "unsupported.jsonl": 4,
        "empty.jsonl": 3,
        "cut.jsonl": 3,
    }
    assert (tmp_path / "cut.jsonl.out" / "steps.parquet").exists()
    assert not list((tmp_path / "corrupt.jsonl.out").glob("*"))


def test_a_run_that_comes_out_differently_has_no_observations(journals, tmp_path):
    from tests.replay.conftest import altered

    path = tmp_path / "forged.jsonl"
    turn = next(
        record.n
        for record in read_journal(journals[2]).records()
        if record.kind == "payment_started"
    )
    forged = altered(journals[2], turn, lambda record: record["d"].update(amount=1))
    path.write_bytes(forged)

    with pytest.raises(Diverged):
        export_parquet([path], tmp_path / "out", observations=True)

    assert list((tmp_path / "out").iterdir()) == []
    assert export_parquet([path], tmp_path / "out").journals == 1


def test_the_command_says_what_it_wrote(journals, tmp_path, capsys):
    paths = list(map(str, journals))

    code = main(["export", *paths, "--to", "parquet", "--out", str(tmp_path), "--json"])

    said = json.loads(capsys.readouterr().out)
    assert (code, said["journals"], said["unfinished"]) == (0, 3, [])
    assert sorted(said) == ["events", "files", "journals", "steps", "unfinished"]


def test_an_export_that_fails_leaves_the_tables_that_were_there(
    tmp_path, journals, monkeypatch
):
    export_parquet(journals[:1], tmp_path)
    before = {one.name: one.read_bytes() for one in tmp_path.iterdir()}

    def full(_handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(Misuse, match=r"steps.parquet cannot be written: No space"):
        export_parquet(journals, tmp_path, overwrite=True)

    assert {one.name: one.read_bytes() for one in tmp_path.iterdir()} == before


def test_an_export_replaces_a_link_and_never_what_it_leads_to(tmp_path, journals):
    (tmp_path / "precious").write_text("precious")
    (tmp_path / "steps.parquet").symlink_to("precious")

    export_parquet(journals[:1], tmp_path, overwrite=True)

    assert (tmp_path / "precious").read_text() == "precious"
    assert not (tmp_path / "steps.parquet").is_symlink()
