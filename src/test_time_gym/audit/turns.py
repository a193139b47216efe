"""Turns: what agents do, when, and what it earns them at once."""

from typing import Any, Final

from .case import Case, Seat
from .frame import Record
from .verbs import means

__all__ = ["Turns"]

_CLICKS: Final = (
    "filter_results",
    "select_flight",
    "enter_card",
    "remove_from_cart",
    "choose_instalments",
    "send_message",
)
"""Verbs that take a click, and that the market does not refuse once legal."""
_NEW_PAGE: Final = ("search_flights", "filter_results", "restart")
_WITH_CART: Final = ("proceed_to_payment", "apply_coupon", "remove_from_cart")


class Turns:
    """Actions of all agents."""

    def __init__(self, case: Case) -> None:
        """Nobody has acted."""
        self._case = case

    def act(self, record: Record) -> None:
        """Check that an agent may act now, and note what that means."""
        case, data, n = self._case, record.data, record.n
        seat = case.owner(record)
        if seat is None:
            return
        case.caused(record, 0)
        self._counted(record, seat)
        self._pace(record, seat)
        seat.turn += 1
        seat.act = record
        status, reward = data["status"], {"time": case.setting.reward["time"]}
        if status != "ok":
            reward["penalty"] = case.setting.reward["penalty"]
        text = "the turn of {} with status {} brings {}, it should bring {}"
        case.check(
            data["reward"] == reward,
            "act_reward",
            n,
            text,
            seat.name,
            status,
            data["reward"],
            reward,
        )
        seat.crashed = status == "error"
        if status == "ok" and self._meant(record):
            self._chooses(record, seat, data["verb"], data["args"])
            self._effects(record, seat, data["verb"], data["args"])

    def _counted(self, record: Record, seat: Seat) -> None:
        case, n, turn = self._case, record.n, record.data["turn"]
        text = "turn {} of {} says {}"
        case.check(
            turn == seat.turn + 1, "turns", n, text, seat.turn + 1, seat.name, turn
        )
        most = case.setting.max_turns
        text = "{} takes turn {} of {}; its episode is {}over"
        case.check(
            seat.turn < most and not seat.ended,
            "turns",
            n,
            text,
            seat.name,
            turn,
            most,
            "" if seat.ended else "not ",
        )

    def _meant(self, record: Record) -> bool:
        verb, args = record.data["verb"], record.data["args"]
        text = "{} with {} is no action"
        return self._case.check(means(verb, args), "turns", record.n, text, verb, args)

    def _pace(self, record: Record, seat: Seat) -> None:
        case, setting, t = self._case, self._case.setting, record.t
        text = "{} acts at {}, its deadline is {}"
        case.check(
            t < setting.deadline, "pace", record.n, text, seat.name, t, setting.deadline
        )
        if seat.act is None:
            earliest = latest = max(0, setting.start)
            times = [earliest]
        else:
            spans, most = self._spans(seat, seat.act.data)
            times = [seat.act.t + span for span in spans]
            earliest, latest = seat.act.t + 1, seat.act.t + most
        window = setting.window
        if window:
            times = [at + -at % window for at in times]
            latest += -latest % window
        between = earliest <= t <= latest and (not window or not t % window)
        text = "{} acts at {}; its page has loaded at {}"
        case.check(
            t in times or (between and latest > earliest),
            "pace",
            record.n,
            text,
            seat.name,
            t,
            times,
        )

    def _spans(self, seat: Seat, last: dict[str, Any]) -> tuple[list[int], int]:
        """Return how long the last action can have taken, and the longest wait."""
        setting, verb = self._case.setting, last["verb"]
        click, page = setting.click, setting.page
        if last["status"] != "ok" or verb in _CLICKS:
            return [click], 0
        if verb == "wait":
            minutes = last["args"].get("minutes", 0)
            # A product of a text and a number is as long as a stranger likes.
            wait = minutes * 60_000 if type(minutes) is int else -1
            return [wait or click], 0
        if verb == "apply_coupon":
            return [click if seat.coupon_turn == seat.turn else page], 0
        if verb == "add_to_cart":
            return [click, page], 0
        if verb not in {"confirm_payment", "answer_challenge"}:
            return [page], 0
        sent = any(payment.turn == seat.turn for payment in seat.payments)
        return ([] if sent else [page]), setting.timeout + 1

    def _effects(
        self, record: Record, seat: Seat, verb: str, args: dict[str, Any]
    ) -> None:
        case = self._case
        if verb == "proceed_to_payment" and not _holds(seat, record.t):
            # A coupon whose terms are not met any more would be taken off.
            seat.doubted, seat.sure = seat.sure, 0
        elif verb == "restart":
            seat.coupons, seat.sure, seat.ever_parts = [], 0, [1]
        elif verb == "enter_card":
            seat.card = args["card_token"]
            if "card" not in seat.reached:
                case.follow = ("reward", "progress", f"{seat.name} entered a card")
        elif verb == "choose_instalments":
            self._chosen(record, seat, args["count"])
        elif verb == "abort":
            seat.gave_up = True
        elif verb == "cancel_order":
            self._cancels(record, seat, args)
        elif verb == "send_message":
            case.follow = ("message", "messages", f"{seat.name} sent a message")
        if verb in _WITH_CART:
            text = "{} has something in the cart, and was not rewarded for it"
            case.check("cart" in seat.reached, "progress", record.n, text, seat.name)

    def _chooses(
        self, record: Record, seat: Seat, verb: str, args: dict[str, Any]
    ) -> None:
        if verb in _NEW_PAGE:
            seat.selected = None
        elif verb == "select_flight":
            seat.selected = args["flight_id"]
        elif verb == "add_to_cart":
            self._adds(record, seat, args.get("flight_id"))

    def _adds(self, record: Record, seat: Seat, flight: str | None) -> None:
        choice = seat.selected if flight is None else flight
        fits = choice == seat.selected or not self._case.setting.select_first
        text = "{} adds {}, the flight that is selected is {}"
        self._case.check(
            choice is not None and fits,
            "selection",
            record.n,
            text,
            seat.name,
            choice,
            seat.selected,
        )

    def _chosen(self, record: Record, seat: Seat, count: int) -> None:
        offered = [1, *self._case.setting.instalments["counts"]]
        text = "{} chooses {} parts, on offer are {}"
        if self._case.check(
            count in offered, "plan", record.n, text, seat.name, count, offered
        ):
            seat.parts = count
            seat.ever_parts.append(count)

    def _cancels(self, record: Record, seat: Seat, args: dict[str, Any]) -> None:
        case, order = self._case, self._case.orders.get(args["order_id"])
        own = order is not None and order.seat == seat.index
        text = "{} cancels {}, which is no order of its own"
        case.check(own, "cancellation", record.n, text, seat.name, args["order_id"])
        if order is None or not own:
            return
        products = case.setting.products
        lines = zip(order.payment.hold.lines, order.left, strict=True)
        back = [
            products[index]
            for (index, _, _), left in lines
            if left and args.get("flight_id") in {None, products[index].id}
        ]
        # The market refuses when one of the flights has left.
        if all(record.t < product.departs for product in back):
            text = f"{seat.name} cancels {order.id}"
            case.follow = ("order_cancelled", "cancellation", text)


def _holds(seat: Seat, now: int) -> bool:
    hold = seat.hold
    return hold is not None and hold.state == "held" and now < hold.expires
