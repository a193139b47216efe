"""Replaying: a recorded life lived again makes the same choices."""

import msgspec
import pytest

from test_time_gym.agents.bandits import chooser_kinds, make_chooser
from test_time_gym.agents.bandits.replay import Event, Recorder, replay
from test_time_gym.market.interface.policy import policy_stream

ARMS = ("explore", "pay", "fill")


def recorded(kind, seed):
    recorder = Recorder(make_chooser(kind, policy_stream(seed), keep=0.9))
    recorder.prior("A", "pay", 0.7, 3)
    for turn in range(40):
        choice = recorder.choose("A", (turn % 3, 1), ARMS)
        recorder.probabilities("A", (turn % 3, 1), ARMS)
        recorder.learn("A", (turn % 3, 1), choice.chosen, turn % 4 / 3)
        if turn % 4 == 0:
            recorder.pass_episode()
        if turn == 25:
            recorder.forget("fill")
    return recorder


@pytest.mark.parametrize("kind", chooser_kinds())
def test_a_recorded_life_comes_out_the_same_after_json(kind):
    recorder = recorded(kind, 3)
    text = msgspec.json.encode(recorder.events)
    events = msgspec.json.decode(text, type=list[Event])
    again = make_chooser(kind, policy_stream(3), keep=0.9)

    pairs = list(replay(again, events))

    assert events == recorder.events
    assert len(pairs) == 40
    assert all(then == now for then, now in pairs)
    assert again.dump() == recorder.dump()


@pytest.mark.parametrize("kind", chooser_kinds())
def test_a_life_goes_on_from_a_dump(kind):
    recorder = recorded(kind, 3)
    half = recorder.dump()
    recorder.load(half)
    last = recorder.choose("A", (1, 1), ARMS)
    again = make_chooser(kind, policy_stream(3), keep=0.9)
    again.load(half)

    assert list(replay(again, recorder.events)) == [(last, last)]


def test_another_chooser_chooses_for_itself_and_learns_what_was_recorded():
    recorder = recorded("thompson", 3)
    other = make_chooser("thompson", policy_stream(4), keep=0.9)

    pairs = list(replay(other, recorder.events))

    assert any(then.chosen != now.chosen for then, now in pairs)
    assert all(then.means == now.means for then, now in pairs)
    assert other.dump()["state"] == recorder.dump()["state"]
