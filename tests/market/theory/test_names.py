"""Closed forms are imported from where policies are, and hide none of them."""

import subprocess
import sys

import pytest

from test_time_gym.market import pricing

FORMS = (
    *("littlewood", "emsr_a", "emsr_b", "optimal_levels", "limits_value"),
    *("revenue_opportunity", "lee_hersh", "efficient_sets", "choice_value", "dlp"),
    *("gallego_van_ryzin", "overbooking", "logit_bertrand", "edgeworth"),
    *("to_seats", "to_minor", "poisson_pmf", "rounded_normal_pmf"),
)


@pytest.mark.parametrize("name", FORMS)
def test_a_closed_form_is_a_public_function_with_a_whole_docstring(name):
    form = getattr(pricing, name)

    assert callable(form)
    assert name in pricing.__all__
    assert name in dir(pricing)
    for part in ("Args:", "Returns:", "Raises:", ">>> "):
        assert part in form.__doc__


@pytest.mark.parametrize(
    "name", [one for one in FORMS if not one.startswith(("to_", "poisson", "rounded"))]
)
def test_a_closed_form_tells_formula_and_source(name):
    text = getattr(pricing, name).__doc__

    assert "Source:" in text
    assert "``" in text or name == "limits_value"


def test_all_that_is_public_is_a_form_or_a_pricing():
    assert set(pricing.__all__) == {*FORMS, "KINDS", "Pricing", "PricingConfig"}


def test_emsr_b_is_the_function_and_the_policy_of_that_name_is_found_too():
    from test_time_gym.market.pricing import emsr_b
    from test_time_gym.market.pricing.emsr_b_policy import EmsrB

    assert callable(emsr_b)
    assert pricing.KINDS["emsr_b"] is EmsrB


def test_no_form_is_loaded_before_it_is_asked_for():
    code = (
        "import sys, test_time_gym.market.pricing as p\n"
        "before = [name for name in sys.modules if '.theory' in name]\n"
        "p.dlp\n"
        "print(before, 'test_time_gym.market.pricing.theory.dlp' in sys.modules)"
    )

    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "[] True"


def test_a_name_that_is_not_there_is_told():
    with pytest.raises(AttributeError, match=r"pricing' has no attribute 'emsr_c'"):
        _ = pricing.emsr_c
