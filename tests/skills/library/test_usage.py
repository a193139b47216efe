"""The record of use: recent tries count, old ones less and less."""

from test_time_gym.agents.skills.library.usage import Use, faded, noted, worth_of


def test_old_tries_count_less_and_less():
    uses = noted({}, [("pay", True), ("pay", False)])
    assert uses == {"pay": Use(2_000_000, 1_000_000)}
    assert worth_of(uses)("pay") == (0.5, 2.0)
    assert worth_of(uses)("new") == (0.5, 0.0)

    for _ in range(34):
        uses = faded(uses)
    assert uses == {"pay": Use(1_006_264, 503_125)}
    for _ in range(3000):
        uses = faded(uses)
    assert uses == {}
