"""Which check a task calls for, and until when a check is good."""

from datetime import date

import pytest

from geomatch.errors import InputError
from geomatch.safeguarding import Check, Contact, Level, With, good_until, regulated, required
from geomatch.truth import Truth

YES, NO, UNKNOWN = Truth.YES, Truth.NO, Truth.UNKNOWN


@pytest.mark.parametrize(
    ("people", "days", "overnight", "care", "supervised", "level"),
    [
        (With.NOBODY, None, UNKNOWN, UNKNOWN, UNKNOWN, Level.NONE),
        # the exemption for supervised volunteers ended on 1 September 2026
        (With.CHILDREN, 4, NO, NO, YES, Level.BARRED_LISTS),
        (With.CHILDREN, 4, NO, NO, NO, Level.BARRED_LISTS),
        (With.CHILDREN, 3, NO, NO, NO, Level.BASIC),
        (With.CHILDREN, 3, NO, NO, YES, Level.NONE),
        (With.CHILDREN, 1, YES, NO, YES, Level.BARRED_LISTS),
        (With.CHILDREN, 1, NO, YES, YES, Level.BARRED_LISTS),
        (With.ADULTS, 1, NO, YES, YES, Level.BARRED_LISTS),
        (With.ADULTS, 30, NO, NO, NO, Level.ENHANCED),
        (With.ADULTS, 1, YES, NO, YES, Level.ENHANCED),
        (With.ADULTS, 3, NO, NO, YES, Level.NONE),
        (With.ADULTS, 3, NO, NO, UNKNOWN, Level.BASIC),
        (With.BOTH, 4, NO, NO, YES, Level.BARRED_LISTS),
        # what nobody stated counts as the case that calls for more
        (With.CHILDREN, None, NO, NO, YES, Level.BARRED_LISTS),
        (With.CHILDREN, 1, UNKNOWN, NO, YES, Level.BARRED_LISTS),
        (With.CHILDREN, 1, NO, UNKNOWN, YES, Level.BARRED_LISTS),
    ],
)
def test_the_rule_in_force_since_september_2026(
    people: With, days: int | None, overnight: Truth, care: Truth, supervised: Truth, level: Level
) -> None:
    contact = Contact(people, days, overnight, care, supervised)
    assert required(contact) is level
    assert regulated(contact) is (level is Level.BARRED_LISTS)


def test_a_community_may_ask_for_more_than_the_task_calls_for_and_not_for_less() -> None:
    seldom = Contact(With.ADULTS, 1, NO, NO, YES)
    assert required(seldom, Level.ENHANCED) is Level.ENHANCED
    assert required(Contact(With.CHILDREN), Level.BASIC) is Level.BARRED_LISTS
    assert required(Contact(), Level.BASIC) is Level.BASIC


@pytest.mark.parametrize(
    ("issued", "until", "good"),
    [
        (date(2024, 5, 1), None, date(2027, 5, 1)),
        (date(2024, 5, 1), date(2026, 1, 1), date(2026, 1, 1)),
        (date(2024, 5, 1), date(2030, 1, 1), date(2027, 5, 1)),
        (date(2024, 2, 29), None, date(2027, 2, 28)),
        (None, date(2026, 1, 1), date(2026, 1, 1)),
        (None, None, None),
    ],
)
def test_a_check_is_good_as_agreed_and_three_years_at_most(
    issued: date | None, until: date | None, good: date | None
) -> None:
    assert good_until(Check(Level.BASIC, "Pat", issued, until=until)) == good


def test_a_county_may_hold_a_check_good_for_less() -> None:
    assert good_until(Check(Level.BASIC, "Pat", date(2024, 5, 1)), years=1) == date(2025, 5, 1)


def test_a_check_that_nobody_saw_is_refused() -> None:
    for wrong in (
        lambda: Check(Level.BASIC, " "),
        lambda: Check(Level.NONE, "Pat"),
        lambda: Check(Level.BASIC, "Pat", date(2026, 1, 2), date(2026, 1, 1)),
        lambda: Contact(With.CHILDREN, 0),
    ):
        with pytest.raises(InputError):
            wrong()
