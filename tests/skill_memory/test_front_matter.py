"""Front matter: the YAML that people write at the top of a SKILL.md."""

import pytest
from tests.support.skill_episodes import skill

from test_time_gym.agents.skill_memory import import_skills
from test_time_gym.agents.skill_memory.skill_file import text_of

HEADS = {
    "with lists": """
name: pay
description: Pay by card.
allowed-tools:
  - Read
  - "Bash(python:*)"
tags: [booking, "flights", 'cards']
""",
    "quoted": """
name: 'pay'
description: "Pay by card: the last one \\"works\\", as a rule. # no remark"
license: 'Apache-2.0; it''s in LICENSE'
""",
    "in blocks": """
name: pay
description: >-
  Pay by card.
  Use it on the payment page.
compatibility: |
  any site
    with cards
""",
    "nested": """
# written by hand
name: pay
description: Pay by card.
metadata:
  author: example-org
  version: "1.0"
  since: 2024-01-01
  nested: {deep: {deeper: [1, 2, {three: yes}]}}
  ttgym-skill: pay
""",
    "with anchors and tags": """
name: pay
description: &words Pay by card.
again: *words
tagged: !!python/object/apply:os.system ["echo"]
""",
}


@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS)
def test_front_matter_of_the_kinds_that_people_write_is_read(head, tmp_path):
    _, _, body = text_of(skill()).partition("\n---\n")
    path = tmp_path / "pay/SKILL.md"
    path.parent.mkdir()
    path.write_text(f"---{head}---\n{body}", "utf-8")

    assert import_skills(tmp_path) == [skill()]
