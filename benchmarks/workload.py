"""The reference workload: a crowded day of twenty flights, and who plays it.

Eight agents buy on one city pair with 20 flights of 180 seats.  Prices follow
the load and are set again every simulated minute, holds last 30 seconds,
payments take a lognormal time, and so many background shoppers arrive that
about five events happen for each agent's action.  Every run keeps its journal,
chain of hashes included, in memory.
"""

from io import BytesIO
from itertools import compress, cycle
from random import Random
from time import process_time
from typing import Any, Final

from numpy.typing import NDArray

from test_time_gym.envs.adapter import EnvAdapter
from test_time_gym.envs.aec import MarketAEC
from test_time_gym.journal.sink import BLOCK
from test_time_gym.market.interface.vector_actions import ACTIONS, WAITS
from test_time_gym.market.interface.verbs import Verb
from test_time_gym.scenarios.loader import scenario_of
from test_time_gym.scenarios.schema import Scenario

__all__ = [
    "AGENTS",
    "Buffer",
    "Buffers",
    "ScriptedChooser",
    "choice_s",
    "door",
    "reference_scenario",
]

AGENTS: Final = 8
FLIGHTS: Final = 20
SEATS: Final = 180
BUYERS_PER_AGENT: Final = 80_000
"""Background shoppers of the two simulated days; scaled with the agents, so that the
events per action are the same for one agent and for eight."""
CROWD_MAX: Final = 10_000_000
"""Shoppers of one segment."""
TURNS: Final = 250
"""Actions of one agent in one episode."""


def reference_scenario(
    agents: int = AGENTS, flights: int = FLIGHTS, turns: int = TURNS
) -> Scenario:
    """Return the reference world, for a number of agents, flights and actions."""
    offers = [
        {
            "id": f"XX{100 + k}",
            "airline": ("Iberia", "Delta", "United")[k % 3],
            "legs": [
                {
                    "flight": f"XX{100 + k}",
                    "from": "SFO",
                    "to": "MAD",
                    "depart": f"2026-06-02T{_clock(9, k, flights)}",
                    "arrive": f"2026-06-03T{_clock(5, k, flights)}",
                    "seats": SEATS,
                    "stops": k % 2,
                }
            ],
            "fares": [{"code": "Y", "fare_minor": 500_00 + 13_00 * k}],
        }
        for k in range(flights)
    ]
    return scenario_of(
        {
            "name": "benchmark/reference",
            "description": "Twenty flights, eight agents, and a crowd of shoppers.",
            "market": {
                "currency": "USD",
                "opens": "2026-06-01T09:00",
                "flights": offers,
                "pricing": {
                    "kind": "load_days",
                    "load_curve": [[0, 700_000], [1_000_000, 2_500_000]],
                    "reprice_every_s": 60,
                },
                # What is sold before the opening is another case.
                "warm_up": "none",
                "demand": [
                    {
                        "name": f"crowd{k or ''}",
                        "buyers_per_departure": buyers,
                        "booking_curve": [[0, 0], [2, 1_000_000]],
                        "willingness_median_minor": 280_00,
                        "willingness_sigma_ppm": 400_000,
                        "choice": {"reference_minor": 500_00, "scale_minor": 80_00},
                    }
                    for k, buyers in enumerate(_crowds(agents))
                ],
                "holds": {"ttl_s": 30, "per_visitor": 1000},
                "coupons": [{"code": "SUMMER25", "amount_minor": 25_00}],
            },
            "task": {
                "trips": [{"from": "SFO", "to": "MAD", "date": "2026-06-02"}],
                "budgets_minor": [900_00],
                "wallets": [["tok_ok", "tok_3ds"]],
                "deadline_s": 86_400,
                "ends_on": "deadline",
            },
            "turns": {"max_turns": turns},
            "agents": {"count": agents, "most": max(agents, 64)},
        },
        "the reference workload",
    )


def _crowds(agents: int) -> list[int]:
    """Return how many shoppers there are, in as few segments as a scenario allows."""
    crowds, rest = divmod(BUYERS_PER_AGENT * agents, CROWD_MAX)
    return [CROWD_MAX] * crowds + [rest] * bool(rest)


def _clock(first_hour: int, k: int, flights: int) -> str:
    """Return when flight k leaves: all of them within ten hours."""
    minutes = first_hour * 60 + 600 * k // flights
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


class Buffer(BytesIO):
    """A journal's destination in memory that can be read after its end.

    It is written to in blocks, as a file is.
    """

    block = BLOCK

    def close(self) -> None:
        """Keep the bytes."""


class Buffers:
    """Opens a buffer for each episode, and keeps the newest two.

    Attributes:
        now: the journal of the episode that is running.
        lines_before: lines of all episodes before it.
    """

    def __init__(self) -> None:
        """Start without an episode."""
        self.now = Buffer()

    def __call__(self) -> Buffer:
        """Open the next episode's buffer."""
        self.now = Buffer()
        return self.now


def door(agents: int = AGENTS, journal: Any = None, **settings: Any) -> EnvAdapter:
    """Return the vector door to the reference world."""
    journal = Buffers() if journal is None else journal
    return EnvAdapter(reference_scenario(agents), journal=journal, **settings)


_ONE_MINUTE: Final = ACTIONS.index((Verb.WAIT, WAITS.index(1)))
_INSTEAD: Final = tuple(
    _ONE_MINUTE
    if verb is Verb.ABORT or (verb is Verb.WAIT and WAITS[slot] > 1)
    else number
    for number, (verb, slot) in enumerate(ACTIONS)
)
"""Aborts and long waits are played as waits of a minute: an episode is to be
long, and what is to be measured is the agents' actions, not the nights between."""


_FUNNEL: Final = tuple(
    (numbers[0], numbers[-1] + 1)
    for goal in (
        Verb.ANSWER_CHALLENGE,
        Verb.CONFIRM_PAYMENT,
        Verb.ENTER_CARD,
        Verb.PROCEED_TO_PAYMENT,
        Verb.ADD_TO_CART,
        Verb.SEARCH,
    )
    if (numbers := [n for n, (verb, _) in enumerate(ACTIONS) if verb is goal])
)
"""What leads to a ticket, the last step first: ranges of actions."""


class ScriptedChooser:
    """Cheap play: half the actions random, the other half towards a ticket.

    Random actions alone would hardly ever pay.  The random numbers are drawn
    beforehand, and are the same in every measurement.
    """

    __slots__ = ("_draws",)

    def __init__(self, seed: int = 1) -> None:
        """Draw the numbers that decide."""
        dice = Random(seed)  # noqa: S311 - not a secret
        self._draws = cycle([dice.getrandbits(30) for _ in range(4096)])

    def __call__(self, mask: NDArray[Any]) -> int:
        """Return a legal action."""
        draw, legal = next(self._draws), mask.tobytes()
        if draw & 1:
            for start, stop in _FUNNEL:
                wanted = legal.find(1, start, stop)
                if wanted >= 0:
                    return wanted
        choices = tuple(compress(_INSTEAD, legal))
        return choices[draw % len(choices)]


def choice_s() -> float:
    """Return what one choice costs, in seconds, to be taken off."""
    env = MarketAEC(door())
    env.reset(seed=1)
    masks, choose = [], ScriptedChooser()
    for _ in range(200):
        observation, *_ = env.last()
        masks.append(observation["action_mask"])
        env.step(choose(masks[-1]))
    choose, start = ScriptedChooser(), process_time()
    for mask in masks * 20:
        choose(mask)
    return (process_time() - start) / (20 * len(masks))
