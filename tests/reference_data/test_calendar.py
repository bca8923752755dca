"""The working days of the Secretariat."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import holidays
import pytest

from ricomi_workflow.kernel.errors import DefinitionError
from ricomi_workflow.reference_data.calendars import read_calendar, secretariat_calendar


def test_the_days_are_the_federal_holidays_as_observed() -> None:
    expected = {
        day
        for day in holidays.country_holidays("US", years=range(2007, 2042))
        if day.year <= 2040 and day.weekday() < 5
    }
    assert set(secretariat_calendar().holidays) == expected


def test_the_list_reaches_five_years_ahead() -> None:
    assert max(secretariat_calendar().holidays) > datetime.now(UTC).date() + timedelta(days=5 * 365)


def test_a_term_skips_weekend_and_holiday() -> None:
    calendar = secretariat_calendar()
    assert not calendar.is_business_day(date(2026, 11, 26))  # Thanksgiving
    assert calendar.add(date(2026, 11, 25), 1) == date(2026, 11, 27)
    assert not calendar.is_business_day(date(2026, 7, 3))  # 4 July 2026 is a Saturday
    due = calendar.due(datetime(2026, 11, 25, 15, tzinfo=UTC), 2)
    assert due == datetime(2026, 11, 30, 22, tzinfo=UTC)  # 17:00 in Washington


def test_every_mistake_of_the_calendar_is_told(tmp_path: Path) -> None:
    path = tmp_path / "holidays.yaml"
    path.write_text(
        'office: x\nzone: Mars/Base\ncloses: "25:00"\nsource: x\nconfirmed: false\n'
        "days: [2026-02-30]\n",
        "utf-8",
    )
    with pytest.raises(DefinitionError) as caught:
        read_calendar(path)
    assert [mistake.path for mistake in caught.value.mistakes] == ["zone", "closes", "days.0"]
