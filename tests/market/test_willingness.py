"""The laws of the willingness to pay: what is drawn, which share would pay a price."""

from math import exp, log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.opening.comparison import compare
from worlds import fare, flight, leg, market, segment

from test_time_gym.market.lognormal import Lognormal
from test_time_gym.market.shifted_exponential import ShiftedExponential
from test_time_gym.market.streams import Streams
from test_time_gym.market.survival_table import SurvivalTable
from test_time_gym.market.uniform_law import UniformLaw
from test_time_gym.market.value_law import SURVIVAL_UNIT
from test_time_gym.scenarios.flights.domain import FlightSegment

LAST = 2**64 - 1
WORDS = st.integers(0, LAST)
TABLE = [(80_00, 1_000_000), (100_00, 700_000), (150_00, 700_000), (400_00, 0)]
LAWS = {
    "exponential": ShiftedExponential(70_00, 50_00),
    "exponential from nothing": ShiftedExponential(70_00),
    "one price": ShiftedExponential(0, 120_00),
    "uniform": UniformLaw(30_00, 250_00),
    "uniform, one price": UniformLaw(90_00, 90_00),
    "uniform, all money": UniformLaw(0, 10**12),
    "table": SurvivalTable(TABLE),
    "table with a step": SurvivalTable([(99_99, 1_000_000), (100_00, 0)]),
    "table, all money": SurvivalTable([(0, 1_000_000), (1, 500_000), (10**12, 0)]),
}
NAMES = sorted(LAWS)


@pytest.mark.parametrize("name", NAMES)
@given(words=st.lists(WORDS, min_size=1, max_size=40))
def test_draws_of_many_are_those_of_each(name, words):
    law = LAWS[name]

    drawn = law.draws(np.array(words, np.uint64))

    assert drawn.dtype == np.int64
    assert drawn.tolist() == [law.at(word) for word in words]


@pytest.mark.parametrize("name", NAMES)
@given(one=WORDS, other=WORDS)
def test_a_greater_word_never_draws_less(name, one, other):
    law = LAWS[name]

    assert law.at(min(one, other)) <= law.at(max(one, other))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "value", [0, 1, 50_00, 80_00, 90_00, 99_99, 100_00, 120_00, 1000_00, 10**12 + 1]
)
def test_survival_is_the_share_of_draws_at_or_above(name, value):
    law, runs = LAWS[name], 20_000
    words = np.array(Streams(4).get("law").words(runs), np.uint64)

    found = (law.draws(words) >= value).mean()

    share = law.survival(value) / SURVIVAL_UNIT
    assert abs(found - share) <= 4 * (share * (1 - share) / runs) ** 0.5
    assert type(law.survival(value)) is int


@pytest.mark.parametrize("name", NAMES)
@given(word=WORDS)
def test_a_draw_splits_the_words_at_its_own_share(name, word):
    # All words up to this one draw as much or less: survival is 1 − their share,
    # to within the grid of a millionth (a table) or of SURVIVAL_UNIT.
    law = LAWS[name]
    drawn, above = law.at(word), 1 - word / 2**64

    assert law.survival(drawn) / SURVIVAL_UNIT >= above - 1.1e-6
    assert law.survival(drawn + 1) / SURVIVAL_UNIT <= above + 1.1e-6


def test_exponential_demand_has_its_closed_form():
    law = ShiftedExponential(100_00, 50_00)

    shares = [law.survival(price) / SURVIVAL_UNIT for price in (50_00, 150_00, 250_00)]

    assert shares == pytest.approx([1, exp(-1), exp(-2)], abs=1e-9)
    # Some pay as much as a whole word can say: 52 bits and a half.
    assert law.at(LAST) == pytest.approx(50_00 + 100_00 * log(2**53), abs=1)


def test_uniform_draws_are_exact_at_every_boundary():
    law = UniformLaw(10, 12)

    firsts = [-(-(k << 64) // 3) for k in range(3)]

    assert [law.at(word) for word in firsts] == [10, 11, 12]
    assert [law.at(word - 1) for word in firsts[1:]] == [10, 11]
    assert law.draws(np.array([firsts[2] - 1, firsts[2]], np.uint64)).tolist() == [
        11,
        12,
    ]


def test_a_table_takes_each_share_from_its_own_stretch():
    law, runs = SurvivalTable(TABLE), 40_000
    drawn = law.draws(np.array(Streams(9).get("law").words(runs), np.uint64))

    cheap = ((drawn >= 80_00) & (drawn < 100_00)).mean()
    none = ((drawn >= 100_00) & (drawn < 150_00)).sum()

    assert abs(cheap - 0.3) <= 4 * (0.21 / runs) ** 0.5
    assert (none, drawn.min() >= 80_00, drawn.max() < 400_00) == (0, True, True)


def test_draws_are_the_same_on_every_machine():
    words = [0, 1, 2**56, 2**62 + 12_345, 2**63, 2**64 - 2**50, LAST]

    drawn = {name: [LAWS[name].at(word) for word in words] for name in DRAWN}

    assert drawn == DRAWN


DRAWN = {
    "exponential": [5000, 5000, 5027, 7013, 9852, 72928, 262157],
    "uniform": [3000, 3000, 3085, 8500, 14000, 24999, 25000],
    "table": [8000, 8000, 8026, 9666, 22142, 39997, 39999],
}


@pytest.mark.parametrize("name", NAMES)
def test_quantiles_lie_where_the_shares_are(name):
    law = LAWS[name]

    for ppm in (1, 250_000, 500_000, 999_999):
        value = law.quantile(ppm)
        assert law.survival(value) / SURVIVAL_UNIT >= 1 - ppm / 1e6 - 1.1e-6
        assert law.survival(value + 1) / SURVIVAL_UNIT <= 1 - ppm / 1e6 + 1.1e-6
    for ppm in (0, 1_000_000):
        with pytest.raises(ValueError, match="quantile"):
            law.quantile(ppm)


# -- as it is declared -----------------------------------------------------------------


def declared(**willingness):
    """Return a segment with a willingness of its own, and no median."""
    data = segment()
    del data["willingness_median_minor"]
    return data | {"willingness": willingness}


DECLARED = {
    "lognormal": {"kind": "lognormal", "median_minor": 150_00, "sigma_ppm": 200_000},
    "exponential": {"kind": "exponential", "mean_minor": 60_00, "least_minor": 80_00},
    "uniform": {"kind": "uniform", "least_minor": 50_00, "most_minor": 200_00},
    "table": {"kind": "table", "survival_curve": [[50_00, 1_000_000], [200_00, 0]]},
}


def test_each_kind_is_the_law_of_its_name():
    laws = {
        kind: FlightSegment.model_validate(declared(**one)).willingness()
        for kind, one in DECLARED.items()
    }

    assert {kind: type(law) for kind, law in laws.items()} == {
        "lognormal": Lognormal,
        "exponential": ShiftedExponential,
        "uniform": UniformLaw,
        "table": SurvivalTable,
    }
    assert laws["lognormal"] is Lognormal.of(150_00, 200_000)
    quartiles = {kind: law.quantile(250_000) for kind, law in laws.items()}
    assert quartiles == {
        "lognormal": Lognormal.of(150_00, 200_000).quantile(250_000),
        "exponential": 80_00 + int(60_00 * log(4 / 3)),
        "uniform": 87_50,
        "table": 87_50,
    }


def test_the_short_form_is_a_lognormal_and_is_written_as_ever():
    short = FlightSegment.model_validate(segment(willingness_sigma_ppm=200_000))

    assert short.willingness() is Lognormal.of(150_00, 200_000)
    assert short.model_dump(mode="json", by_alias=True) == {
        "name": "leisure",
        "buyers_per_departure": 40,
        "booking_curve": [[0, 0], [2, 1_000_000]],
        "willingness_median_minor": 150_00,
        "willingness_sigma_ppm": 200_000,
        "choice": {
            "reference_minor": 120_00,
            "scale_minor": 30_00,
            "stop_penalty_milli": 500,
        },
    }


@pytest.mark.parametrize("kind", DECLARED)
def test_what_is_written_is_read_as_the_same(kind):
    one = FlightSegment.model_validate(declared(**DECLARED[kind]))

    written = one.model_dump(mode="json", by_alias=True)

    assert "willingness_median_minor" not in written
    assert "willingness_sigma_ppm" not in written
    assert FlightSegment.model_validate(written) == one


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"willingness": {"kind": "normal"}}, "Input tag 'normal'"),
        ({"willingness": {"median_minor": 5}}, "kind"),
        ({"willingness": {"kind": "lognormal"}}, "median_minor"),
        ({"willingness": {"kind": "exponential"}}, "mean_minor"),
        ({"willingness": {"kind": "exponential", "mean_minor": 1.5}}, "mean_minor"),
        ({"willingness": {"kind": "exponential", "mean_minor": -1}}, "mean_minor"),
        (
            {"willingness": {"kind": "uniform", "least_minor": 2, "most_minor": 1}},
            r"most_minor \(1\) is below least_minor \(2\)",
        ),
        (
            {"willingness": {"kind": "table", "survival_curve": [[5, 1_000_000]]}},
            "a survival curve goes from",
        ),
        (
            {
                "willingness": {
                    "kind": "table",
                    "survival_curve": [[5, 10**6], [6, 3], [7, 4], [8, 0]],
                }
            },
            "never rising",
        ),
        (
            {"willingness": DECLARED["uniform"], "willingness_median_minor": 1},
            "segment leisure has a willingness, and willingness_median_minor besides",
        ),
        (
            {"willingness": DECLARED["uniform"], "willingness_sigma_ppm": 1},
            "segment leisure has a willingness, and willingness_sigma_ppm besides",
        ),
        ({"willingness": None}, "segment leisure needs a willingness, or"),
    ],
)
def test_what_is_no_law_is_refused_with_the_reason(changes, said):
    with pytest.raises(ValueError, match=said):
        FlightSegment.model_validate(declared() | changes)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["exponential", "uniform", "table"])
def test_opening_sales_of_every_law_are_those_of_a_played_warm_up(kind):
    flights = [
        flight("A", leg("A", seats=9), fares=[fare("Y", 140_00), fare("Q", 90_00)]),
        flight("B", leg("B", seats=14), fares=[fare("Y", 110_00)]),
    ]
    demand = [declared(**DECLARED[kind]) | {"buyers_per_departure": 60}]
    drawn, played = [
        market(warm_up=warm_up, flights=flights, demand=demand)
        for warm_up in ("draw", "simulate")
    ]

    assert compare(drawn, played, drawn_runs=300, played_runs=150).worst() <= 4
