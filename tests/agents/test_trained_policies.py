"""Policies that were trained: their network, their file, and how they choose."""

import json
import zipfile
from itertools import pairwise
from math import exp, tanh

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.policies import INPUTS, OUTPUTS, flat_policy, random_layers

from test_time_gym.agents import make_agent
from test_time_gym.agents.trained import PolicyFileError, TrainedAgent, read_policy
from test_time_gym.agents.trained.network import UNIT, Layer, Network, fixed
from test_time_gym.market.errors import Misuse
from test_time_gym.market.interface.policy import AgentError
from test_time_gym.training import save_policy


def by_floats(layers, numbers):
    """Return what the same layers score in plain floats."""
    values = np.asarray(numbers, np.float64)
    for weights, biases, activation in layers:
        values = weights @ values + biases
        if activation == "relu":
            values = np.maximum(values, 0)
        if activation == "tanh":
            values = np.array([tanh(one) for one in values])
    return values


@given(
    seed=st.integers(0, 2**32 - 1),
    widths=st.lists(st.integers(1, 12), min_size=2, max_size=4),
    activation=st.sampled_from(["relu", "tanh"]),
)
def test_a_network_of_integers_scores_as_one_of_floats(seed, widths, activation):
    chance = np.random.default_rng(seed)
    layers = [
        (chance.normal(size=(two, one)), chance.normal(size=two), activation)
        for one, two in pairwise(widths)
    ]
    network = Network([Layer(fixed(w), fixed(b), a) for w, b, a in layers])
    numbers = chance.uniform(-10, 10, widths[0]).astype(np.float32)

    scores = network.scores(numbers)

    assert scores.dtype == np.int64
    assert scores / UNIT == pytest.approx(by_floats(layers, numbers), abs=0.05)


def test_inputs_beyond_the_vector_door_are_cut_off():
    network = Network([Layer(fixed([[1.0]]), fixed([0.0]), "identity")])
    scores = [network.scores(np.float32([one])).item() for one in (1e30, np.inf, -1e30)]
    assert scores == [16 * UNIT, 16 * UNIT, -16 * UNIT]


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        ([], "at least one layer"),
        ([(np.zeros((3, 2)), np.zeros(2))], "biases of .2,.: expected .n, 2."),
        ([(np.zeros(3), np.zeros(3))], "weights of the shape .3,."),
        (
            [(np.zeros((3, 2)), np.zeros(3)), (np.zeros((1, 4)), np.zeros(1))],
            "layer 1 of the policy has weights of the shape .1, 4.",
        ),
        ([(np.full((1, 2), np.nan), np.zeros(1))], "finite"),
        ([(np.full((1, 2), 1e9), np.zeros(1))], "less than 2..24"),
        ([(np.full((1, 2**20), 1e7), np.zeros(1))], "could exceed 64 bits"),
        (["relu", (np.zeros((3, 2)), np.zeros(3))], "relu follows no layer"),
        ([(np.zeros((3, 2)), np.zeros(3)), "tanh", "relu"], "relu follows no layer"),
        (["gelu"], "'?gelu'? is no layer"),
        ([object()], "object.*is no layer"),
        ([(np.zeros((3, 2)), np.zeros(3))], "take 2 numbers and score 3 actions"),
    ],
)
def test_layers_that_are_no_policy_are_refused(tmp_path, layers, message):
    with pytest.raises(AgentError, match=message):
        save_policy(tmp_path / "a.npz", layers, "flights/rush")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"role": "bank"}, "role is 'buyer' or 'seller'"),
        ({"actions": "few"}, "actions is 'full' or 'lean'"),
        ({"choice": "best"}, "choice is 'draw' or 'likeliest'"),
    ],
)
def test_words_that_nobody_knows_are_refused(tmp_path, options, message):
    with pytest.raises(PolicyFileError, match=message):
        save_policy(tmp_path / "a.npz", random_layers(1), "flights/rush", **options)


def test_a_file_has_all_of_a_policy(tmp_path):
    saved = flat_policy(tmp_path / "a.npz", actions="lean", choice="likeliest")
    found = read_policy(tmp_path / "a.npz")
    assert (found.digest, found.actions, found.choice) == (
        saved.digest,
        "lean",
        "likeliest",
    )
    for one, two in zip(found.network.layers, saved.network.layers, strict=True):
        assert one.activation == two.activation
        assert (one.weights == two.weights).all()
        assert (one.biases == two.biases).all()


def test_equal_policies_have_one_digest_and_others_another(tmp_path):
    same = [flat_policy(tmp_path / f"{name}.npz").digest for name in "ab"]
    other = [
        flat_policy(tmp_path / "c.npz", seed=2).digest,
        flat_policy(tmp_path / "d.npz", choice="likeliest").digest,
        flat_policy(tmp_path / "e.npz", actions="lean").digest,
    ]
    assert same[0] == same[1]
    assert len({same[0], *other}) == 4


def test_a_file_that_was_replaced_is_read_again(tmp_path):
    path = tmp_path / "a.npz"
    first = flat_policy(path)
    assert read_policy(path).digest == first.digest
    second = flat_policy(path, seed=2, choice="likeliest")
    assert read_policy(path).digest == second.digest


def test_modules_of_a_trainer_are_layers(tmp_path):
    class Linear:
        def __init__(self, weight, bias):
            self.weight, self.bias = weight, bias

    class ReLU:
        pass

    (one, bias), activation, (two, other) = random_layers(1)
    assert activation == "relu"
    plain = save_policy(tmp_path / "a.npz", random_layers(1), "flights/rush")
    modules = [Linear(one, bias), ReLU(), Linear(two, other)]
    made = save_policy(tmp_path / "b.npz", modules, "flights/rush")
    assert made.digest == plain.digest


# -- files that are none --------------------------------------------------------------


def repacked(path, change):
    """Write the arrays of a policy again, changed."""
    with np.load(path) as arrays:
        found = {name: arrays[name] for name in arrays.files}
    change(found)
    np.savez(path, **found)


def about(found, **changes):
    told = json.loads(bytes(found["about"])) | changes
    found["about"] = np.frombuffer(json.dumps(told).encode(), np.uint8)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda f: f.pop("about"), "save_policy of test_time_gym.training"),
        (lambda f: f.pop("weights_1"), "save_policy of test_time_gym.training"),
        (lambda f: about(f, format="another"), "of another version"),
        (lambda f: about(f, trade=3), "of another version"),
        (lambda f: about(f, choice="best"), "choice is draw or likeliest"),
        (lambda f: about(f, activations=["gelu", "relu"]), "activation of layer 0"),
        (lambda f: f.update(weights_0=np.zeros((3, 2))), "whole numbers"),
        (lambda f: f.update(biases_0=np.zeros(3, "i8")), "layer 0"),
    ],
)
def test_a_file_that_was_changed_is_refused(tmp_path, change, message):
    path = tmp_path / "a.npz"
    flat_policy(path)
    repacked(path, change)
    with pytest.raises(PolicyFileError, match=message) as refused:
        read_policy(path)
    assert str(path) in str(refused.value)


def test_files_that_are_no_policies_are_refused(tmp_path):
    path = tmp_path / "a.npz"
    with pytest.raises(PolicyFileError, match="No such file"):
        read_policy(path)
    path.mkdir()
    with pytest.raises(PolicyFileError, match="is no policy"):
        read_policy(path)
    text = tmp_path / "b.npz"
    text.write_text("weights")
    with pytest.raises(PolicyFileError, match="is no policy"):
        read_policy(text)
    objects = tmp_path / "c.npz"
    np.savez(objects, about=np.array([{"a": 1}], dtype=object))
    with pytest.raises(PolicyFileError, match="is no policy"):
        read_policy(objects)
    cut = tmp_path / "d.npz"
    flat_policy(cut)
    cut.write_bytes(cut.read_bytes()[:-200])
    with pytest.raises(PolicyFileError, match="is no policy"):
        read_policy(cut)


@pytest.mark.parametrize("bit", [0x01, 0x80])
def test_a_file_with_a_damaged_byte_is_refused_or_whole(tmp_path, bit):
    path = tmp_path / "a.npz"
    flat_policy(path)
    whole, refused = path.read_bytes(), 0
    for at in range(0, len(whole), 29):
        damaged = tmp_path / f"{at}.npz"
        damaged.write_bytes(whole[:at] + bytes([whole[at] ^ bit]) + whole[at + 1 :])
        try:
            read_policy(damaged)
        except PolicyFileError as error:
            assert str(damaged) in str(error)  # noqa: PT017
            refused += 1
    assert refused > 300


def test_an_about_that_nests_without_end_is_refused(tmp_path):
    path = tmp_path / "a.npz"
    flat_policy(path)
    endless = np.frombuffer(b"[" * 200_000, np.uint8)
    repacked(path, lambda found: found.update(about=endless))
    with pytest.raises(PolicyFileError, match="it is no policy"):
        read_policy(path)


def test_a_file_that_swells_is_refused(tmp_path):
    path = tmp_path / "a.npz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as told:
        told.writestr("weights_0.npy", bytes(257 * 2**20))
    assert path.stat().st_size < 2**20
    with pytest.raises(PolicyFileError, match="too large for a policy"):
        read_policy(path)


def test_a_policy_is_called_something_npz(tmp_path):
    with pytest.raises(PolicyFileError, match="is called something"):
        flat_policy(tmp_path / "policy.bin")
    (tmp_path / "file").write_text("")
    with pytest.raises(Misuse, match="file"):
        flat_policy(tmp_path / "file" / "a.npz")
    made = flat_policy(tmp_path / "new" / "folder" / "a.npz")
    assert read_policy(tmp_path / "new" / "folder" / "a.npz").digest == made.digest


# -- choosing -------------------------------------------------------------------------


def seen(mask):
    return {"observation": np.zeros(INPUTS, np.float32), "action_mask": np.int8(mask)}


def scored(tmp_path, scores, **options):
    """Return a policy that gives actions these scores, whatever is seen."""
    biases = np.zeros(OUTPUTS)
    biases[: len(scores)] = scores
    layer = (np.zeros((OUTPUTS, INPUTS)), biases)
    save_policy(tmp_path / "s.npz", [layer], "flights/rush", **options)
    return read_policy(tmp_path / "s.npz")


def test_actions_are_drawn_by_their_chances(tmp_path):
    scores, legal = [0.0, 1.0, 2.0, 9.0, -1.0], [0, 1, 2, 4]
    mask = [k in legal for k in range(OUTPUTS)]
    agent = TrainedAgent(scored(tmp_path, scores), seed=5)
    drawn = [agent.act(seen(mask)) for _ in range(8_000)]

    shares = np.array([exp(scores[k]) for k in legal])
    shares /= shares.sum()
    for action, share in zip(legal, shares, strict=True):
        error = (share * (1 - share) / 8_000) ** 0.5
        assert drawn.count(action) / 8_000 == pytest.approx(share, abs=4.5 * error)
    assert set(drawn) == set(legal)


def test_the_likeliest_legal_action_is_taken(tmp_path):
    policy = scored(tmp_path, [0.0, 1.0, 2.0, 9.0], choice="likeliest")
    agent = TrainedAgent(policy, seed=5)
    mask = [k in (0, 1, 2) for k in range(OUTPUTS)]
    assert {agent.act(seen(mask)) for _ in range(50)} == {2}


def test_a_seed_plays_the_same_again(tmp_path):
    flat_policy(tmp_path / "a.npz")
    mask = [True] * OUTPUTS
    drawn = []
    for seed in (1, 1, 2):
        agent = make_agent(f"ppo:{tmp_path / 'a.npz'}", seed)
        drawn.append([agent.act(seen(mask)) for _ in range(40)])
    assert drawn[0] == drawn[1] != drawn[2]
