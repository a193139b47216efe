"""Folders of skills: what is written where, and what is left alone."""

import os
import shutil

import pytest
from tests.support.skill_episodes import skill

from test_time_gym.agents.skill_memory import (
    StoreError,
    export_skills,
    import_skills,
)
from test_time_gym.agents.skills.skill.skill import Step

TOP = "name: pay-with-tok-b"


def test_links_and_strange_things_are_refused(tmp_path):
    (tmp_path / "skills").mkdir()
    (secret,) = export_skills([skill()], tmp_path / "elsewhere")

    (tmp_path / "skills/pay-with-tok-b").symlink_to(secret.parent)
    with pytest.raises(StoreError, match="links are not followed"):
        import_skills(tmp_path / "skills")
    with pytest.raises(StoreError, match="is a link: links are not followed"):
        export_skills([skill()], tmp_path / "skills", overwrite=True)

    (tmp_path / "skills/pay-with-tok-b").unlink()
    (tmp_path / "skills/pay-with-tok-b").mkdir()
    (tmp_path / "skills/pay-with-tok-b/SKILL.md").symlink_to(secret)
    with pytest.raises(StoreError, match="links are not followed"):
        import_skills(tmp_path / "skills")
    with pytest.raises(StoreError, match="is a link: links are not followed"):
        export_skills([skill()], tmp_path / "skills", overwrite=True)

    (tmp_path / "skills/pay-with-tok-b/SKILL.md").unlink()
    os.mkfifo(tmp_path / "skills/pay-with-tok-b/SKILL.md")
    with pytest.raises(StoreError, match="is missing, or no regular file"):
        import_skills(tmp_path / "skills")


def test_two_folders_cannot_hold_one_skill(tmp_path):
    (path,) = export_skills([skill()], tmp_path)
    (new,) = export_skills([skill("other")], tmp_path, overwrite=True)
    assert new == path

    copy = tmp_path / "pay-too/SKILL.md"
    shutil.copytree(path.parent, copy.parent)
    with pytest.raises(StoreError, match="the folder is 'pay-too' and the skill 'pay-"):
        import_skills(tmp_path)
    copy.write_text(copy.read_text("utf-8").replace(TOP, "name: pay-too"), "utf-8")
    with pytest.raises(StoreError, match="is the skill 'other', and so is 'pay-"):
        import_skills(tmp_path)


def test_nothing_to_read_is_told(tmp_path):
    with pytest.raises(StoreError, match=r"there is no folder with a SKILL\.md in it"):
        import_skills(tmp_path)
    with pytest.raises(StoreError, match=r"cannot read .*none: No such file"):
        import_skills(tmp_path / "none")


def test_an_export_replaces_only_when_asked_and_writes_all_or_nothing(tmp_path):
    (path,) = export_skills([skill()], tmp_path)
    (path.parent / "notes.txt").write_text("mine")
    old = path.read_bytes()

    with pytest.raises(StoreError, match="exists: choose another folder or ask to"):
        export_skills([skill(tries=5), skill("a-new-one")], tmp_path)
    assert [one.name for one in tmp_path.iterdir()] == ["pay-with-tok-b"]
    assert path.read_bytes() == old

    export_skills([skill(tries=5)], tmp_path, overwrite=True)
    assert import_skills(tmp_path) == [skill(tries=5)]
    found = sorted(one.name for one in path.parent.iterdir())
    assert found == ["SKILL.md", "notes.txt"]


@pytest.mark.parametrize(
    ("library", "why"),
    [
        ([skill(), skill(used=1)], "two skills are named 'pay'"),
        ([skill(), skill("x", steps=())], "steps: at least one is needed"),
        ([skill(), skill("x", origin=["a"])], "would not be read back the same"),
        ([skill(), skill("x", origin=("x" * 300_000,))], "more than 256 KiB"),
    ],
)
def test_what_could_not_be_read_back_is_not_written(library, why, tmp_path):
    with pytest.raises(StoreError, match=why):
        export_skills(library, tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_a_skill_that_changed_goes_to_the_folder_that_it_had(tmp_path):
    (path,) = export_skills([skill()], tmp_path)
    (path.parent / "notes.txt").write_text("mine")
    steps = (Step(verb="confirm_payment"),)

    (new,) = export_skills([skill(steps=steps)], tmp_path, overwrite=True)

    assert new.parent.name == "confirm-payment"
    assert sorted(tmp_path.rglob("*.*")) == [new, new.parent / "notes.txt"]

    both = [skill("other"), skill(steps=steps)]
    export_skills(both, tmp_path, overwrite=True)
    with pytest.raises(StoreError, match="holds what goes to pay-with-tok-b, which ex"):
        export_skills([skill()], tmp_path, overwrite=True)
    assert import_skills(tmp_path) == both[::-1]
