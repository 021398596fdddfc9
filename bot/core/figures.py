"""Numbers and days written the Vietnamese administrative way."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal

from bot.core import calendar

FIGURE_SPACE = "\u2007"


def counted(number: int) -> str:
    """A count, two digits at least, dots between thousands: 4 → 04, 1200 → 1.200."""
    return f"{number:02d}" if number < 100 else grouped(number)


def column(numbers: Sequence[int]) -> list[str]:
    """Counts under each other, filled up to one width with spaces as wide as a digit."""
    written = [counted(number) for number in numbers]
    width = max(map(len, written), default=0)
    return [cell.rjust(width, FIGURE_SPACE) for cell in written]


def grouped(number: int) -> str:
    """A whole number with dots between thousands: 166910310 → 166.910.310."""
    return f"{number:,}".replace(",", ".")


def decimal(number: Decimal | str | int) -> str:
    """A decimal number with a comma and no trailing zeros: 1234.50 → 1.234,5."""
    whole, _, fraction = f"{Decimal(number):f}".partition(".")
    fraction = fraction.rstrip("0")
    return grouped(int(whole)) + (f",{fraction}" if fraction else "")


def share(part: int, whole: int) -> str:
    """A percentage, half rounded up, one decimal and a comma; a whole percentage has none: 4 of 31 → 12,9%."""
    if whole == 0:
        return "–"
    percent = (Decimal(part) * 100 / Decimal(whole)).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return f"{decimal(percent)}%"


def ratio(part: int, whole: int) -> str:
    """A count of a whole with its share: 04/31 (12,9%)."""
    return f"{counted(part)}/{counted(whole)} ({share(part, whole)})"


def area(square_metres: Decimal | str) -> str:
    """An area: 1200 → 1.200 m²."""
    return f"{decimal(square_metres)} m²"


def dated(day: date | str) -> str:
    """A day: 24/03/2021. ISO text is accepted."""
    return _day(day).strftime("%d/%m/%Y")


def short_dated(day: date | str) -> str:
    """A day without its year: 24/03."""
    return _day(day).strftime("%d/%m")


def timed(moment: time | datetime) -> str:
    """An hour: 08:14."""
    return moment.strftime("%H:%M")


def momentary(instant: int) -> str:
    """An instant in epoch milliseconds, as it is written here: 08:14, 24/03/2021."""
    moment = calendar.local(instant)
    return f"{timed(moment)}, {dated(moment.date())}"


def _day(day: date | str) -> date:
    return date.fromisoformat(day[:10]) if isinstance(day, str) else day
