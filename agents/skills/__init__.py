"""Skills: procedures that an agent mines from its own successes, and chooses among.

Each room imports those named before it, and never one named after it:

- `perception`: what an agent reads off a page; no other room indexes an observation
- `skill`: skills as data; mined from trajectories, and carried out
- `values`: which card, code, or number of parts worked, and what may work
- `prices`: what offers cost by day and time, and when it pays to look again
- `explore`: acting without a skill, by a counted model of the site
- `start`: what an agent can know before its first episode
- `library`: the skills an agent has, how they did, and when they are retired

Bandits stand in ``agents/bandits``, and what is kept from run to run, in a file and as
SKILL.md, in ``agents/skill_memory``.

`agent` is all of it, `options` fills the arguments of verbs, `agent_state` holds what
is kept from episode to episode, `settings` what moves it; `persistent_agent` saves it
in a memory.
"""
