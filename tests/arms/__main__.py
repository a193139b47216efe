"""Measure the harness: `python -m tests.arms`; some minutes.

Models of known skill, behind a real server, in all arms: the table in
docs/llm-memory.md.
"""

import argparse

from tests.arms.harness import measured

from test_time_gym.agents.llm.memory import MEMORY_ARMS


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--episodes", type=int, default=20)
    parser.add_argument("--seeds", type=int, default=8)
    parser.add_argument("--follow", default="0,0.25,0.5,0.75,1")
    parser.add_argument("--misread", type=float, default=0.05)
    parser.add_argument("--malform", type=float, default=0.02)
    asked = parser.parse_args()
    shares = [float(one) for one in asked.follow.split(",")]
    arms = [arm for arm in MEMORY_ARMS if arm != "none"]
    print("| follows | none | " + " | ".join(arms) + " |")
    print("| --- " * (len(arms) + 2) + "|")
    for follow in shares:
        found = measured(
            follow,
            episodes=asked.episodes,
            seeds=asked.seeds,
            arms=arms,
            misread=asked.misread,
            malform=asked.malform,
        )
        cells = [f"{100 * found.success['none']:.1f} %"]
        for arm in arms:
            gain = found.gains[arm]
            cells.append(f"{100 * gain.estimate:+.1f} [{_points(gain.low)}, ")
            cells[-1] += f"{_points(gain.high)}]"
        print(f"| {follow} | " + " | ".join(cells) + " |", flush=True)


def _points(value):
    return "-" if value is None else f"{100 * value:+.1f}"


if __name__ == "__main__":
    main()
