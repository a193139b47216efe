"""What a trade declares: the words of a site, what it sells, and how it is looked for.

The market knows products, stock and money.  Whether a product is a flight, a night
in a hotel or a ticket is declared by a trade, one object in ``scenarios/<trade>``;
the doors, the audit and the agents read it there and name no trade themselves.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from .money import MONEY_MAX, show

if TYPE_CHECKING:
    from .catalog import Catalog, Product

__all__ = [
    "COUNT",
    "DATE",
    "MONEY",
    "TEXT",
    "TEXT_MAX",
    "TIME",
    "Argument",
    "Filter",
    "Kind",
    "Trade",
    "Words",
    "counted",
]

_MINUTES_A_DAY: Final = 1440
TEXT_MAX: Final = 200
"""Characters of one text argument."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of values that arguments can have."""

    name: str
    words: str
    """What a value is: ``a date such as 2026-06-15``."""
    fits: Callable[[str], bool]
    """Whether a text of 1 to `TEXT_MAX` characters is such a value."""
    pattern: str = ""
    """What all such texts look like, as a regular expression, for schemas."""


def _is_date(text: str) -> bool:
    if len(text) != len("2026-06-15") or not text.isascii():
        return False
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _is_time(text: str) -> bool:
    if len(text) != len("10:00") or text[2] != ":" or not text.isascii():
        return False
    hours, minutes = text[:2], text[3:]
    return (hours + minutes).isdigit() and hours <= "23" and minutes <= "59"


TEXT: Final = Kind("text", f"a text of 1 to {TEXT_MAX} characters", lambda _text: True)
DATE: Final = Kind(
    "date", "a date such as 2026-06-15", _is_date, "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
)
TIME: Final = Kind(
    "time", "a time such as 10:00", _is_time, "^([01][0-9]|2[0-3]):[0-5][0-9]$"
)
COUNT: Final = Kind("count", "a whole number", lambda text: text.isdigit())
"""Whole numbers from 0 on; decoded to an integer."""
MONEY: Final = Kind("money", "an amount", lambda _text: False)
"""Amounts in major units; decoded to minor units."""


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a verb."""

    name: str
    kind: Kind
    required: bool = False
    meaning: str = ""
    most: int = 0
    """Largest number, of a `COUNT`."""
    about: str = ""
    """What a value names, where the kind does not say it: ``offer``, ``item`` (of the
    cart), ``card``, ``code`` (in a message), ``order``, ``mate``, ``units``,
    ``minutes``, ``parts``."""

    def wants(self, exponent: int) -> str:
        """Return what it takes, in words.

        Args:
            exponent: decimal digits of the currency.

        >>> Argument("max_stops", COUNT, most=99).wants(2)
        'a whole number from 0 to 99'
        """
        if self.kind is COUNT:
            return f"{self.kind.words} from 0 to {self.most}"
        if self.kind is MONEY:
            most = MONEY_MAX // 10**exponent
            return (
                f"{self.kind.words} from 0 to {most}, such as {show(87050, exponent)}"
            )
        return self.kind.words


@dataclass(frozen=True, slots=True)
class Filter:
    """A constraint that tasks may ask for, and by which a results page is filtered."""

    argument: Argument
    """Of the filter verb; its name is the constraint's name in observations."""
    options: str
    """Name of the list of values in ``[task]``."""
    passes: Callable[[Mapping[str, Any], Any], bool]
    """Whether an offer with these facts meets a value."""
    goal: str
    """The constraint in words, with ``{}`` for its value."""
    fact: str = ""
    """Fact whose values are told when an offer with this one is on no page."""
    scaled: "Callable[[Any], float] | None" = None
    """A value as a number of about 0 to 1, for the vector door.  None: times are
    shares of a day, whole numbers shares of the argument's `most`, and all else has
    no number: there each offer says whether it is what is asked for."""

    @property
    def has_number(self) -> bool:
        """Whether a value can be told as a number."""
        return self.scaled is not None or self.argument.kind in (TIME, COUNT)

    def number(self, value: Any) -> float:
        """Return a value as a number of about 0 to 1; see `scaled`.

        >>> clock = Argument("depart_after", TIME)
        >>> Filter(clock, "", lambda facts, value: True, "").number("06:00")
        0.25
        """
        if self.scaled is not None:
            return self.scaled(value)
        if self.argument.kind is TIME:
            return (int(value[:2]) * 60 + int(value[3:])) / _MINUTES_A_DAY
        if self.argument.kind is COUNT:
            return float(value / max(self.argument.most, 1))
        return 0.0


def counted(many: int, units: str) -> str:
    """Return how many units, and what they are.

    >>> counted(1, "seats"), counted(0, "rooms")
    ('1 seat', '0 rooms')
    """
    return f"{many} {units.removesuffix('s') if many == 1 else units}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What a trade calls things, in texts and as keys of actions and observations."""

    offer: str
    """``flight``; ``flight_id`` is the key of an offer's name in payloads."""
    offers: str
    """Key of the offers on a page and of those of an order: ``flights``."""
    units: str
    """What is counted: ``seats``; a key of carts, of orders and of cancelling, too."""
    left: str
    """Key of the units that are left of an offer: ``seats_left``."""
    search: str
    """Name of verb 0: ``search_flights``."""
    select: str
    """Name of verb 2: ``select_flight``."""
    closed: str
    """Code of the refusal of what is no longer sold: ``departed``."""
    closed_text: str
    """The same in words, after the offer's name: ``has departed``."""
    together: str
    """What a team's members do together, after ``all``: ``fly together``."""
    listed: str = ""
    """What a market lists, for people, where it is not `offers`: ``stays``."""
    stock: str = ""
    """What pools hold, for people, where it is not `units`: ``room nights``."""

    @property
    def offer_id(self) -> str:
        """Key of an offer's name in payloads and carts."""
        return f"{self.offer}_id"

    @property
    def listings(self) -> str:
        """What a market lists, for people."""
        return self.listed or self.offers

    @property
    def in_stock(self) -> str:
        """What pools hold, for people."""
        return self.stock or self.units


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Trade:
    """One kind of shop.

    Attributes:
        name: as in ``flights/rush``; also the folder of its scenarios.
        words: what things are called.
        form: arguments of the search, in order; their values name a group of
            products (`Product.group`).
        filters: constraints besides the price, in the order in which tasks draw them.
        facts: names of what a page shows of an offer besides its name and price,
            in order; values stand in `Product.facts`.
        fact_types: type and meaning of each, for schemas; one that is left out may
            be anything.
        read_also: returns what readers are told of an offer besides, from its row on
            a page; programs can tell it by themselves.
        catalog: builds what is for sale from the market's settings; raises
            `ValueError` for what is impossible.
        features: three numbers of an offer for the vector door, about 0 to 1.
        feature_names: name and meaning of each of them.
        without: names of the verbs that its site does not have.
    """

    name: str
    words: Words
    form: tuple[Argument, ...]
    filters: tuple[Filter, ...] = ()
    facts: tuple[str, ...] = ()
    fact_types: Mapping[str, tuple[type, str]] = field(default_factory=dict)
    read_also: Callable[[Mapping[str, Any]], dict[str, Any]] = lambda _row: {}
    catalog: "Callable[[Any], Catalog]"
    features: "Callable[[Product], tuple[float, float, float]]"
    feature_names: tuple[tuple[str, str], tuple[str, str], tuple[str, str]] = (
        ("feature_0", "the first of `Trade.features`"),
        ("feature_1", "the second of `Trade.features`"),
        ("feature_2", "the third of `Trade.features`"),
    )
    without: tuple[str, ...] = ()
    by_name: dict[str, Filter] = field(init=False)
    """The filters by the names of their arguments."""

    def __post_init__(self) -> None:
        """Index the filters."""
        by_name = {one.argument.name: one for one in self.filters}
        object.__setattr__(self, "by_name", by_name)

    def passes(
        self, product: "Product", price_minor: int, wanted: Mapping[str, Any]
    ) -> bool:
        """Return whether an offer meets constraints or filters.

        Args:
            product: the offer.
            price_minor: at which it is shown.
            wanted: name → value of filters; ``max_price`` in minor units.
        """
        for name, value in wanted.items():
            if name == "max_price":
                if price_minor > value:
                    return False
            elif not self.by_name[name].passes(product.facts, value):
                return False
        return True

    @property
    def offer_fields(self) -> tuple[str, ...]:
        """Keys of an offer on a page, in order."""
        standing = ("refundable", "cancel_fee", self.words.left)
        return ("id", "price", *self.facts, *standing)
