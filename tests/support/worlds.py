"""Small worlds, declared as a scenario file would, and ways to play in them."""

from msgspec.structs import asdict

from test_time_gym.market.clock import Phase
from test_time_gym.market.interface.actions import decode_action
from test_time_gym.market.interface.episode import EpisodeConfig
from test_time_gym.market.interface.turns import Turns
from test_time_gym.market.invariants import check
from test_time_gym.market.snapshot import snapshot
from test_time_gym.market.world import World
from test_time_gym.scenarios.flights.domain import FlightMarket
from test_time_gym.scenarios.flights.trip import FlightTask

OPENS = "2026-06-01T09:00"
DAY = "2026-06-02"
TRIP = {"from": "SFO", "to": "MAD", "date": DAY}

TEST_CARDS = (
    "tok_ok",
    "tok_3ds",
    "tok_decline_soft",
    "tok_decline_hard",
    "tok_insufficient_funds",
    "tok_timeout",
)

CARDS = [
    {"token": "tok_fickle", "challenge_ppm": 500_000, "soft_decline_ppm": 300_000},
    {"token": "tok_silent", "reply_lost_ppm": 500_000, "challenge_ppm": 500_000},
    {"token": "tok_mute", "challenge_ppm": 1_000_000, "code_lost_ppm": 500_000},
]

COUPONS = [
    {"code": "TENTH", "percent_ppm": 100_000},
    {"code": "FORTY", "amount_minor": 40_00, "minimum_minor": 150_00, "ends_s": 1800},
    {"code": "FIVE", "amount_minor": 5_00, "stackable": True},
    {"code": "FIFTH", "percent_ppm": 200_000, "stackable": True},
]

FEES = [
    {"name": "booking", "amount_minor": 4_00},
    {"name": "service", "percent_ppm": 10_000, "arises": "cart"},
    {"name": "amex", "percent_ppm": 20_000, "arises": "card", "brands": ["amex"]},
]


def leg(flight="AA1", origin="SFO", to="MAD", depart="10:00", arrive="18:00", seats=4):
    """Return a leg on the day after the market opens."""
    return {
        "flight": flight,
        "from": origin,
        "to": to,
        "depart": f"{DAY}T{depart}",
        "arrive": f"{DAY}T{arrive}",
        "seats": seats,
    }


def fare(code="Y", fare_minor=100_00, **rules):
    """Return a fare class."""
    return {"code": code, "fare_minor": fare_minor, **rules}


def flight(name="AA1", *legs, fares=None, seats=4, airline="Aurora"):
    """Return an itinerary; by default one leg that is called as the itinerary."""
    return {
        "id": name,
        "airline": airline,
        "legs": list(legs) or [leg(name, seats=seats)],
        "fares": fares or [fare()],
    }


def segment(name="leisure", buyers=40, days=2, **changes):
    """Return background buyers who come evenly over some days before departure."""
    return {
        "name": name,
        "buyers_per_departure": buyers,
        "booking_curve": [[0, 0], [days, 1_000_000]],
        "willingness_median_minor": 150_00,
        "choice": {"reference_minor": 120_00, "scale_minor": 30_00},
        **changes,
    }


def market_data(**changes):
    """Return the plain data of a quiet market: one flight, an even gateway."""
    return {
        "currency": "USD",
        "opens": OPENS,
        "flights": [flight()],
        "gateway": {"latency": {"kind": "deterministic", "typical_ms": 1000}},
        **changes,
    }


def market(**changes):
    """Return a market's settings."""
    return FlightMarket.model_validate(market_data(**changes))


def episode(task=None, turns=None, **changes):
    """Return an episode's settings: a market, a task, and how turns go."""
    return EpisodeConfig.model_validate(
        {
            "market": market(**changes),
            "task": FlightTask.model_validate(
                {"trips": [TRIP], "budgets_minor": [500_00], **(task or {})}
            ),
            "turns": {"max_turns": 200, **(turns or {})},
        }
    )


def busy_world():
    """Return a world in which a few agents meet most of what can happen."""
    first = leg("AA1", "SFO", "EWR", "10:00", "14:00", 9)
    onward = leg("AA2", "EWR", "MAD", "15:00", "23:00", 7)
    return episode(
        flights=[
            flight(
                "VIA",
                first,
                onward,
                fares=[
                    fare("Y", 200_00, refundable=True, cancel_fee_minor=20_00),
                    fare("Q", 90_00, booking_limit=5),
                ],
            ),
            flight("SHORT", first),
            flight("DIRECT", leg("AA3", seats=6), fares=[fare("Y", 150_00)]),
        ],
        pricing={"kind": "load_days", "reprice_every_s": 300, "round_to_minor": 1},
        demand=[segment("leisure", 60, days=3), segment("business", 30, days=2)],
        warm_up="simulate",
        coupons=COUPONS,
        fees=FEES,
        instalments={
            "counts": [2, 3],
            "apr_ppm": 99_000,
            "every_days": 1,
            "retries": 1,
            "retry_after_days": 1,
        },
        retries={"most": 3},
        cards=CARDS,
        holds={"ttl_s": 45},
        gateway={
            "servers": 1,
            "latency": {"kind": "lognormal", "typical_ms": 7000},
            "reply_lost_ppm": 200_000,
            "outages_s": [[200, 240]],
            "client_timeout_s": 20,
            "notify_after_s": 30,
            "notify_spread_s": 60,
            "notify_duplicate_ppm": 300_000,
            "notify_heard_ppm": 300_000,
            "money_back_after_s": 20,
            "void_lost_ppm": 300_000,
            "authorization_expires_s": 3600,
            "keys_expire_s": 120,
        },
        challenge={"expires_s": 60},
        task={
            "wallets": [
                list(TEST_CARDS[:3]),
                list(TEST_CARDS[3:]),
                ["tok_ok"],
                ["tok_fickle", "tok_silent"],
            ],
            "budgets_minor": [100_00, 300_00],
            "max_stops": [0, 1],
            "constrained_ppm": 500_000,
            "ends_on": "deadline",
            "deadline_s": 7200,
        },
    )


class WatchedTurns(Turns):
    """Turns under the eyes of all laws, after every event and every action."""

    def __init__(self, config, seed=1, agents=1, **options):
        self.checks = 0
        self._before = None
        names = [f"buyer_{k}" for k in range(agents)]
        world = World.of(config.market)
        super().__init__(config, world, seed, names, observer=self.look, **options)
        self.look()

    def look(self):
        """Check every law now, and against what was seen last."""
        now = snapshot(self.market)
        check(now, self._before)
        self._before = now
        self.checks += 1

    def act(self, seat, action):
        legal = super().act(seat, action)
        self.look()
        return legal


def do(turns, verb, payload=None, seat=0):
    """Take one action of a seat that is ready, and run to the next decision."""
    decoded = decode_action(
        {"verb": verb, "payload": payload}, turns.verbs, turns.world.exponent
    )
    legal = turns.act(turns.seats[seat], decoded)
    turns.advance()
    return legal


def wait_until(turns, now_ms, seat=0):
    """Let a seat that acts alone look again until an instant has come."""
    while turns.market.clock.now_ms < now_ms and not turns.seats[seat].stopped:
        minutes = (now_ms - turns.market.clock.now_ms) // 60_000
        do(turns, "wait", minutes, seat)


def think_until(turns, now_ms):
    """Let time pass to an exact instant while those who are ready still think."""
    turns.market.clock.at(now_ms, Phase.DIGEST, lambda _: None, "test")
    turns.market.clock.advance(now_ms)


def to_payment(turns, card="tok_ok", flight_id=None, seat=0):
    """Bring a seat from anywhere to the payment page with a card entered."""
    do(turns, "search_flights", None, seat)
    shown = turns.seats[seat].visitor.shown
    products = turns.market.catalog.products
    do(turns, "add_to_cart", flight_id or products[shown[0].product].id, seat)
    do(turns, "proceed_to_payment", None, seat)
    do(turns, "enter_card", card, seat)
    return turns.seats[seat].visitor


def buy(turns, card="tok_ok", flight_id=None, seat=0):
    """Bring a seat from anywhere to the answer of its payment."""
    visitor = to_payment(turns, card, flight_id, seat)
    do(turns, "confirm_payment", None, seat)
    return visitor


def open_market(*cards, gateway=None, task=None, latency_ms=1000, **changes):
    """Open a world whose one agent goes on until its deadline."""
    latency = {"kind": "deterministic", "typical_ms": latency_ms}
    config = episode(
        task={
            "wallets": [list(cards) or ["tok_ok"]],
            "ends_on": "deadline",
            "deadline_s": 40_000,
            **(task or {}),
        },
        gateway={"latency": latency, **(gateway or {})},
        **changes,
    )
    return WatchedTurns(config)


def payments(turns):
    """Return the states of all payments."""
    return [p.state.value for p in turns.market.processor.book.by_id.values()]


def error(visitor):
    """Return the code of what was wrong with the last action."""
    return visitor.last_error and visitor.last_error[0]


def world_state(turns):
    """Return the state without what a turn itself moves.

    That is its own timer, a digest that is due, and the draws of the lottery.
    """
    market, visitors = turns.state()
    named = asdict(market)
    draws, pending = named.pop("streams"), named.pop("timers")
    return [
        list(named.values()),
        [draw for draw in draws if not draw[0].startswith("lottery/")],
        [timer for timer in pending if timer[2] not in ("turn", "digest")],
        visitors,
    ]
