"""Cells that other people's spreadsheets open: text stays text."""

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for a formula's beginning."""


def harmless(value: object) -> object:
    """A cell that is no live formula: text that would be one begins with an apostrophe."""
    if isinstance(value, str) and value.startswith(FORMULA) and not _number(value):
        return f"'{value}"
    return value


def _number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
