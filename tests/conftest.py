"""What all tests share: helpers by plain import, and stable examples."""

import gc
import signal
import sys
from pathlib import Path

import pytest
from _pytest.doctest import DoctestModule
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from test_time_gym.compilation import WAY_OUT, compilation

_COMPILED = compilation()
if _COMPILED.changed and not _COMPILED.asked_pure:
    # They would not be used; but who compiled wants to test what is compiled.
    pytest.exit(f"compiled modules are older than {_COMPILED.changed[0]}: {WAY_OUT}", 4)

# With --import-mode=importlib pytest leaves sys.path alone: make `import worlds` work.
sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parent / "support")]

# What a shell starts in the background ignores Ctrl-C, and children inherit that: then
# no test of an interrupted process could tell anything.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


class DocumentedFiles:
    """Only files with examples are searched for some: searching a module is slow.

    A hook of this file would be asked about files below its folder alone; a plugin is
    asked about the sources too.
    """

    @pytest.hookimpl(wrapper=True)
    def pytest_collect_file(self, file_path):
        """Leave out the doctests of a file that has none."""
        found = yield
        if file_path.suffix != ".py" or b">>> " in file_path.read_bytes():
            return found
        return [one for one in found if not isinstance(one, DoctestModule)]


def pytest_configure(config):
    config.pluginmanager.register(DocumentedFiles(), "documented-files")


@pytest.hookimpl(wrapper=True)
def pytest_collection():
    """Let the garbage collector leave alone what lives as long as the session.

    It is a million objects, ten thousand cases and all modules: to look through them,
    again and again, took a quarter of the time of tests that make many objects.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        # When it is first used, Hypothesis asks the collector who refers to its random
        # generator, and warns if nobody does: what is frozen is not told.
        _draws_nothing()
        gc.collect()
        gc.freeze()
        gc.enable()


def pytest_collection_modifyitems(items):
    """Mark what takes long, and leave out what only sources allow where none run."""
    from long_tests import is_long

    for item in items:
        if is_long(item.nodeid):
            item.add_marker(pytest.mark.long)
        if _COMPILED.used:
            for mark in item.iter_markers("pure"):
                item.add_marker(pytest.mark.skip(reason=f"compiled: {mark.args[0]}"))


_COMMON = {
    "deadline": None,
    "suppress_health_check": [HealthCheck.too_slow, HealthCheck.data_too_large],
}
settings.register_profile(
    "stable", derandomize=True, database=None, max_examples=60, **_COMMON
)
settings.register_profile("wide", max_examples=3000, **_COMMON)
settings.load_profile("stable")


@given(st.none())
def _draws_nothing(_):
    """Be a first use of Hypothesis."""
