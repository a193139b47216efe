"""Worlds for Hypothesis: few seats, short holds, and payments that go wrong."""

from hypothesis import strategies as st
from worlds import CARDS, COUPONS, FEES, TEST_CARDS, episode, fare, flight, leg, segment

LATENCIES = st.sampled_from(
    [
        {"kind": "deterministic", "typical_ms": 1},
        {"kind": "deterministic", "typical_ms": 30_000},
        {"kind": "exponential", "typical_ms": 4_000},
        {"kind": "lognormal", "typical_ms": 2_000, "sigma_ppm": 1_500_000},
    ]
)

PRICING = st.sampled_from(
    [
        {"kind": "fixed"},
        {
            "kind": "load_days",
            "load_curve": [[0, 800_000], [1_000_000, 2_500_000]],
            "days_curve": [[0, 1_500_000], [2, 900_000]],
            "reprice_every_s": 400,
            "round_to_minor": 50,
        },
        {
            "kind": "load_days",
            "clock_curve": [[9, 1_000_000], [10, 700_000], [19, 1_200_000]],
            "date_factors": [["2026-06-01", 850_000], ["2026-06-03", 1]],
            "reprice_every_s": 300,
            "round_to_minor": 1,
        },
    ]
)


@st.composite
def flights(draw):
    """Draw itineraries that share legs and nest their fare classes."""
    seats = st.sampled_from([0, 1, 2, 3, 4, 5])
    limits = st.sampled_from([None, None, 0, 1, 2, 4])
    first = leg("AA1", "SFO", "EWR", "10:00", "14:00", draw(seats))
    onward = leg("AA2", "EWR", "MAD", "15:00", "23:00", draw(seats))
    classes = [
        fare("Y", 200_00, booking_limit=draw(limits), refundable=True),
        fare("M", 140_00, booking_limit=draw(limits), refundable=True),
        fare("Q", 90_00, booking_limit=draw(limits)),
    ]
    classes[0]["cancel_fee_minor"] = draw(st.sampled_from([0, 30_00, 900_00]))
    return [
        flight("VIA", first, onward, fares=classes[: draw(st.integers(1, 3))]),
        flight("SHORT", first, fares=[fare("Y", 70_00)]),
        flight("DIRECT", leg("AA3", seats=draw(seats)), fares=classes[::-2][::-1]),
        flight(
            "EARLY",
            {**leg("AA4"), "depart": "2026-06-01T09:20", "seats": draw(seats)},
            fares=[fare("Y", 120_00)],
        ),
    ]


@st.composite
def worlds(draw, **task):
    """Draw an episode's settings."""
    tokens = [*TEST_CARDS, *(card["token"] for card in CARDS)]
    wallet = draw(
        st.lists(st.sampled_from(tokens), min_size=2, max_size=3, unique=True)
    )
    outage = draw(st.sampled_from([[], [], [[30, 90]], [[0, 20], [600, 660]]]))
    demand = draw(st.sampled_from([[], [segment(buyers=12)], [segment(buyers=400)]]))
    second = draw(st.sampled_from(["2026-06-01", "2026-06-02"]))
    return episode(
        flights=draw(flights()),
        pricing=draw(PRICING),
        storefront={"select_first": draw(st.sampled_from([False, False, True]))},
        demand=demand,
        warm_up=draw(st.sampled_from(["draw", "simulate", "none"])),
        holds={
            "ttl_s": draw(st.sampled_from([2, 30, 120, 120, 900, 900])),
            "per_visitor": draw(st.sampled_from([3, 20, 20])),
        },
        gateway={
            "servers": draw(st.integers(1, 2)),
            "latency": draw(LATENCIES),
            "reply_lost_ppm": draw(st.sampled_from([0, 0, 400_000])),
            "outages_s": outage,
            "client_timeout_s": draw(st.sampled_from([1, 10, 30])),
            "notify_after_s": draw(st.sampled_from([0, 5, 40, 120])),
            "notify_spread_s": draw(st.sampled_from([0, 60])),
            "notify_duplicate_ppm": draw(st.sampled_from([0, 500_000])),
            "notify_heard_ppm": draw(st.sampled_from([0, 500_000])),
            "money_back_after_s": draw(st.sampled_from([0, 0, 30, 86_400])),
            "void_lost_ppm": draw(st.sampled_from([0, 500_000])),
            "authorization_expires_s": draw(st.sampled_from([60, 604_800])),
            "keys_expire_s": draw(st.sampled_from([20, 86_400])),
        },
        challenge={
            "expires_s": draw(st.sampled_from([2, 30, 300, 300])),
            "code_after_s": draw(st.sampled_from([0, 2, 30])),
        },
        cards=CARDS,
        coupons=COUPONS,
        fees=draw(st.sampled_from([[], FEES])),
        instalments={
            "counts": draw(st.sampled_from([[], [2, 3], [2, 3]])),
            "apr_ppm": draw(st.sampled_from([0, 150_000])),
            "every_days": draw(st.sampled_from([1, 30])),
            "retries": draw(st.sampled_from([0, 2])),
            "retry_after_days": draw(st.sampled_from([1, 3])),
        },
        retries={"most": draw(st.sampled_from([2, 15]))},
        task={
            "trips": [
                {"from": "SFO", "to": "MAD", "date": "2026-06-02"},
                {"from": "SFO", "to": "MAD", "date": second},
                {"from": "SFO", "to": "EWR", "date": "2026-06-02"},
            ],
            "budgets_minor": [150_00, 400_00],
            "wallets": [wallet],
            "flexible_days": draw(st.sampled_from([0, 0, 1])),
            "party": draw(st.sampled_from([1, 1, 2])),
            "deadline_s": draw(st.sampled_from([600, 7200, 90_000])),
            "ends_on": draw(st.sampled_from(["receipt", "deadline", "deadline"])),
            "team": draw(st.booleans()),
            **task,
        },
        turns={
            "click_ms": draw(st.sampled_from([1, 1000])),
            "page_ms": draw(st.sampled_from([1, 1000, 2500])),
            "max_turns": draw(st.sampled_from([9, 80, 80])),
        },
    )


def scripts(agents):
    """Draw, for every agent, the numbers its actions are made from."""
    numbers = st.lists(st.integers(0, 2**16), min_size=25, max_size=60)
    return st.lists(numbers, min_size=agents, max_size=agents)
