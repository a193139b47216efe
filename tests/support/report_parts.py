"""Journals that pages are made of, and what they carry."""

import base64
import json
import re
import struct
import zlib
from array import array

from test_time_gym.journal import read_journal
from test_time_gym.market.journal import PREFIX, canonical, chain, genesis

TYPES = {"u8": "B", "u16": "H", "u32": "I", "i32": "i", "f64": "d"}


def parts_of(made):
    """Return what a page carries, by the names of its elements."""
    found = re.findall(
        rb'<script type="application/octet-stream" id="([^"]+)">([^<]*)</script>', made
    )
    return {
        name.decode(): zlib.decompress(base64.b64decode(text)) for name, text in found
    }


def columns_of(packed):
    """Return the columns of a block, by name, as a browser would read them."""
    (head,) = struct.unpack_from("<I", packed)
    at, found = 4 + head, {}
    for name, kind, length in json.loads(packed[4:at]):
        at += -at % 8
        column = array(TYPES[kind])
        column.frombytes(packed[at : at + length * column.itemsize])
        at += length * column.itemsize
        found[name] = column
    return found


def rewritten(path, change):
    """Return a journal's lines with a right chain, each record as `change` makes it."""
    head, lines = genesis(), []
    for line in read_journal(path).lines:
        record = json.loads(b"{" + line[PREFIX:])
        body = canonical(change(record))
        head = chain(head, body)
        lines.append(b'{"h":"%b",%b\n' % (head.encode(), body[1:]))
    return b"".join(lines)


def repeated(path, times):
    """Return a journal whose records stand in it one time after the other.

    It has a right chain and describes no run, so that nothing of it is executed.
    """
    records = [json.loads(b"{" + line[PREFIX:]) for line in read_journal(path).lines]
    first, *others, _ = records
    first["d"] |= {"scenario": None, "seats": 7}
    head, lines = genesis(), []
    for k in range(times):
        by, later = k * len(others), k * (records[-1]["t"] + 1)
        for record in [*([first] if k == 0 else []), *others]:
            moved = {"n": by, "c": by if record["c"] else 0, "t": later}
            body = canonical(
                record | {x: record[x] + more for x, more in moved.items()}
            )
            head = chain(head, body)
            lines.append(b'{"h":"%b",%b\n' % (head.encode(), body[1:]))
    return b"".join(lines)
