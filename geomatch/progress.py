"""How long work tells a person that it goes on, without knowing who listens."""

from collections.abc import Callable

Progress = Callable[[str, int, int | None], None]
"""Called as ``progress(step, done, total)``; ``total`` is ``None`` while nobody knows it."""


def silent(step: str, done: int, total: int | None) -> None:
    """Nobody listens."""
