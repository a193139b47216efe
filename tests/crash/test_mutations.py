"""No damage to a journal goes unnoticed: all of the small, many of the large."""

import pytest
from tests.crash.mutations import (
    damage,
    forge,
    judged,
    mutate,
    spelled,
    undetected,
    victim,
)

from test_time_gym.journal import reader, record


@pytest.fixture(scope="module")
def sound(tmp_path_factory) -> bytes:
    return victim(tmp_path_factory.mktemp("victim"))


@pytest.fixture(scope="module")
def tiny(tmp_path_factory) -> bytes:
    """The header, the opening stock, three actions and what they cause, and the end.

    Every byte of it can be damaged.
    """
    return victim(tmp_path_factory.mktemp("tiny"), max_turns=3)


@pytest.mark.slow
def test_every_truncation_keeps_the_longest_prefix_of_whole_records(tiny):
    for cut in range(len(tiny)):
        found, lines = judged(tiny[:cut])
        whole = tiny[:cut].count(b"\n")
        ended = tiny[:cut].endswith(b"\n") or cut == 0

        assert (found.status, len(lines)) == (
            "incomplete" if ended else "torn",
            whole,
        )
        assert tiny.startswith(b"".join(lines))


@pytest.mark.long
def test_every_flipped_bit_is_found_where_it_is(tiny):
    said = {}
    for at in range(len(tiny)):
        n = tiny[:at].count(b"\n")
        for bit in range(8):
            flipped = bytearray(tiny)
            flipped[at] ^= 1 << bit
            found, lines = judged(bytes(flipped))
            said[found.status] = said.get(found.status, 0) + 1

            assert found.status in ("corrupt", "torn")
            assert len(lines) == n

    # The last newline is the one byte without which a journal is merely torn.
    assert said == {"corrupt": len(tiny) * 8 - 8, "torn": 8}


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_no_random_damage_goes_unnoticed(sound, seed):
    said, missed = mutate(sound, 5_000, seed)

    assert missed == []
    assert said["corrupt"] > 3_000
    assert said["forged"] == 1_250
    assert said["torn"] > 400
    assert said["incomplete"] > 5


def test_a_reader_that_skips_the_chain_is_found_out(sound, monkeypatch):
    class Agreeable:
        """Finds the hash that the line has."""

        def copy(self):
            return self

        def update(self, data):
            self.n = next(self.heads)

        def hexdigest(self):
            return self.n

    changed = sound.replace(b'"turn":2', b'"turn":3', 1)
    Agreeable.heads = iter([line[6:38].decode() for line in changed.splitlines()])
    monkeypatch.setattr(reader, "_NOTHING_HASHED", Agreeable())

    assert undetected(sound, changed) == ("complete", "it passes for complete")


def test_a_reader_that_takes_any_spelling_is_found_out(sound, monkeypatch):
    monkeypatch.setattr(record, "canonical", lambda _value: Anything())

    _, missed = mutate(sound, 2_000, 1)

    assert missed
    assert {why.split(": ")[1] for why in missed} == {
        "a record is kept that the standard library spells otherwise"
    }


class Anything:
    """Equal to all bytes."""

    __hash__ = None

    def __eq__(self, other):
        return True

    def __ne__(self, other):
        return False


def test_damage_repeats(sound):
    from random import Random

    assert damage(sound, Random(5)) == damage(sound, Random(5))
    assert forge(sound, Random(5)) == forge(sound, Random(5))


def test_what_the_market_writes_the_standard_library_spells_alike(sound):
    bodies = [b"{" + line[40:] for line in sound.splitlines()]

    assert all(map(spelled, bodies))
    assert not any(spelled(body.replace(b":", b": ", 1)) for body in bodies)
