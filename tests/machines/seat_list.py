"""The naive model of seats: every leg is a list, and every seat has a name on it."""


class SeatList:
    """Legs as lists; a seat is None or (product, owner).

    Args:
        capacity: leg → seats.
        products: one (legs, nest, rank, booking limit) for each product.
    """

    def __init__(self, capacity, products):
        self.legs = {name: [None] * seats for name, seats in capacity.items()}
        self.products = products

    def owned(self, leg, test):
        """Count the seats of a leg whose product and owner pass a test."""
        return sum(seat is not None and test(*seat) for seat in self.legs[leg])

    def of_product(self, product, test):
        """Count the seats of a product whose owners pass a test."""
        first = self.products[product][0][0]
        return self.owned(first, lambda p, owner: p == product and test(owner))

    def within_limits(self):
        for legs, nest, rank, limit in self.products:
            below = [
                p
                for p, (_, other, r, _) in enumerate(self.products)
                if other == nest and r >= rank
            ]
            used = self.owned(legs[0], lambda p, _, below=below: p in below)
            if limit is not None and used > limit:
                return False
        return True

    def take(self, lines, owner):
        """Put a name on seats: all or none, by trying it on a copy."""
        before = {name: list(seats) for name, seats in self.legs.items()}
        for product, count in lines:
            for name in self.products[product][0]:
                for _ in range(count):
                    if None not in self.legs[name]:
                        self.legs = before
                        return False
                    self.legs[name][self.legs[name].index(None)] = (product, owner)
        if not self.within_limits():
            self.legs = before
            return False
        return True

    def could_take(self, product):
        """Return how many seats of a product could be taken now, by trying."""
        before = {name: list(seats) for name, seats in self.legs.items()}
        count = 0
        while self.take([(product, 1)], "trial"):
            count += 1
        self.legs = before
        return count

    def rename(self, owner, new):
        for name, seats in self.legs.items():
            self.legs[name] = [
                (seat[0], new) if seat and seat[1] == owner else seat for seat in seats
            ]

    def leave(self, owner, product, count):
        """Take a name off so many seats of a product."""
        for name in self.products[product][0]:
            for _ in range(count):
                place = self.legs[name].index((product, owner))
                self.legs[name][place] = None
