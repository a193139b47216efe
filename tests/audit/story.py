"""A journal to be forged: its records as values, and a right chain at the end."""

import copy
import json
from hashlib import blake2b


class NotHere(Exception):
    """This journal has no place for the forgery."""


def spelled(value):
    """Return canonical JSON, by the standard library alone."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


class Story:
    """Records that can be changed, left out and added."""

    def __init__(self, data):
        self.records = [json.loads(line) for line in data.splitlines()]
        for record in self.records:
            del record["h"]

    def copy(self):
        twin = Story(b"")
        twin.records = copy.deepcopy(self.records)
        return twin

    @property
    def scenario(self):
        return self.records[0]["d"]["scenario"]

    @property
    def market(self):
        return self.scenario["market"]

    def all(self, kind, test=lambda _: True):
        """Return the records of a kind that pass a test on themselves."""
        return [r for r in self.records if r["k"] == kind and test(r)]

    def first(self, kind, test=lambda _: True):
        """Return the first of them.

        Raises:
            NotHere: there is none.
        """
        found = self.all(kind, test)
        if not found:
            raise NotHere
        return found[0]

    def acts(self, verb):
        return self.all("act", lambda r: r["d"]["verb"] == verb and ok(r))

    def of(self, payment, kind=None):
        """Return the records of a payment."""
        return [
            r
            for r in self.records
            if r["d"].get("payment") == payment and kind in {None, r["k"]}
        ]

    def after(self, record):
        """Return the next record."""
        return self.records[self.records.index(record) + 1]

    def drop(self, *records):
        for record in records:
            self.records.remove(record)

    def add(self, after, kind, data, **changes):
        """Insert a record right after another one."""
        new = {**after, "k": kind, "d": data, "n": -1, **changes}
        self.records.insert(self.records.index(after) + 1, new)
        return new

    def seal(self):
        """Number and chain everything again, and return the bytes."""
        numbers = {r["n"]: n for n, r in enumerate(self.records) if r["n"] >= 0}
        head, lines = blake2b(b"ttg.journal.v1", digest_size=16).hexdigest(), []
        for n, record in enumerate(self.records):
            record["c"] = numbers.get(record["c"], max(0, n - 1)) if record["c"] else 0
        for n, record in enumerate(self.records):
            record["n"] = n
            if record["k"] == "end":
                record["d"]["count"] = n
            body = spelled(record)
            head = blake2b(head.encode() + body, digest_size=16).hexdigest()
            lines.append(b'{"h":"' + head.encode() + b'",' + body[1:] + b"\n")
        return b"".join(lines)


def ok(record):
    return record["d"]["status"] == "ok"
