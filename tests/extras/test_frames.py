"""Results as frames: the same rows and the same types, whatever is missing."""

import pytest

import test_time_gym as ttg

pytestmark = pytest.mark.extras

PANDAS = {int: "Int64", float: "float64", bool: "boolean", str: "object"}
POLARS = {int: "Int64", float: "Float64", bool: "Boolean", str: "String"}


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    folder = tmp_path_factory.mktemp("study")
    return {
        "run": ttg.run("flights/rush", ["cheapest", "dummy"], episodes=2),
        "bench": ttg.evaluate(["cheapest", "dummy"], "flights/sfo-mad", seeds=2),
        "study": ttg.learn(
            "flights/sites", "cheapest", episodes=2, seeds=1, out=folder
        ),
        "market": ttg.market("flights/emsr", seeds=1, elasticity=False),
        "comparison": ttg.compare("flights/emsr", ["declared", "fixed"], seeds=2),
    }


NAMES = ("run", "bench", "study", "market", "comparison")


@pytest.mark.parametrize("name", NAMES)
def test_a_frame_of_pandas_holds_every_row(results, name):
    pandas = pytest.importorskip("pandas")
    result = results[name]

    frame = result.to_pandas()

    assert {c: str(t) for c, t in frame.dtypes.items()} == {
        column: PANDAS[kind] for column, kind in result.COLUMNS.items()
    }
    cells = frame.astype(object).where(frame.notna(), None)
    assert cells.to_dict("records") == result.as_rows()
    assert isinstance(frame, pandas.DataFrame)


@pytest.mark.parametrize("name", NAMES)
def test_a_frame_of_polars_holds_every_row(results, name):
    pytest.importorskip("polars")
    result = results[name]

    frame = result.to_polars()

    assert {c: str(t) for c, t in frame.schema.items()} == {
        column: POLARS[kind] for column, kind in result.COLUMNS.items()
    }
    assert frame.to_dicts() == result.as_rows()


def test_seeds_beyond_64_bits_are_text():
    pytest.importorskip("pandas")
    pytest.importorskip("polars")
    seed = 2**128 - 1
    result = ttg.run("flights/sfo-mad", "cheapest", seed=seed, regret=False)

    assert list(result.to_pandas()["seed"]) == [str(seed)]
    assert list(result.to_polars()["seed"]) == [str(seed)]
