"""Work without end on the command line: told, refused, and done when it is wanted."""

import pytest
import tomli_w

from test_time_gym.scenarios import load_scenario


def dumped(**market):
    data = load_scenario("flights/rush").model_dump(
        mode="json", by_alias=True, exclude_none=True
    )
    data["market"] |= market
    return tomli_w.dumps(data)


def buyers(count):
    """Return a scenario with so many background buyers."""
    demand = load_scenario("flights/rush").market.model_dump(
        mode="json", by_alias=True
    )["demand"]
    for segment in demand:
        # Nobody of them can pay: what is long is that they come.
        segment |= {
            "buyers_per_departure": count,
            "willingness_median_minor": 1,
            "booking_curve": [[0, 0], [30_000, 1_000_000]],
        }
    fixed = {"kind": "fixed"}
    return dumped(demand=demand[:1], warm_up="simulate", pricing=fixed)


@pytest.mark.parametrize(
    "command",
    [
        ("run", "mine.toml"),
        ("bench", "--scenarios", "mine.toml", "--agents", "dummy"),
        ("learn", "mine.toml", "--agent", "dummy"),
    ],
    ids=lambda line: line[0],
)
def test_what_hardly_ends_is_refused_before_anything_is_done(ttgym, folder, command):
    (folder / "mine.toml").write_text(buyers(10_000_000))

    answer = ttgym(*command)

    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith("error: flights/rush asks for some ")
    assert "lift the limit with --allow-long" in answer.err
    assert [one.name for one in folder.iterdir()] == ["mine.toml"]


def test_what_takes_a_while_is_told_and_played(ttgym, folder):
    (folder / "mine.toml").write_text(buyers(600_000))
    options = ("--agents", "dummy", "--n-agents", "1", "--no-regret", "--no-verify")

    told = ttgym("run", "mine.toml", *options)
    lifted = ttgym("run", "mine.toml", *options, "--allow-long")

    assert (told.code, lifted.code) == (0, 0)
    # On a slow machine lines of progress follow.
    first = told.err.splitlines()[0]
    assert first.startswith("warning: flights/rush asks for some ")
    assert first.endswith("in every run: that takes a while")
    assert "warning" not in lifted.err
    assert told.out == lifted.out


def test_a_scenario_is_shown_with_what_it_asks_for(ttgym, folder):
    (folder / "mine.toml").write_text(buyers(10_000_000))

    long, usual = ttgym("scenarios", "mine.toml"), ttgym("scenarios", "flights/rush")

    assert (long.code, usual.code, usual.err) == (0, 0, "")
    assert long.err.startswith("warning: flights/rush asks for some ")
    assert "events    some 1,156 in a run, besides what agents do" in usual.out


def test_what_would_not_fit_into_memory_is_refused_before_anything_is_done(
    ttgym, folder
):
    line = ("market", "flights/rush", "--compare", "fixed", "emsr_b", "--keep", "kept")

    answer = ttgym(*line, "--memory", "150MB", "--workers", "2", "--seeds", "2")
    larger = ttgym("market", "flights/emsr", "--memory", "1GiB", "--seeds", "1")

    assert (answer.code, answer.out, larger.code) == (2, "", 0)
    assert "in each of 2 processes, and 150 MB are allowed: let fewer" in answer.err
    assert not list(folder.iterdir())
