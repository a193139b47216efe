"""Cases that only `make test-long` plays: others of their kind run in every test.

Whole tests are marked in their files. Here are cases of tests with many, and tests that
take so long that every other test of their folder is over before them.
"""

from fnmatch import fnmatchcase
from functools import cache

__all__ = ["is_long"]

LONG = (
    "*/agents/llm/test_killed_runs.py::*[[]12[]]*",
    "*/agents/llm/test_pages.py::*[[]flights/family*",
    "*/agents/llm/test_pages.py::*[[]flights/instalments*",
    "*/agents/llm/test_pages.py::*[[]flights/refunds*",
    "*/agents/test_built_in_agents.py::*[[]flights/instalments*",
    "*/agents/test_built_in_agents.py::*[[]flights/refunds*",
    "*/arms/test_harness.py::*",
    "*/cli/bad/test_bad.py::test_a_process_of_its_own*",
    "*/cli/test_dst.py::test_the_result_does_not_depend_on_the_number_of_processes",
    "*/cli/test_learn.py::test_after_a_kill*",
    "*/cli/test_learn.py::test_other_processes*",
    "*/contracts/test_market_conformance.py::test_every_door*[[]checked*",
    "*/contracts/test_trainer_protocol.py::*[[]hotels/city-break*",
    "*/crash/test_compressed.py::test_every_flipped_bit*",
    "*/crash/test_kills.py::test_killed_writers_leave_prefixes*",
    "*/docs/test_documents.py::test_every_command*README*-ttgym learn*",
    "*/docs/test_documents.py::test_every_command*README*-ttgym market*",
    "*/docs/test_documents.py::test_every_command*README*-ttgym scenarios*",
    "*/dst/test_planted.py::test_a_planted_bug_is_found_within_a_few_seeds*",
    "*/envs/test_forks.py::*[[]flights-delhi-mumbai*",
    "*/envs/test_forks.py::*[[]flights-rm-network*",
    "*/evaluation/test_ceilings.py::*[[]flights/3ds-storm*",
    "*/evaluation/test_ceilings.py::*[[]flights/delhi-mumbai*",
    "*/evaluation/test_ceilings.py::*[[]flights/emsr*",
    "*/evaluation/test_ceilings.py::*[[]flights/family*",
    "*/evaluation/test_ceilings.py::*[[]flights/instalments*",
    "*/evaluation/test_ceilings.py::*[[]flights/refunds*",
    "*/evaluation/test_ceilings.py::*[[]flights/rm-network*",
    "*/evaluation/test_ceilings.py::*[[]flights/rush*",
    "*/evaluation/test_ceilings.py::*[[]flights/scramble*",
    "*/evaluation/test_ceilings.py::*[[]flights/three-airlines*",
    "*/evaluation/test_ceilings.py::*[[]flights/waiting*",
    "*/evaluation/test_ceilings.py::*[[]hotels/city-break*",
    "*/evaluation/test_market_trials.py::*with_several_workers",
    "*/golden/test_matrix.py::test_a_journal_that_differs_is_told",
    "*/learning/test_results.py::test_the_lives_that_were_kept_come_out_again*",
    "*/market/test_reward_presets.py::test_progress_cannot_be_farmed[[]flights/rush*",
    "*/planted/test_planted.py::test_a_planted_bug_is_found_again*-payments]*",
    "*/privacy/test_noninterference.py::*[[]flights/delhi-mumbai*",
    "*/properties/test_safe_retries.py::test_asking_again_with_the_same_key*",
    "*/replay/test_compression.py::test_a_bomb*",
    "*/replay/test_fork_chance.py::*[[]flights-delhi-mumbai*",
    "*/replay/test_fork_chance.py::*[[]flights-refunds*",
    "*/replay/test_fork_chance.py::*[[]flights-rm-network*",
    "*/scenarios/test_import_budgets.py::*[[]10-12*",
    "*/scenarios/test_import_budgets.py::test_a_share*",
    "*/scenarios/test_import_budgets.py::test_the_shape*",
    "*/scenarios/test_made_up_trade.py::test_the_conformance_kit*[[]raw_env*",
    "*/scenarios/test_scenarios.py::*[[]flights/delhi-mumbai*",
    "*/scenarios/test_scenarios.py::*[[]flights/rm-network*",
    "*/scenarios/test_scenarios.py::*[[]hotels/city-break*",
    "*/scenarios/test_scenarios.py::*[[]hotels/sites*",
    "*/scenarios/test_scenarios.py::test_in_delhi_mumbai*",
    "*/sites/test_hotel_sites.py::test_habits_decide*",
    "*/sites/test_hotel_sites.py::test_trying_everything*",
    "*/sites/test_hotel_sites.py::test_who_knows_the_flow*",
    "*/sites/test_sites.py::test_habits_decide*",
    "*/sites/test_sites.py::test_scripted_buyers_stay*",
    "*/sites/test_sites.py::test_the_oracle*[[]hotels/sites?*",
    "*/sites/test_sites.py::test_who_knows_a_site*",
    "*/skill_memory/test_processes.py::test_a_killed_learner*[[]5[]]*",
    "*/skill_memory/test_skill_file.py::test_nothing_from_a_page_breaks_out*",
    "*/skill_memory/test_skill_file.py::test_what_is_exported_is_imported*",
    "*/skills/test_agent.py::*[[]{'chooser*",
    "*/skills/test_agent.py::*[[]{'mining*",
    "*/skills/test_agent.py::test_who_knows_nothing*[[]hotels*",
    "*/studies/test_arms.py::test_another_bandit_makes_another_life",
    "*/studies/test_model_studies.py::test_a_killed_study*",
    "*/studies/test_study.py::test_fresh_begins_anew*",
    "*/studies/test_study.py::test_the_number_of_workers_does_not_matter",
    "*/theory/test_bookings_by_day.py::test_bins*",
    "*/theory/test_flexible_dates.py::test_dates_share*",
    "*/theory/test_mixed_logit.py::test_shares*",
    "*/theory/test_waiting.py::test_a_market_that_is_a_little_off*[[]*er*",
    "*/theory/test_waiting.py::test_a_market_that_is_a_little_off*[[]a look less*",
    "*/theory/test_fixed_prices.py::test_a_market_that_is_a_little_off*[[]*er*",
    "*/twins/test_twins.py::test_chance_from_outside*",
    "*/unit/test_benchmarks.py::test_a_share*",
    "*/unit/test_benchmarks.py::test_a_step_with*",
    "*/unit/test_benchmarks.py::test_the_*",
    "*/validation/test_ordering.py::*[[]G2*",
    "*/validation/test_overbooking_in_the_market.py::test_the_case_notices*",
)
"""Patterns of node ids."""


def is_long(nodeid):
    """Return whether a case is left to `make test-long`."""
    path, _, case = nodeid.partition("::")
    return any(fnmatchcase(case, pattern) for pattern in _patterns(path))


@cache
def _patterns(path):
    """Return the patterns of a file's cases: most of ten thousand cases have none."""
    return [
        case
        for place, _, case in (pattern.partition("::") for pattern in LONG)
        if fnmatchcase(f"/{path}", place)
    ]
