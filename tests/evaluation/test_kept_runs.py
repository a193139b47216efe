"""Comparisons that go on where they were interrupted."""

import pytest

import test_time_gym as ttg
from test_time_gym.market.errors import Misuse

EMSR = "flights/emsr"
POLICIES = ["declared", "fixed"]


def compared(keep=None, policies=POLICIES, seeds=3, **given):
    return ttg.compare(EMSR, policies, seeds=seeds, keep=keep, **given).as_dict()


class Interrupts:
    """Hears how many runs are done, and ends the work after some of them."""

    def __init__(self, after=None):
        self.after, self.heard = after, []

    def __call__(self, _name, done):
        self.heard.append(done)
        if done == self.after:
            raise KeyboardInterrupt


@pytest.fixture(scope="module")
def whole():
    return compared()


@pytest.fixture(scope="module")
def file_of_all(tmp_path_factory):
    path = tmp_path_factory.mktemp("kept") / "all"
    compared(path)
    return path


def test_what_was_interrupted_goes_on_to_the_same_figures(tmp_path, whole):
    path = tmp_path / "runs"
    with pytest.raises(KeyboardInterrupt):
        compared(path, progress=Interrupts(after=4))
    rest = Interrupts()

    found = compared(path, progress=rest)

    assert found == whole
    assert rest.heard == [4, 5, 6]


def test_what_is_kept_is_not_played_again(file_of_all, whole):
    heard, before = Interrupts(), file_of_all.read_bytes()

    assert compared(file_of_all, progress=heard) == whole
    assert heard.heard == [6]
    assert file_of_all.read_bytes() == before


def test_more_seeds_and_other_policies_may_be_asked_for(tmp_path, file_of_all):
    path = tmp_path / "runs"
    path.write_bytes(file_of_all.read_bytes())
    heard = Interrupts()
    wanted = {"policies": ["declared", "Vueling=fixed"], "seeds": [1, 2, 9]}

    found = compared(path, progress=heard, **wanted)

    # Those of the scenario with the seeds 1 and 2 are there.
    assert heard.heard[0] == 2
    assert found == compared(**wanted)


@pytest.mark.parametrize("cut", [1, 30, 400])
def test_a_line_that_was_cut_off_counts_for_nothing(tmp_path, file_of_all, whole, cut):
    path, heard = tmp_path / "runs", Interrupts()
    path.write_bytes(file_of_all.read_bytes()[:-cut])

    assert compared(path, progress=heard) == whole
    assert heard.heard == [5, 6]
    assert sorted(path.read_bytes().split(b"\n")) == sorted(
        file_of_all.read_bytes().split(b"\n")
    )


@pytest.mark.parametrize("size", [0, 1, 20])
def test_a_file_that_had_hardly_begun_begins_again(tmp_path, file_of_all, size):
    path = tmp_path / "runs"
    path.write_bytes(file_of_all.read_bytes()[:size])

    compared(path)

    assert path.read_bytes() == file_of_all.read_bytes()


def test_a_damaged_line_is_named_and_nothing_is_changed(tmp_path, file_of_all):
    path, lines = tmp_path / "runs", file_of_all.read_bytes().split(b"\n")
    lines[2] = lines[2].replace(b'"sold":', b'"sald":')
    path.write_bytes(b"\n".join(lines))
    before = path.read_bytes()

    with pytest.raises(Misuse, match="runs:3 is damaged"):
        compared(path)
    assert path.read_bytes() == before


def test_another_file_is_not_written_to(tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("my notes\n")

    with pytest.raises(Misuse, match="is no file of kept runs"):
        compared(path)
    assert path.read_text() == "my notes\n"


def test_a_folder_or_a_place_that_is_not_there_is_refused(tmp_path):
    for path in (tmp_path, tmp_path / "nowhere" / "runs"):
        with pytest.raises(Misuse, match="cannot be written"):
            compared(path)


def test_runs_of_a_program_are_not_kept(tmp_path):
    path = tmp_path / "runs"

    with pytest.raises(Misuse, match="is a program of your own"):
        compared(path, policies=["declared", {"Vueling": object}])
    assert not path.exists()


def test_trials_are_kept_as_the_means_that_they_are(tmp_path):
    path, heard = tmp_path / "runs", Interrupts()
    given = {"trials": 2, "samples": 3, "burn_in": 0}
    first = compared(path, **given)

    assert compared(path, progress=heard, **given) == first == compared(**given)
    assert heard.heard == [4]
    # Of other lengths they are others.
    again = Interrupts()
    compared(path, progress=again, **given | {"samples": 2})
    assert again.heard[0] == 0
