"""Environments of trainers: which versions are tested together."""

from typing import Final

TORCH: Final = "torch==2.13.0"
"""Installed first, so that no other release comes with a trainer."""

TESTS: Final = ("hypothesis", "pytest", "pytest-randomly")

TRAINERS: Final = {
    "sb3": (
        "stable-baselines3==2.9.2",
        "sb3-contrib==2.9.2",
        "supersuit==3.11.0",
        "gymnasium==1.4.0",
        "pettingzoo==1.27.0",
        "moviepy",
    ),
    "torchrl": (
        "torchrl==0.14.1",
        "tensordict==0.14.3",
        "gymnasium==1.4.0",
        "pettingzoo==1.27.0",
    ),
    "tianshou": ("tianshou==2.0.1", "pettingzoo==1.27.0"),
    "verifiers": ("verifiers==0.1.14",),
    "rllib": ("ray[rllib]==2.60.0", "gymnasium==1.2.2", "pettingzoo==1.27.0"),
}
"""Name of an environment → what is installed in it besides ours."""
