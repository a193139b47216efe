"""Visits to a site: its pages as a buyer sees them, one verb after another."""

from test_time_gym.envs import FlightBookingEnv
from test_time_gym.scenarios import load_family


class Visit:
    """A visit to a site by one buyer.

    Args:
        scenario: its name, or the scenario.
        seed: of the episode.

    Attributes:
        pages: all of them, the first one first.
    """

    def __init__(self, scenario, seed=1):
        """Open the first page."""
        self._env = FlightBookingEnv(scenario, n_agents=1)
        page, _ = self._env.reset(seed=seed)
        self.pages = [page]

    @property
    def page(self):
        return self.pages[-1]

    def do(self, verb, **args):
        """Do something, and return the page that follows."""
        return self.act({"verb": verb, "payload": args})

    def act(self, action):
        """Do what a policy has answered, and return the page that follows."""
        page, *_ = self._env.step(action)
        self.pages.append(page)
        return page


def site(number=0, **more):
    """Return a site of the packaged family."""
    return load_family("flights/sites").site(number, **more)
