"""Terms in business days of the Secretariat."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import given
from hypothesis import strategies as st

from ricomi_workflow.kernel.calendar import BusinessCalendar

INDEPENDENCE_DAY = date(2026, 7, 3)  # observed
OFFICE = BusinessCalendar(holidays=frozenset({INDEPENDENCE_DAY}))
days = st.dates(date(2020, 1, 1), date(2035, 12, 31))
terms = st.integers(0, 120)
AT_THE_DATE_LINE = ["Pacific/Kiritimati", "Pacific/Pago_Pago"]
ZONES = [*sorted(z for z in available_timezones() if z.startswith("America/")), *AT_THE_DATE_LINE]


def test_a_term_skips_weekends_and_holidays_and_ends_when_the_office_closes() -> None:
    thursday_evening = datetime(2026, 7, 2, 23, 30, tzinfo=UTC)  # 19:30 in Washington

    due = OFFICE.due(thursday_evening, 1)

    assert due == datetime(2026, 7, 6, 21, 0, tzinfo=UTC)  # Monday, 17:00 in Washington


def test_the_day_counts_in_the_offices_zone_not_in_utc() -> None:
    after_midnight_utc = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)

    assert OFFICE.local_day(after_midnight_utc) == date(2026, 3, 9)


def test_a_term_across_the_change_of_clocks_keeps_the_local_hour() -> None:
    friday = datetime(2026, 3, 6, 15, 0, tzinfo=UTC)

    assert OFFICE.due(friday, 1) == datetime(2026, 3, 9, 21, 0, tzinfo=UTC)  # summer time by then


@given(days, terms)
def test_adding_and_counting_agree(day: date, term: int) -> None:
    assert OFFICE.between(day, OFFICE.add(day, term)) == term


@given(days, st.integers(1, 120))
def test_a_term_ends_on_a_business_day(day: date, term: int) -> None:
    assert OFFICE.is_business_day(OFFICE.add(day, term))


@given(days, st.integers(1, 120))
def test_going_forth_and_back_from_a_business_day_returns(day: date, term: int) -> None:
    while not OFFICE.is_business_day(day):
        day += timedelta(days=1)

    assert OFFICE.add(OFFICE.add(day, term), -term) == day


@given(st.sampled_from(ZONES), days, st.times(), terms)
def test_wherever_an_office_stands_its_terms_end_as_it_closes_by_its_own_clock(
    zone: str, day: date, hour: time, term: int
) -> None:
    office = replace(OFFICE, zone=zone)
    begun = datetime.combine(day, hour, ZoneInfo(zone)).astimezone(UTC)  # also an hour that is not
    due = office.due(begun, term)
    there = due.astimezone(ZoneInfo(zone))
    assert (there.date(), there.time()) == (office.add(office.local_day(begun), term), time(17))
    assert office.local_day(due) == there.date()
    assert office.due(due, 0) == due
