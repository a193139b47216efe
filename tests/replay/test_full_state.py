"""The full state holds what a digest covers, and says it by name."""

from tests.golden.record import REPLAYS

from test_time_gym.journal import read_journal
from test_time_gym.market.journal import canonical
from test_time_gym.replay import state_at
from test_time_gym.replay.execute import execute_to
from test_time_gym.replay.full_state import full_state

JOURNALS = [
    REPLAYS / f"flights-{name}.jsonl"
    for name in ("sfo-mad", "unknown-outcomes", "family")
]


def test_states_differ_exactly_where_digests_differ():
    for path in JOURNALS:
        journal = read_journal(path)
        runs = [execute_to(journal, n) for n in range(len(journal.lines))]

        digests = [turns.full_digest() for turns in runs]
        states = [canonical(full_state(turns)) for turns in runs]

        assert len(set(digests)) > len(runs) // 3
        assert [digests.index(one) for one in digests] == [
            states.index(one) for one in states
        ]


def test_prices_seats_and_carts_are_those_that_replay_shows():
    path = JOURNALS[1]
    journal = read_journal(path)
    for n in range(0, len(journal.lines), 10):
        state, shown = full_state(execute_to(journal, n)), state_at(path, n)

        assert state["now_ms"] == shown["now_ms"]
        assert {
            name: (flight["sold"], flight["held"])
            for name, flight in state["flights"].items()
        } == {
            flight["id"]: (flight["sold"], flight["held"])
            for flight in shown["flights"]
        }
        assert [
            (
                name,
                agent["view"],
                [item[0] for item in agent["cart"]],
                agent["hold"],
                agent["turn"],
                agent["outcome"],
                agent["total"] / 1000,
            )
            for name, agent in state["agents"].items()
        ] == [
            tuple(
                agent[key]
                for key in ("name", "view", "cart", "hold", "turn", "outcome", "reward")
            )
            for agent in shown["agents"]
        ]
