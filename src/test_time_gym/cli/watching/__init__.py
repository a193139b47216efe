"""A run to look at while it is played: what is shown, and who turns the pages."""

from .lookout import Lookout, watched_journal
from .pace import Pace
from .printed import Printed
from .screen import Screen, Stopped

__all__ = ["Lookout", "Pace", "Printed", "Screen", "Stopped", "watched_journal"]
