"""Targets: the modules that keep money and records, and the tests that guard them.

The tests of a module are the quickest that should notice any change of it.  A test
that is not listed still guards the module in `make test`; it only does not count here.
"""

_MONEY = (
    "late_payments",
    "refunds",
    "instalment_plans",
    "challenges",
    "notices",
    "step_laws",
)
"""Stories of money from its reservation to its end."""

_GUARDS: dict[str, tuple[str, ...]] = {
    "ledger": ("ledger",),
    "inventory": ("inventory",),
    "holds": ("holds",),
    "orders": ("orders", "partial_cancelling"),
    "bill": ("bill", "stacked_coupons"),
    "fees": ("fees", "bill"),
    "coupons": ("coupons", "bill"),
    "journal": ("journal",),
    "payments/payment": ("payment",),
    "payments/book": ("book", *_MONEY),
    "payments/processor": ("processor", "money_back", "retries", *_MONEY),
    "payments/notices": ("sending_notices", "notices"),
    "payments/keys": ("keys",),
    "payments/retries": ("retries",),
    "payments/instalments": ("instalments", "collecting_parts", "instalment_plans"),
    "payments/challenge": ("challenges", "notices"),
    "payments/issuer": ("issuer",),
    "payments/gateway": ("gateway", "late_payments"),
    "payments/annuity": ("annuity",),
}

TARGETS: dict[str, tuple[str, ...]] = {
    f"market/{module}.py": tuple(f"tests/market/test_{name}.py" for name in names)
    for module, names in _GUARDS.items()
}
"""Module → files of tests, both from the repository's root."""
