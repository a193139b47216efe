"""``python -m tests.fuzz.driver TARGET …``: one target under atheris.

The rest of the command line goes to libFuzzer.  `tests.fuzz` calls it.
"""

import sys
from random import Random

import atheris

# Laws are checked after every event: watching them would take nearly all the time.
LAWS = ["test_time_gym.market.invariants", "test_time_gym.market.snapshot"]

with atheris.instrument_imports(include=["test_time_gym"], exclude=LAWS):
    from tests.fuzz.targets import TARGETS

BLIND = 0.3
"""Share of mutations that are libFuzzer's own, which knows no structure."""


def main() -> None:
    """Fuzz; never returns."""
    target = TARGETS[sys.argv[1]]

    def mutate(data: bytes, max_size: int, seed: int) -> bytes:
        dice = Random(seed)
        if dice.random() < BLIND:
            return atheris.Mutate(data, max_size)
        changed = target.mutated(data, dice)
        return changed if len(changed) <= max_size else data

    def run(data: bytes) -> None:
        target.run(data)

    atheris.Setup(
        [sys.argv[0], *sys.argv[2:]],
        run,
        custom_mutator=mutate,
        internal_libfuzzer=True,
    )
    atheris.Fuzz()


if __name__ == "__main__":
    main()
