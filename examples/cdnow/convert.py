"""Turns the CDNOW sample (text, columns separated by spaces) into purchase events, one JSON object a line.

    python examples/cdnow/convert.py CDNOW_sample.txt > examples/cdnow/purchases.ndjson

The data: 6,919 purchases of 2,357 customers, January 1997 to June 1998, a one-in-ten sample of the CDNOW data set (Fader and Hardie,
"Forecasting Repeat Sales at CDNOW: A Case Study", Interfaces 31(3), 2001; published by the authors for research and teaching; the copy is
the one shipped in the Python package `lifetimes` 0.11.3). Columns: customer in the full data, customer in the sample, date, CDs, US dollars.

The data know the day of a purchase and no time. CDNOW sold from Pennsylvania and its customers' days are taken as days there: zone
America/New_York, noon of the day, so that no change of offset can move a purchase to another day. Order within a day is that of the file.
"""

import datetime
import json
import sys
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("America/New_York")


def events(lines):
    rows = [line.split() for line in lines if line.strip()]
    # By day, as a ledger would see them; the sort is stable, so rows of one day keep the order of the file.
    for number, (_, customer, day, pieces, amount) in enumerate(sorted(rows, key=lambda row: row[2]), start=1):
        noon = datetime.datetime.strptime(day, "%Y%m%d").replace(hour=12, tzinfo=ZONE)
        yield {
            "id": f"p{number:05}",
            "at": noon.isoformat(),
            "type": "purchase",
            "customer": f"c{customer}",
            "amount": amount,
            "quantity": pieces,
        }


def main():
    with open(sys.argv[1], encoding="ascii", newline=None) as file:
        for event in events(file):
            print(json.dumps(event, separators=(",", ":")))


if __name__ == "__main__":
    main()
