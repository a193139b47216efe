"""Parts of the market beside naive models of them, step by step."""

import os

import pytest
from hypothesis import settings
from machines.inventory_machine import InventoryMachine
from machines.ledger_machine import LedgerMachine
from machines.payment_machine import PaymentMachine

LONG = bool(os.environ.get("TTGYM_LONG"))


def case_of(machine, quick):
    """Return a test case of a machine; with TTGYM_LONG set a hundredfold one."""
    case = machine.TestCase
    case.settings = settings(
        max_examples=quick * 100 if LONG else quick,
        stateful_step_count=100 if LONG else 50,
    )
    case.pytestmark = [pytest.mark.property]
    return case


TestSeatsAndHolds = case_of(InventoryMachine, 60)
TestLedger = case_of(LedgerMachine, 40)
TestPayments = case_of(PaymentMachine, 100)
