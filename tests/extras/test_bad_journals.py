"""Bad journals are exported by no command that cannot tell what they hold."""

import shutil

import pytest
from tests.cli.bad.journals import DIVERGED, JOURNALS

from test_time_gym.cli import main

pytest.importorskip("pyarrow", reason="an extra: make test-extras")
pytest.importorskip("minari", reason="an extra: make test-extras")

pytestmark = pytest.mark.extras

OTHERWISE = {
    # A run in a drawn order is played by no door, and this is not even that.
    "another tie rule": {"seen": 2},
    # What no record follows is never compared.
    "header and end": {"seen": 0, "minari": 2},
}
"""Exit codes of what could be told apart only by playing it to its end."""


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

    sealed = bad.replay == 0 and bad.code == DIVERGED
    strict = {"seen": 0 if sealed else bad.code, "minari": 0 if sealed else bad.code}
    told = bad.code if bad.code != DIVERGED else codes["parquet"]
    assert codes == {"parquet": told} | strict | OTHERWISE.get(bad.name, {})
    assert told in {0, bad.code}
