"""Streams: published test vectors, named and not spawned, unbiased."""

import pickle
import struct
from collections import Counter
from copy import deepcopy
from hashlib import blake2b
from math import sqrt

import pytest

from test_time_gym.market.errors import Misuse
from test_time_gym.market.streams import (
    MAX_SEED,
    BulkStream,
    Stream,
    Streams,
    expand,
)

# Seed, name, words 0 to 2 and 16 of the scalar stream, words 0 to 2 of the bulk stream.
VECTORS = [
    (
        0,
        ("task", 0),
        (0xC5B312E002BC0BD1, 0x1C20D2066A6A1234, 0xEE5BF8AACCFB6E26),
        0x6F740862A49FFD3F,
        (0x0BFE195B0A73BCC7, 0x4A84B816A08298C7, 0x91EB23F15ABF7F61),
    ),
    (
        7,
        ("issuer", 2, "tok_ok", 1),
        (0x15904F3CF341DA1, 0x47D887B49299C5E3, 0x53832FE45076FC8C),
        0xACB2828321EB2A34,
        (0x860B83DFEE9A5AE0, 0xA560228AFA6B9CDB, 0x913DACC28B23FBA5),
    ),
    (
        MAX_SEED - 1,
        ("demand", "ü", "SFO"),
        (0x7304019F4DA5B985, 0x10ED2CC9A00C2F3D, 0xB41902E88235BDEA),
        0xF686C5DB401A0B0,
        (0xB7F827F8EC13F27F, 0x671F1B26FF5A3814, 0x278BB124BA5F55DD),
    ),
]


def key_by_hand(seed, *name):
    """Build a stream's key as the format says it, in other words than the code."""
    parts = [
        (b"i" if isinstance(part, int) else b"s", str(part).encode()) for part in name
    ]
    text = b"".join(struct.pack("<I", len(raw)) + kind + raw for kind, raw in parts)
    root = blake2b(b"%d" % seed, digest_size=32, person=b"ttg.root.v1").digest()
    return blake2b(text, digest_size=32, key=root, person=b"ttg.stream.v1").digest()


@pytest.mark.parametrize(("seed", "name", "first", "later", "bulk"), VECTORS)
def test_words_equal_the_published_vectors(seed, name, first, later, bulk):
    streams = Streams(seed)

    words = [streams.get(*name).word() for _ in range(17)]

    assert (tuple(words[:3]), words[16]) == (first, later)
    assert tuple(streams.bulk(*name).block()[:3]) == bulk


@pytest.mark.parametrize(("seed", "name", "first", "later", "_bulk"), VECTORS)
def test_vectors_follow_from_the_format_alone(seed, name, first, later, _bulk):
    key = key_by_hand(seed, *name)

    blocks = [blake2b(struct.pack("<Q", j), key=key).digest() for j in range(3)]
    words = [word for block in blocks for word in struct.unpack("<8Q", block)]

    assert (tuple(words[:3]), words[16]) == (first, later)
    assert Streams(seed).key(*name) == key


def test_a_name_is_told_apart_by_the_length_and_type_of_its_parts():
    streams = Streams(1)

    keys = {
        streams.key("demand", "ab", "c"),
        streams.key("demand", "a", "bc"),
        streams.key("demand", "abc"),
        streams.key("demanda", "b", "c"),
        streams.key("demand", 1),
        streams.key("demand", "1"),
        Streams(2).key("demand", 1),
    }

    assert len(keys) == 7


@pytest.mark.parametrize(
    "duplicate", [deepcopy, lambda s: pickle.loads(pickle.dumps(s))]
)
@pytest.mark.parametrize("drawn", [0, 1, 7, 8, 9, 16, 100])
def test_a_copy_of_a_stream_goes_on_where_it_is(drawn, duplicate):
    stream = Streams(3).get("demo", 1)
    for _ in range(drawn):
        stream.word()

    copied = duplicate(stream)

    assert copied.drawn == drawn
    assert [copied.word() for _ in range(20)] == [stream.word() for _ in range(20)]


def test_using_one_stream_moves_no_other():
    lonely, crowded = Streams(5), Streams(5)
    for k in range(100):
        crowded.get("issuer", k).word()
        crowded.bulk("demand", k).block()
        crowded.get("task", 1).word()

    drawn = [crowded.get("task", 0).word() for _ in range(20)]

    assert drawn == [lonely.get("task", 0).word() for _ in range(20)]


def test_an_occurrence_does_not_depend_on_the_occurrences_before():
    often, once = Streams(5), Streams(5)
    for k in range(3):
        often.at(k, "issuer", 0, "tok_ok").word()

    assert (
        often.at(3, "issuer", 0, "tok_ok").word()
        == once.at(3, "issuer", 0, "tok_ok").word()
        != once.at(4, "issuer", 0, "tok_ok").word()
    )


def test_bulk_blocks_are_one_sequence_that_begins_short():
    key = Streams(3).key("demand")
    stream = BulkStream(key)

    blocks = [stream.block() for _ in range(3)]

    assert [len(block) for block in blocks] == [64, 1024, 1024]
    assert stream.drawn == 2112
    assert len({word for block in blocks for word in block}) == 2112


@pytest.mark.parametrize("bound", [1, 2, 3, 6, 7, 100, 1_000_000, 2**63 + 1])
def test_draws_below_a_bound_spread_evenly_over_it(bound):
    stream, draws = Streams(11).get("dice", bound), 6000
    cells = min(bound, 10)

    drawn = [stream.below(bound) for _ in range(draws)]

    assert all(0 <= value < bound for value in drawn)
    counts = Counter(value * cells // bound for value in drawn)
    chance = 1 / cells
    error = sqrt(draws * chance * (1 - chance))
    assert all(abs(counts[c] - draws * chance) <= 4 * error for c in range(cells))


def test_words_that_would_favour_small_values_are_rejected():
    stream = Stream(bytes(32))
    stream.drawn, stream._words = 1, (0, 2**64 - 1, 5)  # 2**64 % 3 == 1

    drawn = stream.below(3)

    assert (drawn, stream.drawn) == (2, 3)


@pytest.mark.parametrize("alone", range(10))
@pytest.mark.parametrize("together", [0, 1, 5, 7, 8, 9, 30])
def test_words_drawn_together_are_those_drawn_one_by_one(alone, together):
    stream, other = (Streams(3).get("opening") for _ in range(2))
    expected = [other.word() for _ in range(alone + together + 9)]

    drawn = [stream.word() for _ in range(alone)]
    drawn += stream.words(together)
    drawn += [stream.word() for _ in range(9)]

    assert drawn == expected
    assert stream.drawn == other.drawn


@pytest.mark.parametrize("before", [0, 3, 8])
@pytest.mark.parametrize("passed", [1, 5, 8, 13])
def test_a_choice_of_one_thing_takes_a_word_like_any_other(before, passed):
    other = Streams(3).get("task", 0)
    expected = [other.word() for _ in range(before + passed + 9)]

    for together in (False, True):
        stream = Streams(3).get("task", 0)
        drawn = [stream.word() for _ in range(before)]
        if together:
            stream.skip(passed)
        else:
            assert [stream.below(1) for _ in range(passed)] == [0] * passed
        drawn += [stream.word() for _ in range(9)]

        assert drawn == expected[:before] + expected[before + passed :]
        assert stream.drawn == other.drawn


def test_a_chance_is_met_as_often_as_it_says_and_always_draws():
    stream, tries = Streams(4).get("chance"), 20_000

    met = sum(stream.chance(300_000) for _ in range(tries))

    assert abs(met - 0.3 * tries) <= 4 * sqrt(tries * 0.3 * 0.7)
    before = stream.drawn
    assert (stream.chance(0), stream.chance(1_000_000)) == (False, True)
    assert stream.drawn == before + 2


def test_counters_tell_how_far_every_stream_has_come():
    streams = Streams(1)
    streams.get("task", 1).word()
    streams.get("lottery", 0).below(2)
    streams.bulk("demand", "leisure").block()

    assert streams.counters() == [
        ("demand/leisure", 64),
        ("lottery/0", 1),
        ("task/1", 1),
    ]


@pytest.mark.parametrize(
    "seed",
    [-1, MAX_SEED, 10**5000, 1.0, True, "7", None, float("nan"), b"7"],
    ids=lambda seed: type(seed).__name__,
)
def test_a_seed_that_is_no_integer_in_range_is_refused(seed):
    with pytest.raises(Misuse, match="a seed is an integer"):
        Streams(seed)


def test_the_whole_range_of_seeds_is_distinct_at_its_ends():
    words = {Streams(seed).get("x").word() for seed in (0, 1, 2**64, MAX_SEED - 1)}

    assert len(words) == 4


def test_one_word_expands_to_itself_and_the_published_splitmix64_sequence():
    assert expand(1234567, 6) == [
        1234567,
        6457827717110365317,
        3203168211198807973,
        9817491932198370423,
        4593380528125082431,
        16408922859458223821,
    ]
    assert expand(2**64 - 1, 1) == [2**64 - 1]
