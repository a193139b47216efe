"""What all tests share: helpers by plain import, and stable examples."""

import signal
import sys
from pathlib import Path

from hypothesis import HealthCheck, settings

# With --import-mode=importlib pytest leaves sys.path alone: make `import worlds` work.
sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parent / "support")]

# What a shell starts in the background ignores Ctrl-C, and children inherit that: then
# no test of an interrupted process could tell anything.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

_COMMON = {
    "deadline": None,
    "suppress_health_check": [HealthCheck.too_slow, HealthCheck.data_too_large],
}
settings.register_profile(
    "stable", derandomize=True, database=None, max_examples=60, **_COMMON
)
settings.register_profile("wide", max_examples=3000, **_COMMON)
settings.load_profile("stable")
