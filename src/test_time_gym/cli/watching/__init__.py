"""A run to look at while it is played: what is shown, and who turns the pages."""

from .lookout import Lookout, watched_journal
from .printed import Printed
from .screen import Screen, Stopped
from .watch_speed import WatchSpeed

__all__ = ["Lookout", "Printed", "Screen", "Stopped", "WatchSpeed", "watched_journal"]
