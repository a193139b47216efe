"""The naive model of paying: a desk with a calendar and lists, and no engine."""

from fractions import Fraction
from math import floor

DAY_MS = 86_400_000

FIRST, SECOND = 0, 1
"""What ends by itself comes before what the gateway does, at one instant."""

LIVE = ("processing", "requires_challenge")

CARDS = {
    "tok_ok": "yes",
    "tok_amex": "yes",
    "tok_frictionless": "yes",
    "tok_limit": "yes, up to the limit",
    "tok_timeout": "yes, unheard",
    "tok_3ds": "asks",
    "tok_mute": "asks",
    "tok_decline_soft": "no, at first",
    "tok_decline_hard": "no, for good",
    "tok_insufficient_funds": "no",
}
CARD_LIMIT = 150_00


class Desk:
    """What should become of holds, payments and orders.

    Args:
        rules: the scenario's settings, by their names there.
        stock: the seats.
        prices: one (price, refundable, fee of cancelling, departure) per product.
    """

    def __init__(self, rules, stock, prices):
        self.rules, self.stock, self.prices = rules, stock, prices
        self.now = 0
        self.calendar, self.entries = [], 0
        self.holds, self.payments, self.orders = {}, {}, {}
        self.tries, self.refused, self.keys = [], [], []
        self.serving, self.line = [], []

    # -- the calendar ------------------------------------------------------------

    def note(self, when, urgency, what, *whom):
        self.entries += 1
        self.calendar.append((when, urgency, self.entries, what, whom))

    def pass_to(self, now):
        while self.calendar:
            entry = min(self.calendar, key=lambda e: e[:3])
            if entry[0] > now:
                break
            self.calendar.remove(entry)
            self.now, _, _, what, whom = entry
            what(*whom)
        self.now = now

    # -- holds -------------------------------------------------------------------

    def place(self, seat, lines):
        """Place a hold; return (its name, None), or (None, why not)."""
        placed = sum(hold["seat"] == seat for hold in self.holds.values())
        if placed >= self.rules["per_visitor"]:
            return None, "hold_quota"
        if any(self.now >= self.prices[product][3] for product, _ in lines):
            return None, "departed"
        name = f"hold-{seat}-{placed + 1}"
        if not self.stock.take(lines, name):
            return None, "sold_out"
        end = self.now + self.rules["ttl_s"] * 1000
        hold = {"seat": seat, "lines": lines, "end": end, "state": "held"}
        self.holds[name] = hold
        self.note(end, FIRST, self.expire, name)
        return name, None

    def expire(self, name):
        if self.holds[name]["state"] == "held":
            self.free(name, "expired")

    def free(self, name, state):
        self.holds[name]["state"] = state
        for product, seats in self.holds[name]["lines"]:
            self.stock.leave(name, product, seats)

    # -- confirming --------------------------------------------------------------

    def bill(self, name, coupons, card):
        items = sum(n * self.prices[p][0] for p, n in self.holds[name]["lines"])
        goods = items
        for coupon in coupons:
            share = round(Fraction(goods * coupon.get("percent_ppm", 0), 10**6))
            goods -= min(coupon.get("amount_minor", share), goods - 1)
        fees = 0
        for fee in self.rules["fees"]:
            if fee.get("brands") and card != "tok_amex":
                continue
            share = round(Fraction(goods * fee.get("percent_ppm", 0), 10**6))
            fees += fee.get("amount_minor", share)
        return items, goods, fees

    def confirm(self, seat, name, card, *, key, count, coupons):
        """Return (payment, None, whether it is new), or (None, refusal, False)."""
        items, goods, fees = self.bill(name, coupons, card)
        asked = (name, card, goods + fees, count)
        known = self.known(seat, key)
        if known and known[-1][0] != asked:
            return None, "idempotency_conflict", False
        live = [
            p
            for p in self.payments.values()
            if p["hold"] == name and p["state"] in LIVE
        ]
        if live and (not known or live[-1] is not known[-1][1]):
            return None, "payment_in_progress", False
        if known:
            return known[-1][1], None, False
        if self.holds[name]["state"] != "held":
            return None, "hold_expired", False
        bill = (items, goods, fees)
        payment = self.start(seat, name, card, bill=bill, count=count, coupons=coupons)
        self.keys.append((seat, key, asked, payment, self.now))
        return payment, None, True

    def known(self, seat, key):
        """Return what a key that still counts was used for, and each payment."""
        lives = self.rules["keys_expire_s"] * 1000
        return [
            (what, payment)
            for whose, k, what, payment, since in self.keys
            if (whose, k) == (seat, key) and self.now < since + lives
        ]

    def start(self, seat, name, card, *, bill, count, coupons):
        made = sum(p["seat"] == seat for p in self.payments.values())
        total = bill[1] + bill[2]
        part = total // count
        payment = {
            "id": f"pay-{seat}-{made + 1}",
            "seat": seat,
            "hold": name,
            "card": card,
            "bill": bill,
            "coupons": [coupon["code"] for coupon in coupons],
            "parts": [total - part * (count - 1)] + [part] * (count - 1),
            "try": len(self.tries),
            "state": "processing",
            "why": "",
            "answer": None,
            "passed": False,
            **dict.fromkeys(
                ("authorized", "captured", "voided", "refunded", "returning"), 0
            ),
        }
        self.payments[payment["id"]] = payment
        self.tries.append((seat, card, self.now))
        self.submit(payment)
        return payment

    # -- gateway and bank --------------------------------------------------------

    def submit(self, p):
        if len(self.serving) < self.rules["servers"]:
            self.serve(p)
        else:
            self.line.append(p["id"])

    def serve(self, p):
        self.serving.append(p["id"])
        self.note(self.now + self.rules["latency_ms"], SECOND, self.served, p)

    def down(self):
        return any(a * 1000 <= self.now < b * 1000 for a, b in self.rules["outages_s"])

    def served(self, p):
        self.serving.remove(p["id"])
        if self.line:
            self.serve(self.payments[self.line.pop(0)])
        if p["state"] != "processing":
            return
        if self.down():
            self.end(p, "declined", "gateway_unavailable")
        elif p["passed"]:
            self.take(p)
        else:
            self.ask(p)

    def ask(self, p):
        whose = (p["seat"], p["card"])
        window = self.rules["window_days"] * DAY_MS
        tries = [t for *who, t in self.tries[: p["try"] + 1] if tuple(who) == whose]
        recent = [t for t in tries if t > self.now - window]
        says = CARDS[p["card"]]
        if self.rules["stop_after_hard_decline"] and whose in self.refused:
            self.end(p, "declined", "retry_after_hard_decline")
        elif len(recent) > self.rules["most"]:
            self.end(p, "declined", "retry_limit")
        elif says == "no, for good":
            self.refused.append(whose)
            self.end(p, "declined", "hard_decline")
        elif says == "no" or (p["card"] == "tok_limit" and p["parts"][0] > CARD_LIMIT):
            self.end(p, "declined", "insufficient_funds")
        elif says == "no, at first" and len(tries) == 1:
            self.end(p, "declined", "soft_decline")
        elif says == "asks":
            p["state"] = "requires_challenge"
            end = self.now + self.rules["expires_s"] * 1000
            self.note(end, FIRST, self.give_up_challenge, p)
        else:
            self.take(p)

    def end(self, p, state, why):
        p["state"], p["why"] = state, why
        p["answer"] = p["answer"] or (state, why)

    def give_up_challenge(self, p):
        if p["state"] == "requires_challenge":
            self.end(p, "expired", "challenge_expired")

    def answer(self, p, *, right):
        if right:
            p["state"], p["passed"] = "processing", True
            self.submit(p)
        else:
            self.end(p, "declined", "challenge_failed")

    # -- money -------------------------------------------------------------------

    def take(self, p):
        hold, first = self.holds[p["hold"]], p["parts"][0]
        p["authorized"] = first
        if hold["state"] != "held":
            self.end(p, "authorized", "hold_expired")
            self.send_back(p)
            return
        p["captured"] = first
        self.end(p, "captured", "")
        hold["state"] = "confirmed"
        number = sum(o["payment"]["seat"] == p["seat"] for o in self.orders.values())
        name = f"order-{p['seat']}-{number + 1}"
        self.stock.rename(p["hold"], name)
        self.orders[name] = {
            "payment": p,
            "lines": dict(hold["lines"]),
            "state": "ticketed",
            "owed": sum(p["parts"]),
            "at": self.now,
        }
        self.let_come_due(name, 1)

    def send_back(self, p):
        if self.rules["void_lost_ppm"]:
            wait = self.rules["authorization_expires_s"]
            self.note(self.now + wait * 1000, FIRST, self.void, p, "expired")
        elif self.rules["money_back_after_s"]:
            wait = self.rules["money_back_after_s"]
            self.note(self.now + wait * 1000, SECOND, self.void, p, "voided")
        else:
            self.void(p, "voided")

    def void(self, p, state):
        p["voided"] = p["authorized"]
        p["state"] = state
        p["answer"] = (state, p["why"])

    def kept(self, p):
        return p["captured"] - p["refunded"] - p["returning"]

    def let_come_due(self, name, part):
        order = self.orders[name]
        if part < len(order["payment"]["parts"]):
            due = order["at"] + part * self.rules["every_days"] * DAY_MS
            self.note(max(due, self.now), SECOND, self.collect, name, part, 0)

    def collect(self, name, part, tries):
        order = self.orders[name]
        p = order["payment"]
        amount = min(p["parts"][part], order["owed"] - self.kept(p))
        if amount <= 0 or order["state"] == "defaulted":
            return
        if not self.down():
            p["authorized"] += amount
            p["captured"] += amount
            self.let_come_due(name, part + 1)
        elif tries < self.rules["retries"]:
            due = self.now + self.rules["retry_after_days"] * DAY_MS
            self.note(due, SECOND, self.collect, name, part, tries + 1)
        else:
            self.default(name)

    def default(self, name):
        order = self.orders[name]
        for product, seats in order["lines"].items():
            if self.now < self.prices[product][3]:
                self.stock.leave(name, product, seats)
                order["lines"][product] = 0
        order["state"] = "defaulted"
        order["owed"] = min(self.owed(order), self.kept(order["payment"]))
        self.settle(order)

    # -- cancelling --------------------------------------------------------------

    def why_not_cancel(self, name, back):
        order = self.orders[name]
        if order["state"] != "ticketed":
            return "cancelled"
        for product, seats in back.items():
            if not 1 <= seats <= order["lines"].get(product, 0):
                return "seats"
            if self.now >= self.prices[product][3]:
                return "departed"
        return None

    def cancel(self, name, back):
        order = self.orders[name]
        for product, seats in back.items():
            self.stock.leave(name, product, seats)
            order["lines"][product] -= seats
        if not any(order["lines"].values()):
            order["state"] = "cancelled"
        order["owed"] = self.owed(order)
        self.settle(order)

    def owed(self, order):
        """Compute seat by seat, and round once down, as the fare rules say."""
        p = order["payment"]
        items, goods, fees = p["bill"]
        stays, kept = Fraction(0), 0
        for product, bought in self.holds[p["hold"]]["lines"]:
            price, refundable, fee, _ = self.prices[product]
            share = Fraction(price * goods, items)
            for number in range(bought):
                if number < order["lines"][product] or not refundable:
                    stays += share
                else:
                    kept += min(fee, floor(share))
        return fees + floor(stays) + kept

    def settle(self, order):
        p = order["payment"]
        excess = self.kept(p) - order["owed"]
        if excess <= 0:
            return
        p["returning"] += excess
        wait = self.rules["money_back_after_s"] * 1000
        if wait:
            self.note(self.now + wait, SECOND, self.refund, p, excess)
        else:
            self.refund(p, excess)

    def refund(self, p, amount):
        p["returning"] -= amount
        p["refunded"] += amount
        whole = p["refunded"] == p["captured"]
        p["state"] = "refunded" if whole else "partially_refunded"
        p["why"] = ""

    def spent(self, seat, code):
        """Return whether a coupon of a visitor is used up, or may yet be."""
        taken = (*LIVE, "captured", "partially_refunded", "refunded")
        return any(
            p["seat"] == seat and code in p["coupons"] and p["state"] in taken
            for p in self.payments.values()
        )
