"""An OpenEnv server of this machine, in a thread of a test."""

import asyncio
import threading
from contextlib import contextmanager

from test_time_gym.scenarios import load_scenario
from test_time_gym.serving.addresses import Address, bind
from test_time_gym.serving.http_server import HttpServer
from test_time_gym.serving.openenv.app import openenv_app
from test_time_gym.serving.openenv.served_scenario import ServedScenario


@contextmanager
def hosted(scenario="flights/sfo-mad", *, sessions=256, **options):
    """Yield the URL of a server of a scenario."""
    served = ServedScenario(load_scenario(scenario), **options)
    address, listener = bind(Address(host="127.0.0.1", port=0), allow_remote=False)
    server = HttpServer(openenv_app(served, address, sessions=sessions))
    thread = threading.Thread(
        target=lambda: asyncio.run(server.serve(sockets=[listener]))
    )
    thread.start()
    try:
        yield address.url
    finally:
        server.should_exit = True
        thread.join(300)
