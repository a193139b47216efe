"""What another program made of a journal is told in a sentence."""

import bz2
import gzip
import lzma

import pytest

from test_time_gym.replay import verify
from test_time_gym.replay.auditing import audit

DISGUISES = {
    "CRLF": (lambda data: data.replace(b"\n", b"\r\n"), "carriage returns (CRLF)"),
    "CR": (lambda data: data.replace(b"\n", b"\r"), "carriage returns (CRLF)"),
    "BOM": (lambda data: b"\xef\xbb\xbf" + data, "begins with a byte order mark"),
    "BOM and CRLF": (
        lambda data: b"\xef\xbb\xbf" + data.replace(b"\n", b"\r\n"),
        "begins with a byte order mark",
    ),
    "UTF-16": (lambda data: data.decode().encode("utf-16"), "it is UTF-16 text"),
    "gzip": (gzip.compress, "it is compressed by gzip: unpack it first"),
    "bzip2": (bz2.compress, "it is compressed by bzip2: unpack it first"),
    "xz": (lzma.compress, "it is compressed by xz: unpack it first"),
    "LFS": (
        lambda _data: b"version https://git-lfs.github.com/spec/v1\noid sha256:00\n",
        "a pointer of Git LFS",
    ),
    "laid out": (
        lambda data: data.replace(b'{"h"', b'{\n  "h"', 1),
        "JSON that was reformatted",
    ),
}


@pytest.mark.parametrize("disguise", DISGUISES)
def test_a_sentence_says_what_became_of_the_journal(small, written, disguise):
    change, why = DISGUISES[disguise]
    path = written(change(small.read_bytes()))

    found, audited = verify(path, reexecute=True), audit(path)

    assert found.status in ("corrupt", "torn")
    assert (found.records, found.replay, audited.records) == (0, "skipped", 0)
    assert why in found.reason
    # The audit names the rule in words of its own.
    assert audited.reason.endswith(found.reason[found.reason.index(why) :])


def test_a_compressed_journal_without_its_ending_says_which_it_needs(small, written):
    zstandard = pytest.importorskip("zstandard")
    path = written(zstandard.compress(small.read_bytes()))

    assert "its name has to end with .zst" in verify(path).reason


def test_one_line_with_crlf_is_told_where_it_stands(small, written):
    lines = small.read_bytes().splitlines(keepends=True)
    lines[3] = lines[3].replace(b"\n", b"\r\n")

    found = verify(written(b"".join(lines)))

    assert (found.status, found.records) == ("corrupt", 3)
    assert found.reason.startswith(
        "record 3: the hash does not match: its line ends with CRLF"
    )


def test_what_is_advised_gives_the_journal_back(small, written):
    data = small.read_bytes()

    crlf = data.replace(b"\n", b"\r\n").replace(b"\r", b"")
    bom = (b"\xef\xbb\xbf" + data)[3:]

    assert [verify(written(one)).status for one in (crlf, bom)] == ["complete"] * 2
