"""C: dynamic prices of Gallego and van Ryzin under exponential demand."""

from functools import partial

from test_time_gym.market.pricing import gallego_van_ryzin

from ..closed_form import ClosedForm

__all__ = ["CASES"]

_COLUMNS = {
    "value": "value of the best prices",
    "price": "best price now",
    "bound": "bound, demand certain",
    "fixed_price": "fixed price",
    "fixed_revenue": "revenue of the fixed price",
    "ratio": "fixed to best",
    "guarantee": "guaranteed ratio",
}
# Of the ratio at (20, 20) the last digit is that of the two revenues beside it.
_ROWS = """
10  1  2.397895 3.397895  3.302585 3.302585  2.087632 0.8706 0.5
10  5  7.298220 1.830003  8.465736 1.693147  6.980275 0.9564 0.776
10 10  9.460500 1.241540 10        1         8.748900 0.9248 0.842
20  5 10.459889 2.445442 11.931472 2.386294  9.837888 0.9405 0.776
20 10 15.472875 1.772111 16.931472 1.693147 14.813175 0.9574 0.842
20 20 19.418560 1.173035 20        1        18.223294 0.9384 0.888
"""


def _figure(rate: int, stock: int, column: str) -> float:
    return float(getattr(gallego_van_ryzin(rate, stock), column))


CASES = [
    ClosedForm(
        f"C/{rate}-{stock}/{column.replace('_', '-')}",
        f"{words}, {rate} buyers, {stock} units",
        printed,
        partial(_figure, int(rate), int(stock), column),
    )
    for rate, stock, *row in map(str.split, _ROWS.strip().splitlines())
    for (column, words), printed in zip(_COLUMNS.items(), row, strict=True)
]
