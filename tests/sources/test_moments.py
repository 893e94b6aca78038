"""Moments as tables write them."""

from datetime import UTC, datetime, timedelta

import pytest

from admittance.sources.fields import InvalidRecord
from admittance.sources.moments import read_step

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
MIDNIGHT = datetime(2015, 2, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "moment", "step"),
    [
        ("2015-02-03", MIDNIGHT, DAY),
        ("2015/2/3", MIDNIGHT, DAY),
        ("2015.02.03", MIDNIGHT, DAY),
        ("20150203", MIDNIGHT, DAY),
        ("3 February 2015", MIDNIGHT, DAY),
        ("Feb 3, 2015", MIDNIGHT, DAY),
        ("03-Feb-2015", MIDNIGHT, DAY),
        ("2015-02-03-15", MIDNIGHT.replace(hour=15), HOUR),
        ("2015-02-03 9:02", MIDNIGHT.replace(hour=9, minute=2), MINUTE),
        ("2015/02/03 09:02:36", MIDNIGHT.replace(hour=9, minute=2, second=36), MINUTE),
        ("2015-02-03 09:02:36.5 UTC", MIDNIGHT.replace(hour=9, minute=2, second=36, microsecond=500_000), MINUTE),
        ("2015-02-03T09:02:36+08:00", MIDNIGHT.replace(hour=1, minute=2, second=36), MINUTE),
        ("2015-02-03T09:02:36Z", MIDNIGHT.replace(hour=9, minute=2, second=36), MINUTE),
        ("1422921600", MIDNIGHT, MINUTE),
        ("1422921600000", MIDNIGHT, MINUTE),
    ],
)
def test_a_moment_is_exact_to_its_step(text: str, moment: datetime, step: timedelta) -> None:
    assert read_step("observed", text) == (moment, step)


@pytest.mark.parametrize(
    "text", ["", "03/02/2015", "3.2.2015", "2015-02-30", "2015-2", "2015/02-03", "yesterday", "20159999", "9" * 400]
)
def test_what_is_no_moment_or_ambiguous_is_refused(text: str) -> None:
    with pytest.raises(InvalidRecord, match="observed: no moment"):
        read_step("observed", text)
