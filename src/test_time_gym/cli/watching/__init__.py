"""A run to look at while it is played: what is shown, and who turns the pages."""

from .lookout import Lookout, watched_journal
from .pace import WatchSpeed
from .printed import Printed
from .screen import Screen, Stopped

__all__ = ["Lookout", "Printed", "Screen", "Stopped", "WatchSpeed", "watched_journal"]
