"""A share of the fuzzing that repeats: the same harness, damage by fixed seeds."""

from random import Random

import pytest
from flight_verbs import decode
from tests.fuzz import acting, declared, journals
from tests.fuzz.targets import TARGETS, found

from test_time_gym.audit import lines
from test_time_gym.envs import vector_codec
from test_time_gym.market.errors import Misuse

TIMES = {"reader": 300, "reexecute": 150, "scenario": 500, "action": 120}
FOUND = [(name, path) for name in TARGETS for path in found(name)]


def played(name, times, seed=1):
    """Play a target's seeds and damage to them; return what became of them."""
    target = TARGETS[name]
    seeds = target.seeds()
    said = [target.run(seed) for seed in seeds]
    for k in range(times):
        damaged = target.mutated(seeds[k % len(seeds)], Random(1000 * seed + k))
        said.append(target.run(damaged))
    return said


@pytest.mark.slow
@pytest.mark.parametrize("name", TARGETS)
def test_no_damage_breaks_a_target(name):
    said = played(name, TIMES[name])

    assert len(set(said)) > 1


@pytest.mark.parametrize(("name", "path"), FOUND, ids=lambda value: str(value)[-40:])
def test_what_was_found_once_stays_mended(name, path):
    assert TARGETS[name].run(path.read_bytes())


def test_damage_repeats():
    for target in TARGETS.values():
        (data, *_), dice = target.seeds(), Random
        assert target.mutated(data, dice(3)) == target.mutated(data, dice(3))


def test_a_reader_that_disagrees_with_the_audit_is_found_out(monkeypatch):
    monkeypatch.setattr(lines, "LINE_MAX", 2000)

    with pytest.raises(AssertionError, match="the audit corrupt of 0"):
        journals.read(journals.read_seeds()[0])


def test_a_market_that_fails_to_open_is_found_out(monkeypatch):
    monkeypatch.setattr(declared.World, "of", lambda _: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        declared.declare(declared.seeds()[0])


def test_a_verdict_that_contradicts_itself_is_found_out(monkeypatch):
    verify = journals.verify

    def forgetful(*args, **options):
        from dataclasses import replace

        return replace(verify(*args, **options), replay="diverged")

    monkeypatch.setattr(journals, "verify", forgetful)

    with pytest.raises(AssertionError):
        journals.reexecuted(journals.reexecute_seeds()[0])


def test_a_decoder_that_raises_is_found_out(monkeypatch):
    monkeypatch.setattr(acting, "decode_action", lambda *_: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        acting.act(acting.seeds()[-1])


@pytest.mark.parametrize(
    "hostile",
    [[10**5000], acting.Number(3**400), {"a": acting.Liar(0)}, [acting.Liar(9)]],
    ids=["a huge number within", "a number", "a mapping", "a list"],
)
def test_no_action_number_is_too_hostile_to_be_refused(hostile):
    turns = acting.open_market("tok_ok")
    codec = vector_codec.VectorCodec(turns)

    with pytest.raises(Misuse, match="an action is an integer from 0 to"):
        codec.decode(turns.ready[0], hostile)


def test_a_text_that_lies_about_its_length_is_refused():
    decoded = decode({"verb": 7, "payload": acting.Text("")})

    assert type(decoded) is acting.Malformed
