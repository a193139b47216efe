"""Where a server listens, and under which names it may be called."""

import socket

import pytest

from test_time_gym.market.errors import Misuse
from test_time_gym.serving.addresses import Address, bind


def test_a_free_port_is_chosen_and_told():
    address, listener = bind(Address(host="127.0.0.1", port=0), allow_remote=False)

    with listener:
        assert address.port == listener.getsockname()[1] > 0
        assert address.url == f"http://127.0.0.1:{address.port}"


def test_names_and_origins_are_closed_lists():
    address = Address(
        host="10.1.2.3",
        port=8000,
        names=("gym.example.org",),
        origins=("https://Example.org/",),
    )

    assert address.hosts == {"10.1.2.3:8000", "gym.example.org:8000"}
    assert address.own_origins == {
        "http://10.1.2.3:8000",
        "http://gym.example.org:8000",
        "https://example.org",
    }
    assert Address(host="::1", port=80).hosts == {"127.0.0.1", "localhost", "[::1]"}
    assert Address(host="::1", port=81).url == "http://[::1]:81"


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.1.2.3", "gym.example.org"])
def test_what_other_machines_can_reach_must_be_allowed(host):
    with pytest.raises(Misuse, match="--allow-remote"):
        bind(Address(host=host, port=0), allow_remote=False)


def test_every_interface_needs_a_name_that_clients_can_call():
    with pytest.raises(Misuse, match="--allow-host"):
        bind(Address(host="0.0.0.0", port=0), allow_remote=True)
    named = Address(host="0.0.0.0", port=0, names=("gym.example.org",))
    address, listener = bind(named, allow_remote=True)
    listener.close()
    assert f"gym.example.org:{address.port}" in address.hosts


def test_a_port_that_is_taken_is_told_in_a_sentence():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = Address(host="127.0.0.1", port=taken.getsockname()[1])
        with pytest.raises(Misuse, match="cannot listen at"):
            bind(address, allow_remote=False)
