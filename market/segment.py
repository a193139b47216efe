"""Segments: the kinds of background buyers that a scenario declares."""

from collections.abc import Callable, Iterator, Sequence
from typing import Annotated, ClassVar, Final

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from .bases import BUYERS_MOST, Bases, BuyerCount, best_keys, market_name
from .booking_curves import curve_named
from .choice_model import ChoiceModel
from .config import PPM, Code, GrownConfig, Minor, Ppm
from .count_law import CountLaw, PoissonCount, RoundedNormalCount
from .curve import CurvePoints
from .departure_days import DateFactors, WeekdayFactors
from .flexible_dates import FlexibleDates
from .ideal_hours import IdealHours
from .lognormal import Lognormal
from .party_sizes import ALONE, PartyShares
from .patience import Patience
from .value_law import ValueLaw
from .willingness import Willingness

__all__ = [
    "BUYERS_MOST",
    "DAYS_MAX",
    "ELASTICITY_MOST_MILLI",
    "BookingCurve",
    "BuyerCount",
    "Segment",
    "below_zero",
    "from_none_to_all",
]

DAYS_MAX = 36_600
"""Longest booking curve: a warm-up that is played out begins where it does."""

ELASTICITY_MOST_MILLI: Final = 20_000
"""Greatest size of an elasticity, in thousandths."""


def from_none_to_all(points: CurvePoints) -> CurvePoints:
    """Return the points of a booking curve.

    Raises:
        ValueError: they are none.
    """
    shares = [share for _, share in points]
    if points[0] != (0, 0) or shares[-1] != PPM or sorted(shares) != shares:
        msg = "a booking curve goes from [0, 0] to [days, 1000000], never falling"
        raise ValueError(msg)
    if points[-1][0] > DAYS_MAX:
        msg = f"a booking curve is {points[-1][0]} days long, at most {DAYS_MAX}"
        raise ValueError(msg)
    return points


def below_zero(milli: int) -> int:
    """Return an elasticity in thousandths.

    Raises:
        ValueError: it is none that demand may have, or it is in other units.
    """
    if not -ELASTICITY_MOST_MILLI <= milli < 0:
        msg = f"elasticity_milli is {milli}: dearer offers are bought by fewer, so it "
        msg += f"is between {-ELASTICITY_MOST_MILLI} and -1, as in -1400 for -1.4"
        raise ValueError(msg)
    return milli


BookingCurve = Annotated[
    CurvePoints, BeforeValidator(curve_named), AfterValidator(from_none_to_all)
]
"""How the buyers who are still to come get fewer, by points or by name."""


class Segment(GrownConfig):
    """A kind of background buyer."""

    later: ClassVar[tuple[str, ...]] = (
        "buyers_per_group",
        "by_weekday",
        "cancel_ppm_per_day",
        "count",
        "elasticity_milli",
        "flexible_dates",
        "markets",
        "no_show_ppm",
        "party_sizes",
        "patience",
        "refundable_only",
        "willingness_median_minor",
        "willingness_to_pay",
    )

    name: Code
    buyers_per_group: BuyerCount | None = None
    """Expected arrivals per group over the whole booking curve; a count that has a
    mean of its own goes without."""
    markets: Bases | None = None
    """Markets that its buyers come for, by name or pattern, and how many are expected
    in a group of each: in a list the usual number, and nobody elsewhere; in a table its
    own, and the usual number, if there is one, elsewhere.  None: all."""
    count: CountLaw = PoissonCount()
    """The law of the number of arrivals per group."""
    party_sizes: PartyShares = ALONE
    """How many of its buyers take one unit, two, and so on up to nine, in one booking:
    all of them or none."""
    by_weekday: WeekdayFactors = WeekdayFactors()
    """How many more or fewer are expected by the weekday on which a group is used."""
    by_date: DateFactors = Field(default_factory=dict, max_length=1000)
    """The same by its date, on top of that."""
    flexible_dates: FlexibleDates | None = None
    """On which other dates its buyers look, and how they mind; None: on none."""
    refundable_only: bool = False
    """Whether its buyers look at nothing but what is refundable."""
    booking_curve: BookingCurve
    """``[[days before closing, share still to come in ppm], …]``, or a name of one.

    From 0 at closing (nobody is left to come) up to 1,000,000 at the day the
    first buyer may come.
    """
    willingness_median_minor: Minor | None = None
    """Short for a lognormal `willingness`: its median."""
    willingness_sigma_ppm: Annotated[int, Field(ge=0, le=3_000_000)] = 350_000
    """σ of the logarithm of that one."""
    willingness_to_pay: Willingness | None = Field(None, alias="willingness")
    """The law of the dearest price that a buyer would consider."""
    cancel_ppm_per_day: Ppm = 0
    """Of its bookings, the share that is cancelled in a day; a class may say otherwise.

    A hazard: of all that stand, ``exp(−h·t)`` still do after ``t`` days.
    """
    no_show_ppm: Ppm = 0
    """Of its bookings that stand at the closing, the share that nobody shows up for; a
    class may say otherwise."""
    choice: ChoiceModel
    patience: Patience | None = None
    """Who of its buyers comes back, and what for; None: all decide at once."""
    elasticity_milli: Annotated[int, AfterValidator(below_zero)] | None = None
    """A statement about the segment, in thousandths: the elasticity of its demand in
    all prices that it is shown.  No buyer looks at it; ``ttgym market`` measures it."""

    @model_validator(mode="after")
    def _is_counted_once(self) -> "Segment":
        key = type(self).model_fields["buyers_per_group"].alias or "buyers_per_group"
        if isinstance(self.count, RoundedNormalCount):
            if self.buyers_per_group is not None:
                msg = f"segment {self.name} has the mean of its count, and {key} "
                raise ValueError(msg + "besides")
            if isinstance(self.markets, dict) and not self.count.mean_milli:
                msg = f"segment {self.name} has a rounded_normal count with the mean "
                msg += "0: its deviation cannot be scaled to the numbers of markets"
                raise ValueError(msg)
        elif self.buyers_per_group is None and not isinstance(self.markets, dict):
            table = type(self).model_fields["markets"].alias or "markets"
            msg = f"segment {self.name} needs {key}, or {table} with a number for each"
            raise ValueError(msg)
        return self

    @model_validator(mode="after")
    def _pays_by_one_law(self) -> "Segment":
        short = {"willingness_median_minor", "willingness_sigma_ppm"}
        given = sorted(short & self.model_fields_set)
        if self.willingness_to_pay is not None and given:
            msg = f"segment {self.name} has a willingness, and {given[0]} besides"
            raise ValueError(msg)
        if self.willingness_to_pay is None and self.willingness_median_minor is None:
            msg = f"segment {self.name} needs a willingness, or "
            msg += "willingness_median_minor, which is short for a lognormal one"
            raise ValueError(msg)
        return self

    @model_validator(mode="after")
    def _weighs_dates(self) -> "Segment":
        if self.shifts is not None and self.choice.kind != "logit":
            msg = f"segment {self.name} has flexible_dates, and a {self.choice.kind} "
            raise ValueError(msg + "choice looks at prices alone")
        return self

    def left_out(self) -> Iterator[str]:
        """Yield the keys that are not written."""
        yield from super().left_out()
        if not self.by_date:
            yield "by_date"
        if self.willingness_median_minor is None:
            yield "willingness_sigma_ppm"
        if self.shifts is None:
            yield "flexible_dates"
        if self.waits is None:
            yield "patience"

    @property
    def shifts(self) -> FlexibleDates | None:
        """The flexible dates of its buyers; None if all keep to theirs."""
        if self.flexible_dates is None or self.flexible_dates.idle:
            return None
        return self.flexible_dates

    @property
    def waits(self) -> Patience | None:
        """The patience of its buyers; None if nobody ever comes back."""
        if self.patience is None or self.patience.idle:
            return None
        return self.patience

    @property
    def looks_ppm(self) -> int:
        """How often one of its buyers looks at most, on average, in millionths."""
        patience = self.waits
        return PPM if patience is None else PPM + patience.share_ppm * patience.times

    def wants(self, group: Sequence[str]) -> bool:
        """Return whether its buyers come for a group, though perhaps 0 of them."""
        if self.markets is None:
            return True
        if best_keys(self.markets, market_name(tuple(group))):
            return True
        return isinstance(self.markets, dict) and self._has_usual_number

    @property
    def _has_usual_number(self) -> bool:
        own_mean = isinstance(self.count, RoundedNormalCount)
        return own_mean or self.buyers_per_group is not None

    def _buyers(self, market: str | None) -> int | None:
        """Return how many are expected in a market; None: as its count says."""
        if market is not None and isinstance(self.markets, dict):
            for key in best_keys(self.markets, market):
                return self.markets[key]
        return self.buyers_per_group

    def ideal_hours(self) -> IdealHours | None:
        """Return when its buyers would like to depart; None: they do not mind."""
        return None

    @property
    def counted(self) -> bool:
        """Whether the number of arrivals is drawn first, and then when they come."""
        return not isinstance(self.count, PoissonCount)

    def level_ppm(self, day: str) -> int:
        """Return how many are expected for a date, as a multiple in millionths.

        Args:
            day: on which a group is used.
        """
        on_date = self.by_date.get(day, PPM)
        return self.by_weekday.of(day) * on_date // PPM

    def expected_micro(self, level_ppm: int = PPM, market: str | None = None) -> int:
        """Return the millionths of arrivals expected per group.

        Args:
            level_ppm: of its date.
            market: its name; None for one without a number of its own.
        """
        return self.count.expected_micro(self._buyers(market), level_ppm)

    def most_expected_micro(self, level_ppm: int = PPM) -> int:
        """Return the same of the market in which most are expected."""
        own = list(self.markets) if isinstance(self.markets, dict) else []
        names = [*own, None] if self._has_usual_number or not own else own
        return max(self.expected_micro(level_ppm, name) for name in names)

    def drawn_count(
        self,
        word: Callable[[], int],
        factor_ppm: int = PPM,
        market: str | None = None,
    ) -> int:
        """Return how many arrive in a group.

        Args:
            word: gives random words.
            factor_ppm: on the number that is expected, in millionths.
            market: its name; None for one without a number of its own.
        """
        return self.count.drawn(self._buyers(market), word, factor_ppm)

    def willingness(self) -> ValueLaw:
        """Return the law of the willingness to pay."""
        if self.willingness_to_pay is not None:
            return self.willingness_to_pay.law()
        median = self.willingness_median_minor or 0
        return Lognormal.of(median, self.willingness_sigma_ppm)

    def first_day(self) -> int:
        """Return how many days before closing the first buyer may come."""
        return self.booking_curve[-1][0]
