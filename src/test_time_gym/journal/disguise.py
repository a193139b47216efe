"""Disguises: what other programs make of a journal, told by its first bytes."""

from typing import Final

__all__ = ["disguise_of", "disguised"]

_UNPACK: Final = "unpack it first, as with"
_MARKED: Final = "it begins with a byte order mark: take it away, as with tail -c +4"
_STARTS: Final = (
    (b"\xef\xbb\xbf", _MARKED),
    (b"\xff\xfe", "it is UTF-16 text: something saved it again; copy it as bytes"),
    (b"\xfe\xff", "it is UTF-16 text: something saved it again; copy it as bytes"),
    (b"\x1f\x8b", f"it is compressed by gzip: {_UNPACK} gzip -dc"),
    (b"BZh", f"it is compressed by bzip2: {_UNPACK} bzip2 -dc"),
    (b"\xfd7zXZ\0", f"it is compressed by xz: {_UNPACK} xz -dc"),
    (b"\x04\x22\x4d\x18", f"it is compressed by lz4: {_UNPACK} lz4 -dc"),
    (b"PK\x03\x04", f"it is a ZIP archive: {_UNPACK} unzip -p"),
    (
        b"\x28\xb5\x2f\xfd",
        "it is compressed by zstandard: its name has to end with .zst",
    ),
    (
        b"version https://git-lfs",
        "it is a pointer of Git LFS, not the journal: git lfs pull fetches it",
    ),
    (b"SQLite format 3\0", "it is a database of SQLite, such as a memory"),
)
_RECORD: Final = b'{"h":"'


def disguise_of(start: bytes) -> str | None:
    r"""Return what a file is that should be a journal, in words; None: not known.

    Args:
        start: its first line, or as much of it as there is.

    >>> disguise_of(b"\x1f\x8b\x08")
    'it is compressed by gzip: unpack it first, as with gzip -dc'
    >>> disguise_of(b'{"h":"0123","a":""}\n') is None
    True
    """
    for magic, told in _STARTS:
        if start.startswith(magic):
            return told
    if b"\r" in start and start.lstrip().startswith(_RECORD):
        # No record has one: canonical JSON writes it as \r.
        return (
            "its lines end with carriage returns (CRLF): copied as a text; "
            "take them away, as with tr -d '\\r'"
        )
    if start.rstrip(b"\n").strip() in (b"{", b"[") and start.endswith(b"\n"):
        return "it is JSON that was reformatted: a record is a line of its own"
    return None


def disguised(start: bytes) -> str:
    """Return what to add to the reason why a file's first line is no record."""
    told = disguise_of(start)
    return "" if told is None else f": {told}"
