"""Bad journals are exported by no command that cannot tell what they hold."""

import shutil

import pytest
from tests.cli.bad.journals import DIVERGED, JOURNALS

from test_time_gym.cli import main

pytest.importorskip("pyarrow", reason="an extra: make test-extras")
pytest.importorskip("minari", reason="an extra: make test-extras")

pytestmark = pytest.mark.extras

NO_DOOR = "another tie rule"
"""Told as of a kind that no door plays, before anything is executed."""


@pytest.mark.parametrize("bad", JOURNALS, ids=lambda bad: bad.name)
def test_a_bad_journal_is_told_by_every_export(bad, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bad.jsonl").write_bytes(bad.data)
    codes = {}

    for name, options in {
        "parquet": ["--to", "parquet", "--out", "out"],
        "seen": ["--to", "parquet", "--observations", "--out", "out"],
        "minari": ["--to", "minari", "--out", "out/bad-v0"],
    }.items():
        codes[name] = int(main(["export", "bad.jsonl", *options]))
        out, err = capsys.readouterr()
        assert "bug" not in err
        assert not set("\x1b\u202e") & set(out + err)
        assert ("bad.jsonl" in err) == bool(codes[name])
        written = codes[name] in {0, 3} and any((tmp_path / "out").rglob("*.*"))
        assert written or not list((tmp_path / "out").glob("*"))
        shutil.rmtree(tmp_path / "out", ignore_errors=True)

    if bad.code != DIVERGED:
        assert codes == dict.fromkeys(codes, bad.code)
        return
    # The last record seals a run, and no export shows it.
    strict = 0 if bad.replay == 0 else 2 if bad.name == NO_DOOR else DIVERGED
    assert codes["parquet"] in {0, DIVERGED}
    assert codes["seen"] == strict
    # An action without a number is refused before it is executed.
    assert codes["minari"] in {2, strict}
