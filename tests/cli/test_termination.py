"""No interrupt is lost, not even one that comes while Python collects garbage."""

import signal
import time

import pytest

from test_time_gym.cli.termination import Terminated, terminable


class Interrupted:
    """An object during whose collection a signal arrives."""

    def __init__(self, number):
        self.number = number

    def __del__(self):
        signal.raise_signal(self.number)


@pytest.mark.parametrize(
    ("number", "raised"),
    [(signal.SIGINT, KeyboardInterrupt), (signal.SIGTERM, Terminated)],
)
def test_an_interrupt_while_garbage_is_collected_is_raised_all_the_same(number, raised):
    def collect():
        one = Interrupted(number)
        del one
        time.sleep(10)

    with terminable(), pytest.raises(raised):
        collect()


def test_another_error_of_a_collected_object_is_told_as_python_does(capsys):
    class Broken:
        def __del__(self):
            raise ValueError("broken")

    with terminable():
        Broken()

    assert "ValueError: broken" in capsys.readouterr().err
