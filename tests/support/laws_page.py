"""The page of laws: ``python -m tests.support.laws_page`` rewrites docs/laws.md."""

from pathlib import Path

from test_time_gym.dst import confluence
from test_time_gym.market.invariants import ALL_LAWS, CODES, RECORD_LAWS, STEP_LAWS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "laws.md"

HEAD = """# Laws

After this page you know what always holds in a market, however badly agents behave
and whatever the payment provider does.

A law is a plain function; its name is the law, its first line says it in words.
Tests check all of them after every event of thousands of runs, and every law
has planted violations that it must catch
(`tests/market/test_invariants.py`, `test_step_laws.py`, `test_record_laws.py`).
A run that breaks a law is not sealed
([decision 6](decisions/0006-laws-run-at-the-end-of-a-run.md)).

Codes group them: S seats and holds, L ledger, P payments, E engine and journal.
"""

TABLE = "| law | says | codes |\n| --- | --- | --- |"
PARTS = (
    ("At every instant", "From one reading of the market.", ALL_LAWS),
    ("From one event to the next", "From the readings before and after.", STEP_LAWS),
    ("Of a whole journal", "From the records alone.", RECORD_LAWS),
)


TAIL = f"""
## Of two runs

`ttgym dst` plays one run in twenty again, with more notices.

{TABLE}
| `{confluence.LAW}` | Repeated notices move nothing. | P10 |
"""


def page() -> str:
    """Return the page as the laws say it."""
    text = HEAD
    for title, source, laws in PARTS:
        text += f"\n## {title}\n\n{source}\n\n{TABLE}\n"
        for law in laws:
            says = (law.__doc__ or "").splitlines()[0]
            codes = " ".join(CODES[law.__name__])
            text += f"| `{law.__name__}` | {says} | {codes} |\n"
    return text + TAIL


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
