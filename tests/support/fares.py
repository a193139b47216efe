"""Tables of fares for the importer's tests."""

from pathlib import Path

DATA = Path(__file__).resolve().parents[1] / "data"
SAMPLE = DATA / "fares-sample.csv"

HEADER = (
    "airline,flight,source_city,departure_time,stops,arrival_time,"
    "destination_city,class,duration,days_left,price"
)
GOOD = {
    "airline": "Vistara",
    "flight": "UK-1",
    "source_city": "Delhi",
    "departure_time": "Night",
    "stops": "zero",
    "arrival_time": "Night",
    "destination_city": "Mumbai",
    "class": "Economy",
    "duration": "2.0",
    "days_left": "3",
    "price": "4000",
}


def row(**changes):
    """Return one line of a table, all in order but for the changes."""
    return ",".join((GOOD | changes).values())


def write(folder, *lines, header=HEADER, encoding="utf-8"):
    """Write a table and return its path."""
    path = folder / "fares.csv"
    path.write_bytes("\n".join([header, *lines, ""]).encode(encoding))
    return path
