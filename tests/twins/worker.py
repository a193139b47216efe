"""A twin: a process that plays the cases it is given, in an environment of its own.

A case is a line on standard input, what came of it a line on standard output.
The line ``show`` returns the last journal instead.  Which environment it is was
decided before the interpreter started, but for what the options say.
"""

import argparse
import gc
import importlib.util
import json
import locale
import pkgutil
import random
import sys
import threading
import traceback
from contextlib import contextmanager, nullcontext, suppress
from hashlib import sha256
from pathlib import Path


def main():
    """Serve until standard input ends."""
    parser = argparse.ArgumentParser(prog="python -m tests.twins.worker")
    parser.add_argument("--garbage", choices=("never", "always"))
    parser.add_argument("--imports", choices=("backwards", "shuffled"))
    parser.add_argument("--busy", action="store_true")
    parser.add_argument("--twice", action="store_true")
    parser.add_argument("--plant")
    options = parser.parse_args()
    with suppress(locale.Error):  # not every system has them all
        locale.setlocale(locale.LC_ALL, "")
    if options.imports:
        import_all(options.imports)
    from tests.twins.drawn import play

    if options.plant:
        from tests.twins.plants import PLANTS

        PLANTS[options.plant]()
    if options.garbage == "never":
        gc.disable()
    elif options.garbage == "always":
        gc.set_threshold(1, 1, 1)
    times = []
    for line in sys.stdin:
        if line == "show\n":
            answer = [[x.decode() for x in one.lines] for one in times]
        else:
            times = []
            with neighbour() if options.busy else nullcontext():
                try:
                    times = [play(json.loads(line)) for _ in range(1 + options.twice)]
                    answer = [summary(one) for one in times]
                except Exception:  # noqa: BLE001 - whatever fails is the finding
                    answer = {"failed": traceback.format_exc()}
        print(json.dumps(answer), flush=True)


def summary(told):
    """Return what two twins compare, and how much it was."""
    journal = b"".join(told.lines)
    return {
        "sha256": sha256(journal).hexdigest(),
        "seen": told.seen,
        "records": len(told.lines),
        "bytes": len(journal),
    }


def import_all(order):
    """Import every module of the package, in another order than it does itself.

    Its own order begins in the package's ``__init__``, which is therefore run last.
    """
    spec = importlib.util.find_spec("test_time_gym")
    package = importlib.util.module_from_spec(spec)
    sys.modules["test_time_gym"] = package
    if not all((Path(folder) / "market").is_dir() for folder in package.__path__):
        package.__path__.append(str(Path(__file__).parents[2]))
    names = [
        f"test_time_gym.{'.'.join(parts)}"
        for folder in package.__path__
        for parts in modules_in(Path(folder))
        if parts[0] != "benchmarks"  # where the root itself is on the path
    ]
    names.sort(reverse=True)
    if order == "shuffled":
        random.Random(order).shuffle(names)
    for name in names:
        try:
            importlib.import_module(name)
        except ModuleNotFoundError as error:
            # A library that an extra installs; a module of our own must be there.
            if str(error.name).startswith("test_time_gym"):
                raise
    spec.loader.exec_module(package)


def modules_in(folder, parts=()):
    """Yield the names of all modules below a folder, as tuples; none is imported."""
    for module in pkgutil.iter_modules([str(folder)]):
        if not module.name.startswith("__"):
            yield (*parts, module.name)
            if module.ispkg:
                yield from modules_in(folder / module.name, (*parts, module.name))


@contextmanager
def neighbour():
    """Keep a thread busy beside, and let it interrupt often."""
    over = threading.Event()

    def spin():
        count = 0
        # In bursts: a thread that never lets go would take half of the processor.
        while not over.wait(0.001):
            for _ in range(500):
                count = (count * 3 + random.getrandbits(8)) % 1009

    thread = threading.Thread(target=spin)
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-4)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
        sys.setswitchinterval(usual)


if __name__ == "__main__":
    main()
