"""The record of use: recent tries count, old ones less and less."""

from test_time_gym.agents.skills.library.usage import Use, faded, noted


def test_old_tries_count_less_and_less():
    uses = noted({}, [("pay", True), ("pay", False)])
    assert uses == {"pay": Use(2_000_000, 1_000_000)}

    for _ in range(34):
        uses = faded(uses)
    assert uses == {"pay": Use(1_006_264, 503_125)}
    for _ in range(3000):
        uses = faded(uses)
    assert uses == {}
