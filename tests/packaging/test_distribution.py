"""What people install is what stands in the repository.

Builds without isolation, with the hatchling of the test environment, and installs
without downloading: the new environment borrows the dependencies of this one.
"""

import os
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from pathlib import Path
from typing import NamedTuple

import pytest

from test_time_gym.report import make_report as report

ROOT = Path(__file__).parents[2]
FOLDERS = ("market", "agents", "scenarios")

QUICK_START = """
from test_time_gym.envs.flight_booking_env import FlightBookingEnv

env = FlightBookingEnv(seed=42)
obs, info = env.reset()
done = trunc = False
steps = 0
while not (done or trunc):
    obs, reward, done, trunc, info = env.step({"verb": 0, "payload": ""})
    steps += 1
print("steps", steps)
"""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("distribution"),  # one worker builds for all
]


class Distributions(NamedTuple):
    sdist: Path
    from_tree: Path
    from_sdist: Path


def run(*command: str | Path, cwd: Path, **variables: str) -> str:
    """Run a command as a stranger would, without our paths; return what it says."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    answer = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=inherited | variables,
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr
    return answer.stdout


def build(source: Path, kind: str, out: Path) -> Path:
    options = ["--no-isolation", f"--{kind}", "--outdir", str(out)]
    run(sys.executable, "-m", "build", *options, source, cwd=out.parent)
    (built,) = out.iterdir()
    return built


def wheel_files(wheel: Path) -> list[str]:
    return sorted(zipfile.ZipFile(wheel).namelist())


def files_below(folder: Path) -> list[str]:
    """List the files of a folder, without what the interpreter leaves there."""
    return sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    )


@pytest.fixture(scope="module")
def distributions(tmp_path_factory):
    work = tmp_path_factory.mktemp("distributions")
    sdist = build(ROOT, "sdist", work / "sdist")
    with tarfile.open(sdist) as archive:
        archive.extractall(work / "unpacked", filter="data")
    (unpacked,) = (work / "unpacked").iterdir()
    return Distributions(
        sdist=sdist,
        from_tree=build(ROOT, "wheel", work / "from_tree"),
        from_sdist=build(unpacked, "wheel", work / "from_sdist"),
    )


@pytest.fixture(scope="module")
def programs(distributions, tmp_path_factory):
    """Install the wheel into a new environment; return the folder of its programs."""
    home = tmp_path_factory.mktemp("installed") / "venv"
    venv.create(home, symlinks=os.name != "nt", with_pip=False)
    paths = sysconfig.get_paths("venv", {"base": str(home), "platbase": str(home)})
    # Plain entries of a .pth file join sys.path, but .pth files found there are not
    # read: the dependencies arrive, our own editable installation does not.
    borrowed = sysconfig.get_path("purelib")
    Path(paths["purelib"], "borrowed.pth").write_text(borrowed, encoding="utf-8")
    programs = Path(paths["scripts"])
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python"]
    options = ["install", "--quiet", "--no-deps", "--no-index", "--ignore-installed"]
    wheel = distributions.from_sdist
    run(*pip, programs / "python", *options, wheel, cwd=home)
    return programs


@pytest.fixture
def elsewhere(tmp_path):
    """An empty working folder that must stay empty."""
    yield tmp_path
    assert list(tmp_path.iterdir()) == []


def test_a_wheel_is_the_same_from_the_tree_and_from_the_sdist(distributions):
    assert wheel_files(distributions.from_tree) == wheel_files(distributions.from_sdist)


def test_a_wheel_installs_one_package_and_nothing_beside_it(distributions):
    names = wheel_files(distributions.from_sdist)
    tops = {name.split("/")[0] for name in names}

    assert {top for top in tops if not top.endswith(".dist-info")} == {"test_time_gym"}
    assert "test_time_gym/py.typed" in names
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_wheel_carries_every_file_of_a_root_folder(distributions, folder):
    prefix = f"test_time_gym/{folder}/"
    packed = [
        name.removeprefix(prefix)
        for name in wheel_files(distributions.from_sdist)
        if name.startswith(prefix)
    ]

    assert packed == files_below(ROOT / folder)


def test_an_sdist_carries_tests_replays_and_documents_but_no_link(distributions):
    with tarfile.open(distributions.sdist) as archive:
        members = archive.getmembers()
    inside = {member.name.partition("/")[2] for member in members}
    tops = {name.split("/")[0] for name in inside}

    assert tops >= {*FOLDERS, "src", "tests", "replays", "docs", "examples"}
    assert inside >= {"CHANGELOG.md", "LICENSE", "Makefile", "README.md"}
    assert [member.name for member in members if not member.isfile()] == []
    assert not any(name.startswith("src/test_time_gym/market/") for name in inside)


def test_the_quick_start_runs_where_only_the_wheel_is(programs, elsewhere):
    said = run(programs / "python", "-c", QUICK_START, cwd=elsewhere)

    assert said.startswith("steps ")


def test_the_wheel_is_imported_from_where_it_was_installed(programs, elsewhere):
    code = (
        "import test_time_gym as t, test_time_gym.market as m; "
        "print(t.__file__, m.__file__, sep='\\n')"
    )
    home = programs.parent

    for line in run(programs / "python", "-c", code, cwd=elsewhere).splitlines():
        assert Path(line).is_relative_to(home)


def test_the_command_line_explains_itself_after_installation(programs, elsewhere):
    assert "demo" in run(programs / "ttgym", "--help", cwd=elsewhere)


def test_a_page_is_made_where_only_the_wheel_is(programs, tmp_path):
    journal = ROOT / "replays/flights-sfo-mad.jsonl"

    said = run(programs / "ttgym", "report", journal, "-o", "x.html", cwd=tmp_path)

    assert said.startswith("x.html: 1 run, 24 records, ")
    made = (tmp_path / "x.html").read_bytes()
    assert b"Leon Sorokin" in made  # the licence of uPlot
    assert made == report(journal).html


def test_the_root_folders_serve_where_links_are_missing(distributions, elsewhere):
    (unpacked,) = (distributions.sdist.parents[1] / "unpacked").iterdir()
    source = str(unpacked / "src")

    said = run(sys.executable, "-c", QUICK_START, cwd=elsewhere, PYTHONPATH=source)

    assert said.startswith("steps ")
