"""Agents of one's own, for studies."""

from test_time_gym.agents.scripted import Cheapest


class Stubborn(Cheapest):
    """Gives up at once until it has given up three times; it knows the flow."""

    def __init__(self):
        super().__init__()
        self.lost = 0

    def act(self, observation):
        if self.lost < 3:
            return {"verb": "abort"}
        return super().act(observation)

    def end(self, result):
        self.lost += result["outcome"] != "success"


class Broken:
    """Fails at its first page."""

    def act(self, observation):
        raise KeyError("there is no such field")


class Impossible:
    """Cannot be made."""

    def __init__(self):
        raise RuntimeError("no model is loaded")


def hurried(page):
    """Search as long as there is time, and nothing else."""
    return {"verb": "search_flights" if page["turns_left"] > 1 else "abort"}
