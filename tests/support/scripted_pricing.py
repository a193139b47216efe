"""A seller whose decisions a test writes down, beside one rival."""

from wild_policy import with_pricing
from worlds import WatchedTurns, episode, fare, flight, leg

from test_time_gym.market.pricing.policy import Decision, PolicyConfig

MINUTE_MS = 60_000
CLASSES = [fare("Y", 200_00), fare("M", 140_00), fare("Q", 90_00, booking_limit=6)]
FLIGHTS = [
    flight("A", leg("A", seats=10), fares=CLASSES, airline="Own"),
    flight("B", leg("B", seats=9), fares=[fare("Y", 95_00)], airline="Rival"),
]
Y, M, Q, RIVAL = range(4)


class Scripted(PolicyConfig):
    """Decides what a test tells it, one decision after the other."""

    decisions: tuple[Decision, ...] = ()
    model_config = PolicyConfig.model_config | {"arbitrary_types_allowed": True}

    def begin(self, _seller):
        """Return the policy of one run."""
        return _Scripted(self.decisions)


class _Scripted:
    def __init__(self, decisions):
        self.left, self.views = list(decisions), []

    def decide(self, view):
        self.views.append(view)
        return self.left.pop(0) if self.left else Decision()

    def state(self):
        return [len(self.left)]


def opened(*decisions, flights=FLIGHTS, **changes):
    """Open a market in which one seller's decisions are scripted."""
    promised = {"floor_ppm": 500_000, "ceiling_ppm": 1_500_000} | changes
    policy = Scripted(decisions=decisions, reprice_every_s=60, **promised)
    task = {"deadline_s": 80_000, "ends_on": "deadline"}
    return WatchedTurns(with_pricing(episode(flights=flights, task=task), Own=policy))
