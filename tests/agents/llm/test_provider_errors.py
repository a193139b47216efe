"""What a provider's answer means, and how long to wait before the next attempt."""

import pytest

from test_time_gym.agents.llm.provider_error import RETRIED, error_of_status
from test_time_gym.agents.llm.retry import RetryPolicy, retry_after_ms

OPENAI = '{"error": {"message": "%s", "type": "t", "code": %s}}'


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (429, OPENAI % ("slow down", "null"), "rate_limit"),
        (429, OPENAI % ("pay first", '"insufficient_quota"'), "quota"),
        (500, "oops", "server"),
        (503, "", "server"),
        (529, "overloaded", "server"),
        (408, "", "timeout"),
        (409, "", "server"),
        (401, OPENAI % ("no such key", '"invalid_api_key"'), "auth"),
        (403, "", "auth"),
        (404, '{"error": "model not found"}', "not_found"),
        (400, OPENAI % ("bad", "null"), "bad_request"),
        (302, "", "bad_request"),
        (400, OPENAI % ("too long", '"context_length_exceeded"'), "context_window"),
        (400, "This model's maximum context length is 8192", "context_window"),
        (
            400,
            '{"error": {"message": "too much", "type": "exceed_context_size_error"}}',
            "context_window",
        ),
        (413, "prompt is too long: 210000 tokens", "context_window"),
        (400, "[]", "bad_request"),
    ],
)
def test_an_answer_other_than_2xx_has_a_kind(status, body, kind):
    error = error_of_status(status, body, {}, 0)

    assert (error.kind, error.status) == (kind, status)
    assert error.retried == (kind in ("rate_limit", "server", "timeout"))
    assert str(error).startswith(f"{kind} ({status}): ")


def test_what_is_asked_again_are_faults_that_pass():
    assert sorted(RETRIED) == [
        "connection",
        "malformed",
        "rate_limit",
        "server",
        "timeout",
    ]


def test_what_an_error_says_is_one_short_line():
    error = error_of_status(500, "a\x1b[31m\n" * 1000, {}, 0)

    assert len(str(error)) < 330
    assert str(error).isprintable()


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({}, None),
        ({"retry-after": "3"}, 3000),
        ({"retry-after": "0.25"}, 250),
        ({"retry-after-ms": "40", "retry-after": "3"}, 40),
        ({"retry-after": "Thu, 01 Jan 1970 00:02:00 GMT"}, 20_000),
        ({"retry-after": "Thu, 01 Jan 1970 00:00:00 GMT"}, 0),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "Thu, 99 Jan 1970 00:00:00 GMT"}, None),
    ],
)
def test_a_provider_may_ask_for_a_wait(headers, wait):
    assert retry_after_ms(headers, 100) == wait


def test_waits_double_up_to_a_longest_one_and_what_is_asked_for_has_a_limit():
    policy = RetryPolicy(first_ms=10, longest_ms=35, asked_longest_ms=60)

    assert [policy.delay_ms(k) for k in (1, 2, 3, 4)] == [10, 20, 35, 35]
    assert [policy.delay_ms(1, asked) for asked in (0, 59, 61)] == [0, 59, 60]
