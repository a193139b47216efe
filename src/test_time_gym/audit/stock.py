"""Stock: seats that are sold and held, on every leg and in every fare class."""

from typing import Any

from .deadlines import EXPIRIES
from .draws import party_size
from .lines import Line
from .records import RecordedHold
from .scenario import DAY_MS, PPM, DeclaredProduct
from .state import AuditedAgent, AuditState

__all__ = ["StockRules"]


class StockRules:
    """Counts of seats, as records tell them."""

    def __init__(self, case: AuditState) -> None:
        """No seat is sold or held."""
        self._state = case
        self.sold = [0] * len(case.scenario.capacity)
        self.held = [0] * len(case.scenario.capacity)
        self.booked = [0] * len(case.scenario.capacity)
        """Of what is sold, what background buyers have."""
        self.authorised = list(case.scenario.authorised)
        """How many of every pool may be sold; policies move it."""
        self._used = [0] * len(case.scenario.products)
        self._sold_of = [0] * len(case.scenario.products)
        self.limits = [product.limit for product in case.scenario.products]
        """The booking limit of every product; policies move them."""
        self._arrivals: dict[tuple[str, tuple[str, ...]], int] = {}

    def opened(self, record: Line) -> None:
        """Take what was sold before the opening, and check that it can have been."""
        case, n, sold = self._state, record.n, record.data["sold"]
        by_id = case.scenario.by_id
        case.nobody(record)
        case.check(
            n == 1 and record.t == case.scenario.start == 0,
            "opening",
            n,
            "what was sold before the opening is told at record {} and time {}",
            n,
            record.t,
        )
        places = [by_id[name].index for name, _ in sold if name in by_id]
        least = min([seats for _, seats in sold], default=1)
        sound = len(places) == len(sold) and places == sorted(set(places))
        text = "seats are told of {}, each more than none, in the catalog's order"
        if case.check(sound and least > 0, "opening", n, text, sold):
            for name, seats in sold:
                self._move(by_id[name], 0, seats)
            for name, _ in sold:
                self._fits(by_id[name], n)

    def load(self, product: DeclaredProduct, *, holds: bool) -> int:
        """Return the load factor of a product's fullest leg, in ppm.

        Args:
            product: whose legs.
            holds: whether held seats count like sold ones.
        """
        most = 0
        for pool in product.pools:
            capacity = self._state.scenario.capacity[pool]
            if not capacity:
                return PPM
            taken = self.sold[pool] + (self.held[pool] if holds else 0)
            most = max(most, taken * PPM // capacity)
        return most

    def offers(
        self, product: DeclaredProduct, seats: int, now: int, *, agents: bool = True
    ) -> bool:
        """Return whether so many seats of a product can be had.

        Args:
            product: which.
            seats: how many.
            now: the instant.
            agents: whether an agent asks, who needs a seat that there is.
        """
        if now >= product.sale_ends:
            return False
        return self.offers_all([product], seats, agents=agents)

    def offers_all(
        self, products: list[DeclaredProduct], seats: int, *, agents: bool = True
    ) -> bool:
        """Return whether so many seats of each of some products can be had at once."""
        scenario = self._state.scenario
        pools: dict[int, int] = {}
        members: dict[int, int] = {}
        for product in products:
            for pool in product.pools:
                pools[pool] = pools.get(pool, 0) + seats
            for member in product.nest[: product.rank + 1]:
                members[member] = members.get(member, 0) + seats
        for pool, asked in pools.items():
            if self.authorised[pool] - self.sold[pool] - self.held[pool] < asked:
                return False
            if agents and self.of_agents(pool) + asked > scenario.capacity[pool]:
                return False
        for member, asked in members.items():
            one = scenario.products[member]
            limit = self.limits[member]
            if limit is not None and limit - self.used(one) < asked:
                return False
        return True

    def cut(self, pool: int) -> bool:
        """Return whether a pool is oversold, and no more than what is taken may be."""
        taken = self.sold[pool] + self.held[pool]
        return self.authorised[pool] == taken > self._state.scenario.capacity[pool]

    def of_agents(self, pool: int) -> int:
        """Return the units of a pool that agents have and hold; 0 if none is oversold.

        What was sold before the opening counts among them, where any was.
        """
        if not self._state.scenario.oversells:
            return 0
        return self.sold[pool] + self.held[pool] - self.booked[pool]

    def used(self, product: DeclaredProduct) -> int:
        """Return the seats sold and held of a class and all cheaper ones."""
        return sum(self._used[j] for j in product.nest[product.rank :])

    def taken(self, product: DeclaredProduct, *, holds: bool) -> int:
        """Return what a policy sees: the seats taken of a class alone.

        Args:
            product: the class.
            holds: whether it sees held seats.
        """
        return (self._used if holds else self._sold_of)[product.index]

    def left(self, pool: int, *, holds: bool) -> int:
        """Return what a policy sees: the seats of a leg that are left."""
        held = self.held[pool] if holds else 0
        return self.authorised[pool] - self.sold[pool] - held

    def _move(self, product: DeclaredProduct, held: int, sold: int) -> None:
        self._used[product.index] += held + sold
        self._sold_of[product.index] += sold
        for pool in product.pools:
            self.held[pool] += held
            self.sold[pool] += sold

    def _fits(self, product: DeclaredProduct, n: int) -> None:
        """Check legs and booking limits after seats were taken."""
        case, scenario = self._state, self._state.scenario
        for pool in product.pools:
            agents, least = self.of_agents(pool), scenario.capacity[pool]
            text = "agents have and hold {} seats of the {} on {}"
            name = scenario.pool_names[pool]
            case.check(agents <= least, "stock", n, text, agents, least, name)
            sold, held, has = self.sold[pool], self.held[pool], self.authorised[pool]
            text = "{} seats sold and {} held of the {} on {}"
            case.check(
                sold + held <= has,
                "stock",
                n,
                text,
                sold,
                held,
                has,
                name,
            )
        for rank in range(product.rank + 1):
            member = scenario.products[product.nest[rank]]
            limit, used = self.limits[member.index], self.used(member)
            if limit is None:
                continue
            text = "{} seats of {} and below are sold or held, its limit is {}"
            case.check(used <= limit, "booking_limit", n, text, used, member.id, limit)

    def sale(self, record: Line) -> DeclaredProduct | None:
        """Check a background sale, and return what was sold."""
        case, data, n = self._state, record.data, record.n
        product = case.scenario.by_id.get(data["product"])
        segment = case.scenario.segments.get(data["segment"])
        text = "{} buys {}: the scenario does not declare both"
        sound = product is not None and segment is not None
        case.check(sound, "sales", n, text, data["segment"], data["product"])
        case.nobody(record)
        if product is None or segment is None:
            return None
        self._in_time(record, product, segment)
        line = (data["segment"], case.scenario.group_of(data, product))
        if data.get("look", 1) == 1:
            before = self._arrivals.get(line, 0)
            arrival, text = data["arrival"], "arrival {} of {} comes after arrival {}"
            case.check(arrival > before, "sales", n, text, arrival, line, before)
            self._arrivals[line] = arrival
        self.closed(product, record, product.sale_ends)
        seats = data.get("seats", 1)
        self._verify_party(record, product, segment, seats)
        self._move(product, 0, seats)
        self._book(product, seats)
        self._fits(product, n)
        return product

    def _verify_party(
        self,
        record: Line,
        product: DeclaredProduct,
        segment: dict[str, Any],
        seats: int,
    ) -> None:
        """Check that a party buys all of its seats, as the seed draws their number."""
        case, data, size = self._state, record.data, 1
        if "party_sizes" in segment:
            group = case.scenario.group_of(data, product)
            name = (data["segment"], *group, data["arrival"])
            dice = case.scenario.luck.stream("party", *name)
            size = party_size(segment["party_sizes"], dice.word())
        text = "arrival {} buys {} of {}, and is a party of {}"
        of = (data["arrival"], seats, product.id, size)
        case.check(seats == size, "sales", record.n, text, *of)

    def _book(self, product: DeclaredProduct, seats: int) -> None:
        for pool in product.pools:
            self.booked[pool] += seats

    def give_back(self, product: DeclaredProduct, seats: int) -> None:
        """Free seats that a background buyer has."""
        self.take_back(product.index, seats)
        self._book(product, -seats)

    def _in_time(
        self, record: Line, product: DeclaredProduct, segment: dict[str, Any]
    ) -> None:
        """Check that buyers of a segment come already, and while their date lasts."""
        scenario, data = self._state.scenario, record.data
        members = scenario.by_group[scenario.group_of(data, product)]
        last = max(member.closes for member in members)
        text = "a buyer of {} comes at {}, the last may before {}"
        # Of its own date nothing is sold so late, whenever its buyer came.
        comes = record.t < last or data.get("look", 1) > 1 or "group" not in data
        at = (data["segment"], record.t, last)
        self._state.check(comes, "sales", record.n, text, *at)
        first = min(member.closes for member in members)
        opens = first - segment["booking_curve"][-1][0] * DAY_MS
        text = "a buyer of {} comes at {}, the first may at {}"
        at = (data["segment"], record.t, opens)
        self._state.check(record.t >= opens, "sales", record.n, text, *at)

    def closed(self, product: DeclaredProduct, record: Line, at: int) -> None:
        """Check that an instant has not come: of a closing, or the end of a sale."""
        text = "{} closed at {}"
        self._state.check(record.t < at, "departure", record.n, text, product.id, at)

    def place(self, record: Line) -> RecordedHold | None:
        """Check a new hold, and take its seats."""
        case, data, n = self._state, record.data, record.n
        seat = case.owner(record)
        if seat is None:
            return None
        case.by_act(record, seat, "proceed_to_payment")
        seat.holds += 1
        quota = case.scenario.quota
        text = "{} places hold {}, the shop allows {}"
        case.check(
            seat.holds <= quota, "hold_quota", n, text, seat.name, seat.holds, quota
        )
        lines = self._lines(record, seat)
        if lines is None:
            return None
        placed = (record.t, n)
        hold = RecordedHold(data["hold"], seat.index, lines, placed, data["expires"])
        expires = record.t + case.scenario.ttl
        text = "{} ends at {}, it should at {}"
        case.check(
            hold.expires == expires,
            "hold_terms",
            n,
            text,
            hold.id,
            hold.expires,
            expires,
        )
        case.holds[hold.id] = hold
        for index, seats, _ in lines:
            product = case.scenario.products[index]
            self.closed(product, record, product.sale_ends)
            self._move(product, seats, 0)
        for index, _, _ in lines:
            self._fits(case.scenario.products[index], n)
        case.deadlines.owe(expires, "hold_expiry", lambda: _overdue(hold))
        seat.hold = hold
        return hold

    def _lines(
        self, record: Line, seat: AuditedAgent
    ) -> list[tuple[int, int, int]] | None:
        case, rows = self._state, record.data["lines"]
        name = f"hold-{seat.index}-{seat.holds}"
        found = [case.scenario.by_id.get(row[0]) for row in rows]
        ids = [row[0] for row in rows]
        sound = (
            record.data["hold"] == name
            and len(rows) > 0
            and all(found)
            and len(set(ids)) == len(ids)
            and all(row[1] == case.scenario.party for row in rows)
        )
        text = "{} holds {}; {} should hold {} seats on each flight"
        if not case.check(
            sound,
            "hold_terms",
            record.n,
            text,
            record.data["hold"],
            rows,
            name,
            case.scenario.party,
        ):
            return None
        return [
            (product.index, row[1], row[2])
            for product, row in zip(found, rows, strict=True)
            if product is not None
        ]

    def free(self, record: Line) -> None:
        """Check the end of a hold without a ticket, and free its seats."""
        case, n, expired = self._state, record.n, record.kind == "hold_expired"
        hold = case.holds.get(record.data["hold"])
        text = "{} of {} follows, which is {}"
        state = hold.state if hold else "unknown"
        held = case.check(
            state == "held",
            "hold_state",
            n,
            text,
            record.kind,
            record.data["hold"],
            state,
        )
        if hold is None or not held:
            return
        seat = case.owner(record, hold.seat)
        if expired:
            case.caused(record, 0)
            case.in_line(record, EXPIRIES, hold.placed)
            text = "{} expired at {}, its time is over at {}"
            case.check(
                record.t == hold.expires,
                "hold_expiry",
                n,
                text,
                hold.id,
                record.t,
                hold.expires,
            )
        elif seat is not None:
            case.by_act(record, seat, "add_to_cart", "remove_from_cart", "restart")
            text = "{} is released, and {!r} does not leave it"
            left = case.asked is not None and case.asked.of is hold
            case.check(left, "release", n, text, hold.id, seat.name)
            text = "{} is released at {}, its time was over at {}"
            case.check(
                record.t < hold.expires,
                "hold_state",
                n,
                text,
                hold.id,
                record.t,
                hold.expires,
            )
        self.release(hold)

    def release(self, hold: RecordedHold) -> None:
        """Free the seats of a hold."""
        hold.state = "over"
        for index, seats, _ in hold.lines:
            self._move(self._state.scenario.products[index], -seats, 0)

    def confirm(self, hold: RecordedHold) -> None:
        """Turn held seats into sold ones."""
        hold.state = "confirmed"
        for index, seats, _ in hold.lines:
            self._move(self._state.scenario.products[index], -seats, seats)

    def take_back(self, index: int, seats: int) -> None:
        """Free sold seats."""
        self._move(self._state.scenario.products[index], 0, -seats)


def _overdue(hold: RecordedHold) -> str | None:
    if hold.state != "held":
        return None
    return f"the time of {hold.id} was over at {hold.expires}, and it runs still"
