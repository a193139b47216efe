"""Skills: procedures that an agent mines from its own successes, and chooses among.

Where things are, from what an agent sees to what it keeps:

- **seeing**: `reading`, `roles`, `page`, `sight`, `prices`, `outlook`, `binding`
- **doing itself no harm**: `shield`, `horizon`
- **exploring**: `explorer`, `intrinsic`, `trajectory`
- **skills**: `skill`, `vetting`; `mining` makes them, `execution` carries them out
- **choosing**: `choice/`, `credit`
- **getting better**: `trial`, `tryout`, `effects`; `variant`, `breeder`
- **doubting**: `doubt`, `doubting`, `repair`
- **keeping**: `library`, `evidence`, `upkeep`; `memory/`, `remembering`
- **all of it**: `settings`, `knowing`, `agent`; `raw` is the baseline without skills
"""
