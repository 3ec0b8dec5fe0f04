"""A reader without a mouse."""

import pytest
from playwright.sync_api import Page

MOST_STEPS = 120


def tab_to(page: Page, words: str) -> None:
    """Press Tab until what has these words, or is labelled by them, has the focus."""
    for _ in range(MOST_STEPS):
        page.keyboard.press("Tab")
        told = page.evaluate(
            "() => { const it = document.activeElement; return it.closest('label')?.textContent "
            "|| it.labels?.[0]?.textContent || it.getAttribute('aria-label') "
            "|| (it === document.body ? '' : it.textContent); }"
        )
        if words in " ".join(str(told).split()):
            return
    pytest.fail(f"Tab never came to {words!r} on {page.url}")


def follow(page: Page, words: str) -> None:
    """Tab to something and press Enter, which leads to another page."""
    tab_to(page, words)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def fill(page: Page, words: str, text: str) -> None:
    """Tab to a field and type into it, or into a list of choices until the one that begins so is chosen."""
    tab_to(page, words)
    page.keyboard.type(text)
