"""The verbs: one table, a row for each.

Masks, error texts, schemas, help, documents and tests read this table; nothing lists
the verbs again.  A trade names two of them and their arguments; see `VerbTable`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from typing import Final

from ..domain import COUNT, MONEY, TEXT, Argument, Trade
from ..storefront import Command, Pace, always, cart, checkout, search

__all__ = [
    "ACTIONS",
    "ROWS",
    "WAIT_MAX",
    "Verb",
    "VerbRow",
    "VerbTable",
    "verb_table",
]

WAIT_MAX: Final = 525_600
"""Minutes: a year."""
PARTS_MAX: Final = 99
UNITS_MAX: Final = 999


class Verb(IntEnum):
    """What an agent may do; the number in actions, which never changes."""

    SEARCH = 0
    FILTER_RESULTS = 1
    SELECT = 2
    ADD_TO_CART = 3
    PROCEED_TO_PAYMENT = 4
    ENTER_CARD = 5
    CONFIRM_PAYMENT = 6
    APPLY_COUPON = 7
    RESTART = 8
    ABORT = 9
    ANSWER_CHALLENGE = 10
    WAIT = 11
    REMOVE_FROM_CART = 12
    CHOOSE_INSTALMENTS = 13
    CANCEL_ORDER = 14
    SEND_MESSAGE = 15


Arguments = Callable[[Trade], tuple[Argument, ...]]


@dataclass(frozen=True, slots=True)
class VerbRow:
    """All that there is to say of one verb."""

    verb: Verb
    meaning: str
    """One sentence."""
    arguments: Arguments
    """In the order in which they are documented."""
    command: Command | None
    """Its rule, its effect and its pace; None: it is the turns' own affair."""
    shared: bool
    """Whether it may change what others see: stock, money, or another's page."""
    slots: int = 1
    """Actions of the vector door that it has."""
    final: bool = False
    """Whether it does what cannot be taken back, or only at a price."""
    repeatable: bool = False
    """Whether the same again, with the same arguments, changes nothing further."""


def _offer(meaning: str, about: str = "offer", *, required: bool = True) -> Arguments:
    """Return one argument, an offer's name; its meaning has a place for the word."""

    def arguments(trade: Trade) -> tuple[Argument, ...]:
        words = trade.words
        told = meaning.format(words.offer)
        return (Argument(words.offer_id, TEXT, required, told, about=about),)

    return arguments


def _text(
    name: str, meaning: str, about: str = "", *, required: bool = True
) -> Arguments:
    return lambda _trade: (Argument(name, TEXT, required, meaning, about=about),)


def _filters(trade: Trade) -> tuple[Argument, ...]:
    price = Argument("max_price", MONEY, meaning="dearest price, in major units")
    return (*(one.argument for one in trade.filters), price)


def _cancelled(trade: Trade) -> tuple[Argument, ...]:
    words = trade.words
    return (
        Argument(
            "order_id",
            TEXT,
            required=True,
            meaning="of an order of yours",
            about="order",
        ),
        Argument(
            words.offer_id, TEXT, meaning=f"of one {words.offer} only", about="item"
        ),
        Argument(
            words.units, COUNT, meaning="so many only", most=UNITS_MAX, about="units"
        ),
    )


def _nothing(_trade: Trade) -> tuple[Argument, ...]:
    return ()


def _mail(_trade: Trade) -> tuple[Argument, ...]:
    name = "a team mate's name"
    mate = Argument("to", TEXT, required=True, meaning=name, about="mate")
    return (mate, Argument("text", TEXT, required=True, meaning="what to tell"))


def _minutes(_trade: Trade) -> tuple[Argument, ...]:
    default = "default: look again at once"
    return (
        Argument("minutes", COUNT, meaning=default, most=WAIT_MAX, about="minutes"),
    )


def _parts(_trade: Trade) -> tuple[Argument, ...]:
    return (
        Argument(
            "count",
            COUNT,
            required=True,
            meaning="how many parts, of those on offer",
            most=PARTS_MAX,
            about="parts",
        ),
    )


ROWS: Final[list[VerbRow]] = [
    VerbRow(
        Verb.SEARCH,
        "load the results for the form, as changed by the arguments",
        lambda trade: trade.form,
        Command(always, search.search, Pace.PAGE),
        shared=False,
        repeatable=True,
    ),
    VerbRow(
        Verb.FILTER_RESULTS,
        "show only the results that pass these filters",
        _filters,
        Command(search.searched, search.filter_results, Pace.CLICK),
        shared=False,
        repeatable=True,
    ),
    VerbRow(
        Verb.SELECT,
        "mark one offer of the page",
        _offer("id of a {} on the page"),
        Command(search.on_page, search.select, Pace.CLICK),
        shared=False,
        slots=12,
        repeatable=True,
    ),
    VerbRow(
        Verb.ADD_TO_CART,
        "put an offer of the page into the cart",
        _offer("id of a {} on the page; default: the selected one", required=False),
        Command(cart.may_add, cart.add_to_cart, Pace.CLICK),
        shared=True,
        slots=12,
    ),
    VerbRow(
        Verb.PROCEED_TO_PAYMENT,
        "hold the cart's contents and lock their price, or learn what has changed",
        _nothing,
        Command(checkout.may_proceed, checkout.proceed_to_payment, Pace.PAGE),
        shared=True,
    ),
    VerbRow(
        Verb.ENTER_CARD,
        "fill in a card of the wallet",
        _text("card_token", "token of a card of the wallet", "card"),
        Command(checkout.may_enter_card, checkout.enter_card, Pace.CLICK),
        shared=False,
        slots=4,
        repeatable=True,
    ),
    VerbRow(
        Verb.CONFIRM_PAYMENT,
        "authorise and capture the payment; the bank may ask for 3DS",
        _text("idempotency_key", "same key: same answer, one charge", required=False),
        Command(checkout.may_confirm, checkout.confirm_payment, Pace.GATEWAY),
        shared=True,
        final=True,
    ),
    VerbRow(
        Verb.APPLY_COUPON,
        "try a coupon on the cart",
        _text("code", "the coupon's code", "code"),
        Command(cart.may_apply, cart.apply_coupon, Pace.CLICK),
        shared=False,
        slots=2,
    ),
    VerbRow(
        Verb.RESTART,
        "start the visit over, and give back what is held; the world goes on",
        _nothing,
        Command(always, cart.restart, Pace.PAGE),
        shared=True,
    ),
    VerbRow(
        Verb.ABORT,
        "end the episode; right when the task cannot be met",
        _text("reason", "why, for people", required=False),
        None,
        shared=False,
        final=True,
    ),
    VerbRow(
        Verb.ANSWER_CHALLENGE,
        "type the code that the bank has sent in a message",
        _text("code", "the six digits", "code"),
        Command(checkout.may_answer, checkout.answer_challenge, Pace.GATEWAY),
        shared=True,
    ),
    VerbRow(Verb.WAIT, "let time pass", _minutes, None, shared=False, slots=5),
    VerbRow(
        Verb.REMOVE_FROM_CART,
        "take an offer out of the cart, and give back what is held",
        _offer("id of a {} in the cart", "item"),
        Command(cart.may_remove, cart.remove_from_cart, Pace.CLICK),
        shared=True,
        slots=2,
    ),
    VerbRow(
        Verb.CHOOSE_INSTALMENTS,
        "choose in how many parts to pay; 1: at once",
        _parts,
        Command(checkout.may_choose, checkout.choose_instalments, Pace.CLICK),
        shared=False,
        slots=2,
        repeatable=True,
    ),
    VerbRow(
        Verb.CANCEL_ORDER,
        "cancel an order, or part of it; its rate says what is refunded",
        _cancelled,
        Command(checkout.may_cancel, checkout.cancel_order, Pace.PAGE),
        shared=True,
        final=True,
    ),
    VerbRow(Verb.SEND_MESSAGE, "write to a team mate", _mail, None, shared=True),
]
"""The verbs, by number."""


class VerbTable:
    """The verbs in the words of one trade.

    Args:
        trade: whose words.

    Attributes:
        names: of the verbs, by number.
        by_name: the verbs by their names.
        arguments: name → argument, of every verb by number.
    """

    __slots__ = ("arguments", "by_name", "names", "trade", "without")

    def __init__(self, trade: Trade) -> None:
        """Read the rows."""
        own = {Verb.SEARCH: trade.words.search, Verb.SELECT: trade.words.select}
        self.trade = trade
        self.names: Final = tuple(own.get(v, v.name.lower()) for v in Verb)
        self.by_name: Final = {name: Verb(k) for k, name in enumerate(self.names)}
        self.arguments: Final = tuple(
            {one.name: one for one in row.arguments(trade)} for row in ROWS
        )
        self.without: Final = frozenset(self.by_name[name] for name in trade.without)
        """Verbs that the trade's site does not have."""

    def action_name(self, number: int) -> str:
        """Return what an action of the vector door means, in words."""
        verb, slot = ACTIONS[number]
        name = self.names[verb]
        return f"{name}[{slot}]" if ROWS[verb].slots > 1 else name


ACTIONS: Final[tuple[tuple[Verb, int], ...]] = tuple(
    (row.verb, slot) for row in ROWS for slot in range(row.slots)
)
"""Meaning of every number of the vector door: a verb and a slot."""


@lru_cache(maxsize=64)
def verb_table(trade: Trade) -> VerbTable:
    """Return the verbs in the words of a trade; computed once."""
    return VerbTable(trade)
