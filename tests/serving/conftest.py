"""The fake model that tests of its server ask."""

import pytest

from test_time_gym.serving.fake_model import FakeModel


@pytest.fixture(scope="module")
def model():
    with FakeModel("cheapest") as served:
        yield served
