"""Mutations: a sound journal with one thing changed, under a flawless chain.

Every field of every record, and every record as a whole, is altered to something
plausible: a value that stands elsewhere in the journal, a neighbour of the old one.
"""

import copy
import io
import json
from collections import defaultdict
from random import Random
from typing import NamedTuple

from tests.audit.story import Story

from test_time_gym.audit import audit

CHANGES = ("field",) * 8 + (
    "actor",
    "cause",
    "time",
    "delete",
    "double",
    "swap",
    "insert",
)
LATER_MS = 1000


class Mutation(NamedTuple):
    """One thing that was changed."""

    what: str
    """Kind of record and field, or what was done to the record as a whole."""
    record: int
    """Its number in the sound journal."""
    old: object
    new: object


class NoChange(Exception):
    """The dice asked for what this journal has no place for."""


class Subject:
    """A journal to be mutated.

    Args:
        name: for people.
        data: its bytes.
    """

    def __init__(self, name, data):
        self.name = name
        self.story = Story(data)
        self.names = [seat["name"] for seat in self.story.records[0]["d"]["seats"]]
        self.values = defaultdict(list)
        for record in self.story.records[1:]:
            for path in paths(record["d"]):
                self.values[field_of(record, path)].append(value_at(record["d"], path))

    def mutated(self, dice):
        """Return the bytes of the journal with one change, and the change.

        Raises:
            NoChange: the dice made none.
        """
        story = self.story.copy()
        number = dice.randrange(len(story.records))
        if number == 0:
            mutation = self._header(story, dice)
        else:
            change = dice.choice(CHANGES)
            mutation = getattr(self, f"_{change}")(story, number, dice)
        if mutation.old == mutation.new:
            raise NoChange
        return story.seal(), mutation

    def _header(self, story, dice):
        header = story.records[0]["d"]
        path = dice.choice(sorted(paths(header), key=str))
        old = value_at(header, path)
        new = other(old, [old], dice)
        put(header, path, new)
        place = "scenario" if path[0] == "scenario" else dotted(path)
        return Mutation(f"header {place}", 0, old, new)

    def _field(self, story, number, dice):
        record = story.records[number]
        found = list(paths(record["d"]))
        if not found or (record["k"] == "end" and len(found) == 1):
            raise NoChange
        path = dice.choice(found)
        field = field_of(record, path)
        if field == "end count":
            # Sealing the story counts again.
            raise NoChange
        old = value_at(record["d"], path)
        new = other(old, self.values[field], dice)
        put(record["d"], path, new)
        return Mutation(field, number, old, new)

    def _actor(self, story, number, dice):
        record = story.records[number]
        old, record["a"] = record["a"], dice.choice([*self.names, ""])
        return Mutation(f"{record['k']} actor", number, old, record["a"])

    def _cause(self, story, number, dice):
        record = story.records[number]
        old, new = record["c"], dice.choice([0, number - 1, dice.randrange(number)])
        record["c"] = new
        return Mutation(f"{record['k']} cause", number, old, new)

    def _time(self, story, number, dice):
        records = story.records
        record, last = records[number], number + 1 == len(records)
        first = records[number - 1]["t"]
        then = record["t"] + LATER_MS if last else records[number + 1]["t"]
        old = record["t"]
        new = dice.choice([old - 1, old + 1, first, then, (first + then) // 2])
        if not first <= new <= then:
            raise NoChange
        record["t"] = new
        return Mutation(f"{record['k']} time", number, old, new)

    def _delete(self, story, number, dice):
        record = story.records[number]
        if record["k"] == "end":
            raise NoChange
        story.drop(record)
        return Mutation(f"{record['k']} deleted", number, record["d"], None)

    def _double(self, story, number, dice):
        record = story.records[number]
        if record["k"] == "end":
            raise NoChange
        story.add(record, record["k"], copy.deepcopy(record["d"]))
        return Mutation(f"{record['k']} doubled", number, None, record["d"])

    def _swap(self, story, number, dice):
        if number + 2 >= len(story.records):
            raise NoChange
        one, two = story.records[number : number + 2]
        before = [unnumbered(one), unnumbered(two)]
        one["t"], two["t"] = two["t"], one["t"]
        story.records[number : number + 2] = two, one
        kinds = f"{one['k']} swapped with {two['k']}"
        return Mutation(kinds, number, before, [unnumbered(two), unnumbered(one)])

    def _insert(self, story, number, dice):
        if number + 1 == len(story.records):
            raise NoChange
        model = dice.choice(story.records[1:-1])
        at = story.records[number]
        new = story.add(
            at, model["k"], copy.deepcopy(model["d"]), a=model["a"], c=model["c"]
        )
        return Mutation(f"{model['k']} inserted", number, None, new["d"])


def unnumbered(record):
    return [record[key] for key in "acdkt"]


def dotted(path):
    return ".".join("*" if type(key) is int else key for key in path)


def field_of(record, path):
    """Return what a field is called: by kind, of actions status and verb, and path."""
    kind = record["k"]
    if kind == "act":
        kind += f" {record['d']['status']} {record['d']['verb']}".rstrip()
    return f"{kind} {dotted(path)}"


def paths(value, before=()):
    """Yield the path of every leaf, and of every list."""
    if isinstance(value, dict):
        for key in value:
            yield from paths(value[key], (*before, key))
        return
    yield before
    if isinstance(value, list):
        for place, inner in enumerate(value):
            yield from paths(inner, (*before, place))


def value_at(value, path):
    for key in path:
        value = value[key]
    return value


def put(value, path, new):
    for key in path[:-1]:
        value = value[key]
    value[path[-1]] = new


def other(old, known, dice):
    """Return a plausible value in place of another one."""
    if isinstance(old, bool):
        return not old
    if isinstance(old, int):
        return dice.choice([old + 1, old - 1, old + 1000, 0, dice.choice(known)])
    if isinstance(old, str):
        return dice.choice(
            [dice.choice(known), dice.choice(known), old + "x", old[:-1]]
        )
    if old is None:
        return dice.choice([1, dice.choice(known)])
    new = list(old)
    how = dice.choice(("drop", "double", "turn"))
    if how == "drop" and new:
        del new[dice.randrange(len(new))]
    elif how == "double" and new:
        new.append(copy.deepcopy(dice.choice(new)))
    else:
        new.reverse()
    return new


def examined(data):
    """Return the rules that find something, or the status of what is no journal."""
    found = audit("forged.jsonl", stream=io.BytesIO(data))
    if found.status != "complete":
        return [found.status]
    return sorted({finding.rule for finding in found.findings})


def campaign(subjects, count, seed):
    """Mutate journals at random; yield each subject, mutation and what found it."""
    dice = Random(seed)
    while count:
        subject = dice.choice(subjects)
        try:
            data, mutation = subject.mutated(dice)
        except NoChange:
            continue
        count -= 1
        yield subject, mutation, examined(data)


def shown(mutation):
    """Return a mutation as one line."""
    old, new = (json.dumps(value)[:100] for value in mutation[2:])
    return f"record {mutation.record}, {mutation.what}: {old} -> {new}"
