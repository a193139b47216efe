"""Scenario files that are none, and what is said of each of them."""

import tomllib
from typing import Any, NamedTuple

import tomli_w

from test_time_gym.scenarios import SCENARIO_DIR

TEXT = (SCENARIO_DIR / "flights" / "sfo-mad.toml").read_text(encoding="utf-8")


class Scenario(NamedTuple):
    """A bad scenario."""

    name: str
    data: bytes
    says: str
    """Part of the message."""


def edited(*path: Any, value: Any, key: Any = None) -> bytes:
    """Return a scenario that says something else at a place, or one thing more."""
    data = tomllib.loads(TEXT)
    here = data
    for part in path[:-1]:
        here = here.setdefault(part, {}) if isinstance(here, dict) else here[part]
    if key is not None:
        here = (
            here.setdefault(path[-1], {}) if isinstance(here, dict) else here[path[-1]]
        )
    here[path[-1] if key is None else key] = value
    return tomli_w.dumps(data).encode()


def removed(*path: Any) -> bytes:
    data = tomllib.loads(TEXT)
    here = data
    for part in path[:-1]:
        here = here[part]
    del here[path[-1]]
    return tomli_w.dumps(data).encode()


def added(*path: Any, **changes: Any) -> bytes:
    """Return a scenario with a copy of a list's first item, somewhat changed."""
    data = tomllib.loads(TEXT)
    here = data
    for part in path:
        here = here[part]
    here.append(here[0] | changes)
    return tomli_w.dumps(data).encode()


LEG = ("market", "flights", 0, "legs", 0)
FARE = ("market", "flights", 0, "fares", 0)
INT = "valid integer"
NOT_TOML = "not valid TOML"
CURVE = [[0, 0], [30, 1_000_000]]
DEMAND = {
    "name": "leisure",
    "buyers_per_departure": 3,
    "booking_curve": CURVE,
    "willingness_median_minor": 100_00,
    "choice": {"reference_minor": 100_00, "scale_minor": 10_00},
}


def demand(**changes: Any) -> bytes:
    return edited("market", "demand", value=[DEMAND | changes])


def paying(**law: Any) -> bytes:
    declared = {key: DEMAND[key] for key in DEMAND if "median" not in key}
    return edited("market", "demand", value=[declared | {"willingness": law}])


def coupon(**changes: Any) -> bytes:
    return edited("market", "coupons", value=[{"code": "A", **changes}])


def fee(**changes: Any) -> bytes:
    return edited("market", "fees", value=[{"name": "a", **changes}])


RAW = [
    Scenario("empty", b"", "this key is missing"),
    Scenario("a byte", b"\xff", "not UTF-8 text"),
    Scenario("NUL", b"\0" * 100, NOT_TOML),
    Scenario("UTF-16", TEXT.encode("utf-16"), "not UTF-8 text"),
    Scenario("5 MB", b"#" * 5_000_000, "larger than"),
    Scenario("JSON", b'{"name": "a/b"}', NOT_TOML),
    Scenario("a list", b"[[1, 2]]", NOT_TOML),
    Scenario("deep lists", b"x = " + b"[" * 10**5 + b"]" * 10**5, NOT_TOML),
    Scenario("deep tables", b"x = " + b"{a=" * 10**4, NOT_TOML),
    Scenario("deep keys", b"x" + b".a" * 10**5 + b" = 1", "more than 32 parts"),
    Scenario("a key twice", b'name = "a/b"\n' + TEXT.encode(), "Cannot overwrite"),
    Scenario("a table twice", TEXT.encode() + b"\n[market]\n", "Cannot declare"),
    Scenario("a number of 5000 digits", b"x = " + b"9" * 5000, NOT_TOML),
    Scenario("carriage returns", TEXT.replace("\n", "\r").encode(), NOT_TOML),
    Scenario("no newline in a text", b'name = "a\nb"', NOT_TOML),
    Scenario("a lone surrogate", b'name = "\\ud800"', NOT_TOML),
]

TYPES = [
    Scenario("nan", edited(*FARE, "fare_minor", value=float("nan")), INT),
    Scenario("inf", edited(*FARE, "fare_minor", value=float("inf")), INT),
    Scenario("1e400", TEXT.replace("1040_00", "1e400").encode(), INT),
    Scenario("a float", edited(*FARE, "fare_minor", value=900.0), INT),
    Scenario("a truth", edited(*FARE, "fare_minor", value=True), INT),
    Scenario("a text", edited(*FARE, "fare_minor", value="900"), INT),
    Scenario("a list", edited(*FARE, "fare_minor", value=[]), INT),
    Scenario("a date", TEXT.replace("1040_00", "2026-01-01").encode(), INT),
    Scenario("a number for a text", edited("name", value=7), "valid string"),
    Scenario("a number for a truth", edited(*FARE, "refundable", value=1),
            "valid bool"),
    Scenario("a text for a table", edited("market", value="USD"), "market"),
    Scenario("a table for a list", edited("market", "flights", value={}), "flights"),
    Scenario("a date for a moment", TEXT.replace('"2026-06-01T09:00"',
             "2026-06-01T09:00:00").encode(), "market.opens"),
]  # fmt: skip

SIZES = [
    *(
        Scenario(f"capacity {value}", edited(*LEG, "seats", value=value), "seats")
        for value in (-1, 1001, 2**63, 10**400)
    ),
    *(
        Scenario(f"fare {value}", edited(*FARE, "fare_minor", value=value),
            "fare_minor")
        for value in (0, -1, 2**63)
    ),
    Scenario("a fare beyond the dearest", edited(*FARE, "fare_minor", value=10**12),
             "may cost up to"),
    Scenario("ttl 0", edited("market", "holds", "ttl_s", value=0), "ttl_s"),
    Scenario("ttl -1", edited("market", "holds", "ttl_s", value=-1), "ttl_s"),
    Scenario("a chance of 1000001", edited("market", "gateway", "reply_lost_ppm",
             value=1_000_001), "reply_lost_ppm"),
    Scenario("a chance of -1", edited("market", "gateway", "void_lost_ppm", value=-1),
             "void_lost_ppm"),
    Scenario("no server", edited("market", "gateway", "servers", value=0), "servers"),
    Scenario("an outage beyond time", edited("market", "gateway", "outages_s",
             value=[[0, 2**63]]), "outages_s"),
    Scenario("an outage that ends first", edited("market", "gateway", "outages_s",
             value=[[50, 10]]), "outages_s"),
    Scenario("a window of three", edited("market", "gateway", "outages_s",
             value=[[1, 2, 3]]), "outages_s"),
    Scenario("a coupon beyond time", coupon(amount_minor=1, ends_s=2**63), "ends_s"),
    Scenario("a coupon of nothing", coupon(), "percent_ppm or amount_minor"),
    Scenario("a coupon of both", coupon(amount_minor=1, percent_ppm=1), "not both"),
    Scenario("a fee of nothing", fee(), "percent_ppm or amount_minor"),
    Scenario("a fee that arises nowhere", fee(amount_minor=1, arises="home"), "arises"),
    Scenario("brands of no card", fee(amount_minor=1, brands=["visa"]), "arises"),
    Scenario("25 instalments", edited("market", "instalments", "counts", value=[25]),
             "counts"),
    Scenario("1 instalment", edited("market", "instalments", "counts", value=[1]),
             "counts"),
    Scenario("no turn", edited("turns", "max_turns", value=0), "max_turns"),
    Scenario("no agent", edited("agents", "count", value=0), "agents.count"),
    Scenario("2000 agents", edited("agents", "count", value=2000), "agents.count"),
    Scenario("more agents than most", edited("agents", value={"count": 9, "most": 8}),
             "agents"),
    Scenario("deadline 0", edited("task", "deadline_s", value=0), "deadline_s"),
    Scenario("party 0", edited("task", "party", value=0), "party"),
    Scenario("party 10", edited("task", "party", value=10), "party"),
    Scenario("budget -1", edited("task", "budgets_minor", value=[-1]), "budgets_minor"),
    Scenario("no budget", edited("task", "budgets_minor", value=[]), "budgets_minor"),
    Scenario("no trip", edited("task", "trips", value=[]), "task.trips"),
    Scenario("no wallet", edited("task", "wallets", value=[]), "task.wallets"),
    Scenario("no flight", edited("market", "flights", value=[]), "market.flights"),
    Scenario("no flights at all", removed("market", "flights"), "market.flights"),
    Scenario("no leg", edited("market", "flights", 0, "legs", value=[]), "legs"),
    Scenario("no fare", edited("market", "flights", 0, "fares", value=[]), "fares"),
    Scenario("a reward of 10**9", edited("reward", "success", value=10**9), "success"),
    Scenario("repricing every 0 s", edited("market", "pricing", "reprice_every_s",
             value=0), "reprice_every_s"),
    Scenario("rounding to 0", edited("market", "pricing", "round_to_minor", value=0),
             "round_to_minor"),
    Scenario("-1 buyers", demand(buyers_per_departure=-1), "buyers_per_departure"),
    Scenario("2**63 buyers", demand(buyers_per_departure=2**63), "buyers_per_depart"),
]  # fmt: skip

SHAPES = [
    Scenario("a curve that falls", demand(booking_curve=[[0, 0], [5, 9], [6, 3],
             [7, 1_000_000]]), "never falling"),
    Scenario("a weekday in full", demand(by_weekday={"monday": 1}), "by_weekday.monda"),
    Scenario("a date that is none", demand(by_date={"2026-06-31": 1}), "no date of"),
    Scenario("a date without flights", demand(by_date={"2026-06-30": 1}),
             "and there are no flights of that day; theirs are from 2026-06-22"),
    Scenario("an ideal hour after midnight", demand(by_hour={"cost_minor_per_hour": 1,
             "ideal": [[6, 0], [30, 10**6]]}), "ideal hours end at 30, and a day"),
    Scenario("ideal hours without a cost", demand(by_hour={"ideal": [[6, 0],
             [9, 10**6]]}), "by_hour.cost_minor_per_hour"),
    Scenario("parties of a half", demand(party_sizes=[500_000]),
             "add up to 500000, not 1000000"),
    Scenario("a party of ten", demand(party_sizes=[0] * 9 + [1_000_000]), "at most 9"),
    Scenario("patience without a belief", demand(patience={"share_ppm": 5, "times": 1,
             "mean_hours": 1}), "patience.belief"),
    Scenario("a hope without a discount", demand(patience={"share_ppm": 5, "times": 1,
             "mean_hours": 1, "belief": "fixed_discount"}), "needs discount_ppm"),
    Scenario("a shock that falls", edited("market", "demand_shocks", "system_cv_ppm",
             value=-1), "demand_shocks.system_cv_ppm"),
    Scenario("a shock as a share", edited("market", "demand_shocks", "market_cv_ppm",
             value=0.2), INT),
    Scenario("a curve upside down", demand(booking_curve=CURVE[::-1]), "growing first"),
    Scenario("a curve from all to none", demand(booking_curve=[[0, 10**6], [30, 0]]),
             "from [0, 0]"),
    Scenario("a curve without points", demand(booking_curve=[]), "booking_curve"),
    Scenario("a curve with one point", demand(booking_curve=[[0, 0]]), "from [0, 0]"),
    Scenario("a curve of 10**12 days", demand(booking_curve=[[0, 0], [10**12, 10**6]]),
             "at most 36600"),
    Scenario("a load curve upside down", edited("market", "pricing", "load_curve",
             value=[[5, 1], [0, 1]]), "growing first"),
    Scenario("a pricing of no kind", edited("market", "pricing", "kind",
            value="random"),
             "load_days"),
    Scenario("a latency of no kind", edited("market", "gateway", "latency", "kind",
             value="constant"), "latency.kind"),
    Scenario("a warm-up of no kind", edited("market", "warm_up", value="hot"),
            "warm_up"),
    Scenario("currency in words", edited("market", "currency", value="dollars"),
             "currency"),
    Scenario("currency in small letters", edited("market", "currency", value="usd"),
             "currency"),
    Scenario("currency of no country", edited("market", "currency", value="ABC"),
             "market.currency: 'ABC' is no currency of ISO 4217"),
    Scenario("no currency", edited("market", "currency", value="XXX"),
             "market.currency: 'XXX' has no minor unit"),
    Scenario("currency in Greek", edited("market", "currency", value="ЖЦД"),
            "currency"),
    Scenario("a flight twice", added("market", "flights"), "two itineraries"),
    Scenario("a coupon twice", added("market", "coupons"), "two coupons"),
    Scenario("a segment twice", edited("market", "demand", value=[DEMAND] * 2),
             "two segments"),
    Scenario("a card twice", edited("market", "cards", value=[{"token": "t"}] * 2),
             "two cards"),
    Scenario("a card twice in a wallet", edited("task", "wallets",
             value=[["tok_ok", "tok_ok"]]), "twice"),
    Scenario("a card that nobody knows", edited("task", "wallets", value=[["tok_x"]]),
             "tok_x"),
    Scenario("a fare class twice", added(*FARE[:-1]), "fare"),
    Scenario("fares from the cheapest", edited(*FARE, "fare_minor", value=1),
             "dearest to the cheapest"),
    Scenario("a leg with two capacities", added("market", "flights", id="XX",
             legs=[{"flight": "IB6174", "from": "SFO", "to": "MAD", "depart":
             "2026-06-22T17:40", "arrive": "2026-06-23T13:35", "seats": 3}]), "IB6174"),
    Scenario("legs that do not meet", edited("market", "flights", 1, "legs", 1, "from",
             value="JFK"), "starts at JFK"),
    Scenario("a leg that leaves too early", edited("market", "flights", 1, "legs", 1,
             "depart", value="2026-06-22T09:00"), "departs 2026-06-22T09:00, before"),
    Scenario("arrival days before departure", edited(*LEG, "arrive",
             value="2026-06-01T10:00"), "arrives 2026-06-01T10:00"),
    Scenario("a departure before opening", edited("market", "opens",
             value="2026-07-01T09:00"), "before the market opens"),
]  # fmt: skip

NAMES = [
    *(
        Scenario(f"{what} in an id", edited("market", "flights", 0, "id", value=value),
                 "flights.0.id")
        for what, value in (
            ("a slash", "a/b"), ("dots", ".."), ("a newline", "AA1\n"), ("nothing", ""),
            ("right to left", "\u202eAA1"), ("10 kB", "A" * 10_000), ("a space", "A 1"),
            ("a NUL", "A\0"), ("an escape", "\x1b[31m"), ("Arabic digits", "A٣"),
        )
    ),
    *(
        Scenario(f"name {value!r:.20}", edited("name", value=value), "name: ")
        for value in ("", "..", "../../etc/x", "/a", "A/B", "a b", "a\n", "\u202ea",
                      "x" * 65)
    ),
    *(
        Scenario(f"trip on {value}", edited("task", "trips", 0, "date", value=value),
                 "task.trips.0")
        for value in ("2026-02-30", "2026-13-01", "0000-01-01", "2026-6-1",
            "٢٠٢٦-06-22",
                      "2026-06-22\n", "today")
    ),
    *(
        Scenario(f"departure at {value}", edited(*LEG, "depart", value=value), "legs.0")
        for value in ("2026-02-30T10:00", "2026-06-22T24:00", "2026-06-22 10:00",
                      "2026-06-22T10:00Z", "2026-06-22T10:60", "٢٠٢٦-06-22T10:00", "")
    ),
    Scenario("an airport of four letters", edited(*LEG, "from", value="KSFO"), "from"),
    Scenario("an airport in small letters", edited(*LEG, "to", value="mad"), "to"),
    Scenario("an airline of 201", edited("market", "flights", 0, "airline",
             value="A" * 201), "airline"),
    Scenario("a description of one word", edited("description", value="x"),
             "description"),
    Scenario("a time like 25:00", edited("task", "depart_after", value=["25:00"]),
             "depart_after"),
    Scenario("an agent without a name", edited("policies", value=[""]), "policies"),
    Scenario("an unknown key", edited("speed", value=3), "speed: unknown key"),
    Scenario("a near miss", edited("markets", value=3), "did you mean 'market'?"),
    Scenario("a near miss below", edited("market", "holds", "ttl", value=3),
             "did you mean 'ttl_s'?"),
    Scenario("a near miss in a list", edited(*LEG, "seat", value=3),
             "did you mean 'seats'?"),
    Scenario("a key with escapes", edited("\x1b[31m\u202e", value=3), "unknown key"),
    Scenario("a key of 10 kB", edited("k" * 10_000, value=3), "unknown key"),
    Scenario("a hundred unknown keys", edited("reward", value={f"k{n}": n for n in
             range(100)}), "and 92 more"),
]  # fmt: skip

BUYERS = [
    Scenario("a count without its parameter", demand(count="gamma_poisson"), "cv_ppm"),
    Scenario("a count without its mean", demand(count={"kind": "rounded_normal",
             "sd_milli": 5}), "mean_milli"),
    Scenario("a count with nan", demand(count={"kind": "gamma_poisson",
             "cv_ppm": float("nan")}), INT),
    Scenario("a count of an unknown law", demand(count="cauchy"), "kind 'cauchy'"),
    Scenario("a count that a drawn opening does not know", demand(
             count={"kind": "gamma_poisson", "cv_ppm": 1}), "Poisson counts alone"),
    Scenario("two laws of willingness", demand(willingness={"kind": "uniform",
             "most_minor": 5}), "willingness_median_minor besides"),
    Scenario("no law of willingness", paying(), "kind"),
    Scenario("a willingness from more to less", paying(kind="uniform", least_minor=2,
             most_minor=1), "below least_minor"),
    Scenario("a survival that rises", paying(kind="table", survival_curve=[
             [0, 10**6], [5, 1], [6, 2], [7, 0]]), "never rising"),
    Scenario("a choice without its scale", demand(choice={"reference_minor": 1}),
             "needs scale_minor"),
    Scenario("a choice of an unknown kind", demand(choice="dearest"), "'logit' or"),
    Scenario("a booking curve of an unknown name", demand(booking_curve="business"),
             "no booking curve is called 'business'"),
    Scenario("a fence of a negative time", edited(*FARE, "advance_days", value=-1),
             "advance_days"),
    Scenario("a fence for nobody", edited(*FARE, "segments", value=[]), "segments"),
    Scenario("a fence for an unknown segment", edited(*FARE, "segments",
             value=["nobody"]), "which is no segment"),
]  # fmt: skip

SCENARIOS = [*RAW, *TYPES, *SIZES, *SHAPES, *NAMES, *BUYERS]
