"""`ttgym export` without its libraries."""

import sys

import pytest

from test_time_gym import run


@pytest.mark.parametrize(
    ("to", "module", "extra"),
    [("parquet", "pyarrow", "parquet"), ("minari", "h5py", "minari")],
)
def test_a_missing_extra_is_named_and_nothing_is_written(
    ttgym, folder, monkeypatch, to, module, extra
):
    run("flights/sfo-mad", "cheapest", journal=folder / "j.jsonl", regret=False)
    before = sorted(folder.iterdir())
    monkeypatch.setitem(sys.modules, module, None)

    answer = ttgym("export", "j.jsonl", "--to", to, "--out", "out")

    assert (answer.code, answer.out) == (2, "")
    assert answer.err.endswith(f"needs more: pip install 'test-time-gym[{extra}]'\n")
    assert sorted(folder.iterdir()) == before


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (["--to", "csv", "--out", "x"], "'csv'"),
        (["--to", "parquet"], "--out"),
        (["--to", "parquet", "--out", "x", "--agent", "buyer_1"], "--to minari"),
        (["--to", "parquet", "--out", "x", "--skip-unfit"], "--to minari"),
        (["--to", "minari", "--out", "x", "--observations"], "--to parquet"),
    ],
)
def test_options_that_do_not_go_together_are_refused(ttgym, options, why):
    answer = ttgym("export", "j.jsonl", *options)

    assert (answer.code, answer.out) == (2, "")
    assert why in answer.err
