"""The journal: whole records, numbered without gaps, each chained to the one before."""

from hashlib import blake2b

import pytest
from fakes import Lines

from test_time_gym.market.events import ChallengePassed, PaymentDeclined
from test_time_gym.market.journal import JournalWriter, canonical, chain, genesis

PASSED = ChallengePassed(payment="pay-0-1")
DECLINED = PaymentDeclined(payment="pay-0-1", reason="soft_decline")

FIRST = b'"a":"","c":0,"d":{"payment":"pay-0-1"},"k":"challenge_passed","n":0,"t":5}'
SECOND = (
    b'"a":"buyer_0","c":3,"d":{"payment":"pay-0-1","reason":"soft_decline"},'
    b'"k":"payment_declined","n":1,"t":70}'
)


def digest(data):
    return blake2b(data, digest_size=16).hexdigest()


def two_records():
    sink = Lines()
    journal = JournalWriter(sink)
    numbers = [
        journal.emit(PASSED, 5),
        journal.emit(DECLINED, 70, "buyer_0", 3),
    ]
    return journal, sink.lines, numbers


def test_a_chain_begins_with_the_hash_of_its_format():
    assert genesis() == digest(b"ttg.journal.v1")
    assert JournalWriter(None).head == JournalWriter(Lines()).head == genesis()


def test_a_link_hashes_the_digits_before_it_and_the_body():
    assert chain("ab", b"{}") == digest(b"ab{}")
    assert chain(genesis(), b"x") == digest(genesis().encode() + b"x")


def test_every_record_is_one_line_that_begins_with_its_hash():
    journal, lines, numbers = two_records()

    head = digest(genesis().encode() + b"{" + FIRST)
    last = digest(head.encode() + b"{" + SECOND)
    assert lines == [
        b'{"h":"' + head.encode() + b'",' + FIRST + b"\n",
        b'{"h":"' + last.encode() + b'",' + SECOND + b"\n",
    ]
    assert (numbers, journal.count, journal.head) == ([0, 1], 2, last)


def test_records_of_a_block_are_sent_together_and_chained_like_others():
    sink = Lines()
    journal = JournalWriter(sink, block=3)
    seen = []
    for n in range(8):
        journal.emit(DECLINED if n % 2 else PASSED, 10 * n, "buyer_0", n // 2)
        seen.append(len(sink.lines))
    journal.flush()
    one_by_one = Lines()
    plain = JournalWriter(one_by_one)
    for n in range(8):
        plain.emit(DECLINED if n % 2 else PASSED, 10 * n, "buyer_0", n // 2)

    assert seen == [0, 0, 3, 3, 3, 6, 6, 6]
    assert sink.lines == one_by_one.lines
    assert (journal.count, journal.head) == (plain.count, plain.head)


def test_the_hash_of_a_block_is_that_of_its_last_record():
    sink = Lines()
    journal = JournalWriter(sink, block=64)
    journal.emit(PASSED, 5)

    assert sink.lines == []
    assert sink.lines == [b'{"h":"' + journal.head.encode() + b'",' + FIRST + b"\n"]


def test_what_a_block_had_not_sent_when_its_sink_failed_is_sent_later():
    class Once(Lines):
        def write(self, line):
            super().write(line)
            if len(self.lines) == 2:
                raise KeyboardInterrupt

    sink = Once()
    journal = JournalWriter(sink, block=64)
    for n in range(4):
        journal.emit(PASSED, n)
    with pytest.raises(KeyboardInterrupt):
        journal.flush()
    assert len(sink.lines) == 2
    journal.flush()

    assert [b'"n":%d,' % n in line for n, line in enumerate(sink.lines)] == [True] * 4


def test_a_sealed_journal_takes_no_more_records():
    journal, lines, _ = two_records()
    head = journal.head

    assert journal.sealed is False
    journal.sealed = True

    assert journal.emit(PASSED, 80) == 0
    assert (len(lines), journal.count, journal.head) == (2, 2, head)


def test_a_journal_without_a_sink_is_silent():
    journal = JournalWriter(None)

    assert journal.emit(PASSED, 5) == 0
    assert (journal.count, journal.write, journal.sealed) == (0, None, False)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"b": 1, "a": [True, None]}, '{"a":[true,null],"b":1}'),
        ({"é": {"z": "ü", "y": 0}}, '{"é":{"y":0,"z":"ü"}}'),
    ],
)
def test_canonical_json_sorts_its_keys_and_has_no_spaces(value, text):
    assert canonical(value).decode() == text
