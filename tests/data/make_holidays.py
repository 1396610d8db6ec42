"""Writes holidays.json: public holidays and shifted working days, 2022 to 2027, from published data sets.

The test tests/tests/calendar.rs compares stdlib/std/calendar.earn with it, day by day. Run with
    pip install holidays==0.109 chinesecalendar==1.11.0
    python tests/data/make_holidays.py > tests/data/holidays.json

- Mainland China, 2022 to 2026: chinesecalendar, which follows the State Council's yearly notices. Cross-checked here with holidays.
- Mainland China, 2027: no notice yet. holidays, statutory days only (observed=False leaves out estimated days in lieu).
- Hong Kong: holidays, category "optional", which holds the general holidays of Cap. 149 as gazetted ("public" holds the statutory ones).
- Macau: holidays, category "optional", which holds the public holidays of Ordem Executiva 60/2000.
"""

import json
from importlib.metadata import version

import holidays
from chinese_calendar import constants

FIRST, LAST = 2022, 2027
NOTICED = 2026  # last year with a notice of the State Council

CHINESE = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "Mid-autumn Festival": "中秋节",
    "National Day": "国庆节",
}


def noticed_china():
    """Days off and shifted working days as announced, with a cross-check of the two data sets."""
    off = {d: n for d, n in constants.holidays.items() if FIRST <= d.year <= NOTICED}
    work = {d: n for d, n in constants.workdays.items() if FIRST <= d.year <= NOTICED}
    other = holidays.China(years=range(FIRST, NOTICED + 1))
    for day in other:
        assert day in off, f"holidays has {day}, chinesecalendar has not"
    for day in off:
        assert day in other or day.weekday() >= 5, f"chinesecalendar has {day}, a weekday that holidays has not"
    shifted = {d for d in other.weekend_workdays if FIRST <= d.year <= NOTICED}
    assert shifted == set(work), "the two data sets differ in shifted working days"
    for day in sorted(off):
        yield day, "china", CHINESE[off[day]], "holiday"
    for day in sorted(work):
        yield day, "china", CHINESE[work[day]], "workday"


def unnoticed_china():
    for day, name in sorted(holidays.China(years=range(NOTICED + 1, LAST + 1), observed=False, language="zh_CN").items()):
        yield day, "china", name, "holiday"


def elsewhere(region, country):
    days = country(years=range(FIRST, LAST + 1), categories=("optional",), language="zh_CN")
    for day, name in sorted(days.items()):
        yield day, region, name, "holiday"


def main():
    rows = [*noticed_china(), *unnoticed_china(), *elsewhere("hong_kong", holidays.HongKong), *elsewhere("macau", holidays.Macau)]
    # Festivals of the lunar calendar fall on one day in all three: a check of each list against the others.
    by_region = {region: {d: n for d, r, n, k in rows if r == region and k == "holiday"} for region in ("china", "hong_kong", "macau")}
    for day, name in by_region["macau"].items():
        if name in ("端午节", "佛诞节", "重阳节") and day.weekday() < 5:
            assert day in by_region["hong_kong"], (day, name)
        if name.startswith("农历正月") or name in ("清明节", "端午节"):
            assert day in by_region["china"], (day, name)
    days = [{"date": d.isoformat(), "region": r, "name": n, "kind": k} for d, r, n, k in rows]
    sources = {
        "china": f"chinesecalendar {version('chinesecalendar')} (2022 to {NOTICED}, cross-checked with holidays {holidays.__version__}); holidays {holidays.__version__} ({NOTICED + 1}, statutory days)",
        "hong_kong": f"holidays {holidays.__version__}, general holidays; the same days in date-holidays 3.37.0 (npm)",
        "macau": f"holidays {holidays.__version__}, public holidays",
    }
    lines = ",\n".join("    " + json.dumps(day, ensure_ascii=False) for day in days)
    print("{\n  \"sources\": " + json.dumps(sources, ensure_ascii=False, indent=2).replace("\n", "\n  ") + ",\n  \"days\": [\n" + lines + "\n  ]\n}")


if __name__ == "__main__":
    main()
