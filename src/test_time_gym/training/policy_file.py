"""Save a policy that was trained, as a file that plays as an agent."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from test_time_gym.agents.trained import PolicyFile, PolicyFileError, write_policy
from test_time_gym.agents.trained.network import Activation, Layer, Network, fixed
from test_time_gym.agents.trained.policy_file import Choice
from test_time_gym.envs.adapter import Actions
from test_time_gym.envs.agent_views import fields_seen, vector_sizes
from test_time_gym.market.errors import shown
from test_time_gym.market.interface.role import ROLES
from test_time_gym.scenarios import Scenario, load_scenario

__all__ = ["save_policy"]

_ACTIVATIONS: dict[str, Activation] = {
    "relu": "relu",
    "tanh": "tanh",
    "identity": "identity",
}
"""Names of modules, in small letters → what they do."""


def save_policy(
    path: str | Path,
    layers: Iterable[Any],
    scenario: str | Path | Scenario,
    *,
    role: str = "buyer",
    actions: Actions = "full",
    choice: Choice = "draw",
) -> PolicyFile:
    """Write a trained policy to a file, which plays wherever an agent can.

    ``ttgym run flights/rush --agents ppo:rush.npz,cheapest``, ``ttgym bench``,
    ``others={"buyer_1": "ppo:rush.npz"}``: an agent is named by ``ppo:`` and the path.
    Weights are rounded to multiples of 2**-16, and the policy acts in whole numbers, so
    that it plays alike on every machine.

    Args:
        path: something that ends with ``.npz``; a file that exists is replaced.
        layers: from the observation to the scores (logits) of all actions: modules
            with ``weight`` and ``bias``, as torch's ``Linear`` has them, or pairs of
            such arrays, of the shapes ``(outputs, inputs)`` and ``(outputs,)``; between
            them modules called ``ReLU`` or ``Tanh``, or ``"relu"`` and ``"tanh"``.
        scenario: one of the trade that it was trained in.
        role: that it plays.
        actions: which masks it was trained with.
        choice: ``"draw"`` from the chances of actions, as in training, or take the
            ``"likeliest"`` action.

    Returns:
        What was written.

    Raises:
        PolicyFileError: the layers fit neither each other nor the vectors of the trade.
        Misuse: the file cannot be written.
        ScenarioError: there is no such scenario.

    Example:
        >>> import numpy as np
        >>> layer = (np.zeros((48, 210)), np.zeros(48))
        >>> save_policy("build/even.npz", [layer], "flights/rush").trade
        'flights'
    """
    for name, value, known in (
        ("role", role, ROLES),
        ("actions", actions, ("full", "lean")),
        ("choice", choice, ("draw", "likeliest")),
    ):
        if value not in known:
            msg = f"{name} is {' or '.join(map(repr, known))}, not {shown(value)}"
            raise PolicyFileError(msg)
    trade = load_scenario(scenario).market.trade
    network = Network(_layers(layers))
    sizes = vector_sizes(trade, role)
    if (network.inputs, network.outputs) != sizes:
        msg = f"the layers take {network.inputs} numbers and score {network.outputs} "
        msg += f"actions: a {role} of {trade.name} sees {sizes[0]} and has {sizes[1]}"
        raise PolicyFileError(msg)
    policy = PolicyFile(
        network=network,
        trade=trade.name,
        role=role,
        fields=fields_seen(trade, role),
        actions=actions,
        choice=choice,
    )
    write_policy(path, policy)
    return policy


def _layers(given: Iterable[Any]) -> list[Layer]:
    """Return the layers, each with the activation that follows it."""
    layers: list[Layer] = []
    for one in given:
        activation = _activation(one)
        if activation is None:
            weights, biases = _arrays(one)
            layers.append(Layer(fixed(weights), fixed(biases), "identity"))
        elif not layers or layers[-1].activation != "identity":
            msg = f"{activation} follows no layer of weights"
            raise PolicyFileError(msg)
        else:
            layers[-1] = layers[-1]._replace(activation=activation)
    return layers


def _activation(one: Any) -> Activation | None:
    """Return what an activation does; None: it is something else."""
    name = one if isinstance(one, str) else type(one).__name__
    return _ACTIVATIONS.get(name.lower())


def _arrays(one: Any) -> tuple[Any, Any]:
    """Return the weights and biases of a layer.

    Raises:
        PolicyFileError: it has none.
    """
    pair = one
    if hasattr(one, "weight") and getattr(one, "bias", None) is not None:
        pair = (one.weight, one.bias)
    try:
        weights, biases = (_array(part) for part in pair)
    except (TypeError, ValueError) as error:
        name = one if isinstance(one, str) else type(one).__name__
        msg = f"{name!s:.60} is no layer: pass modules with weight and bias, pairs of "
        raise PolicyFileError(msg + "arrays, and ReLU or Tanh between them") from error
    return weights, biases


def _array(part: Any) -> Any:
    """Return an array; a tensor that is being trained is detached first."""
    detach = getattr(part, "detach", None)
    return np.asarray(detach().cpu() if callable(detach) else part, np.float64)
