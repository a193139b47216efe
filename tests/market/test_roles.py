"""Roles: what buyers and sellers see, do and earn, and how their episodes end."""

from worlds import WatchedTurns, episode, fare, flight, leg, segment

HOUR_MS = 3_600_000


def duopoly(own="Own", **changes):
    """Return a market of two sellers; the prices of one are an agent's."""
    pricing = {own: {"kind": "agent", "reprice_every_s": 1800}}
    return episode(
        **{
            "flights": [
                flight(
                    "A", leg("A", seats=10), fares=[fare("Y", 100_00)], airline="Own"
                ),
                flight(
                    "B", leg("B", seats=10), fares=[fare("Y", 95_00)], airline="Rival"
                ),
            ],
            "pricing_of": pricing,
            "demand": [segment("leisure", 80)],
            "warm_up": "none",
            "task": {"deadline_s": 14_400, "ends_on": "deadline"},
        }
        | changes
    )


def test_without_the_role_a_price_goes_with_the_load():
    turns = WatchedTurns(duopoly())
    assert turns.market.prices[0] == 70_00

    turns.market.clock.advance(4 * HOUR_MS)

    sold = turns.market.inventory.sold[0]
    assert sold
    assert turns.market.prices[0] in [70_00 + 8_00 * k for k in range(1, sold + 1)]
    assert turns.market.prices[1] == 95_00
