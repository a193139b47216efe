"""A feed-forward network of integers, which scores alike on every machine.

Sums of floats depend on the order in which a processor takes them.  So weights and
activations are fixed-point numbers of 64 bits, whose sums are exact.
"""

from collections.abc import Sequence
from math import tanh
from typing import Any, Final, Literal, NamedTuple, get_args

import numpy as np
from numpy.typing import NDArray

from test_time_gym.market.interface.policy import AgentError

__all__ = ["ACTIVATIONS", "UNIT", "Activation", "Layer", "Network", "fixed"]

BITS: Final = 16
UNIT: Final = 1 << BITS
"""The number one: what weights, activations and scores are multiples of."""

Activation = Literal["relu", "tanh", "identity"]
"""What becomes of a layer's sums."""

ACTIVATIONS: Final[tuple[Activation, ...]] = get_args(Activation)

_MATRIX: Final = 2
"""Dimensions of weights."""
_HALF: Final = UNIT >> 1
_LARGEST: Final = 2**62
"""Sums stay below it, so that 64 bits hold them."""
_INPUT_MOST: Final = 16
"""Inputs of a network are cut off there; those of the vector door end at 10."""


class Layer(NamedTuple):
    """One layer, in multiples of ``1 / UNIT``."""

    weights: NDArray[np.int64]
    """Of the shape ``(outputs, inputs)``."""
    biases: NDArray[np.int64]
    """Of the shape ``(outputs,)``."""
    activation: Activation


def fixed(numbers: Any) -> NDArray[np.int64]:
    """Return numbers as multiples of ``1 / UNIT``, rounded to the nearest.

    Raises:
        AgentError: one of them is not finite, or out of range.

    >>> fixed([0.5, -1.0]).tolist()
    [32768, -65536]
    """
    scaled = np.asarray(numbers, np.float64) * UNIT
    if not np.isfinite(scaled).all() or (np.abs(scaled) >= 2**40).any():
        raise AgentError("weights of a policy are finite, and less than 2**24 in size")
    return np.rint(scaled).astype(np.int64)


class Network:
    """Layers, one after the other.

    Args:
        layers: the last of them scores the actions.

    Raises:
        AgentError: there is none, shapes do not fit, or sums could overflow.
    """

    def __init__(self, layers: Sequence[Layer]) -> None:
        """Check that the layers fit."""
        if not layers:
            raise AgentError("a policy has at least one layer")
        self.layers: tuple[Layer, ...] = tuple(layers)
        most, width = _INPUT_MOST * UNIT, self.inputs
        for k, layer in enumerate(self.layers):
            shape = layer.weights.shape
            if (
                len(shape) != _MATRIX
                or layer.biases.shape != shape[:1]
                or shape[1] != width
            ):
                msg = f"layer {k} of the policy has weights of the shape {shape} and "
                msg += f"biases of {layer.biases.shape}: expected (n, {width}) and (n,)"
                raise AgentError(msg)
            if layer.activation not in ACTIVATIONS:
                msg = f"the activation of layer {k} is one of {', '.join(ACTIVATIONS)}"
                raise AgentError(msg)
            most, width = _largest(layer, most, k), shape[0]

    @property
    def inputs(self) -> int:
        """How many numbers it takes."""
        shape = self.layers[0].weights.shape
        return int(shape[1]) if len(shape) == _MATRIX else 0

    @property
    def outputs(self) -> int:
        """How many actions it scores."""
        return int(self.layers[-1].biases.shape[0])

    def scores(self, numbers: NDArray[np.float32]) -> NDArray[np.int64]:
        """Return the score of each action, in multiples of ``1 / UNIT``.

        Args:
            numbers: of the shape ``(inputs,)``.
        """
        values = fixed(np.clip(numbers, -_INPUT_MOST, _INPUT_MOST))
        for layer in self.layers:
            sums = layer.weights @ values + (layer.biases << BITS)
            values = _activated((sums + _HALF) >> BITS, layer.activation)
        return values


def _activated(values: NDArray[np.int64], activation: Activation) -> NDArray[np.int64]:
    if activation == "relu":
        return np.maximum(values, 0)
    if activation == "tanh":
        # Scalar by scalar and rounded, which hides the last bits of a machine's own.
        units = [round(tanh(one / UNIT) * UNIT) for one in values.tolist()]
        return np.array(units, np.int64)
    return values


def _largest(layer: Layer, most: int, place: int) -> int:
    """Return the largest value that a layer can give, if 64 bits hold its sums."""
    rows = [sum(map(abs, row)) for row in layer.weights.tolist()]
    biases = [abs(one) << BITS for one in layer.biases.tolist()]
    largest = max(
        (row * most + bias for row, bias in zip(rows, biases, strict=True)), default=0
    )
    if largest >= _LARGEST:
        msg = f"the weights of layer {place} of the policy are too large: its sums "
        raise AgentError(msg + "could exceed 64 bits")
    return UNIT if layer.activation == "tanh" else (largest >> BITS) + 1
