"""The progress bar: moving on a terminal, seldom lines anywhere else."""

import io

from geomatch.cli.terminal import Bar


class Screen(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_without_a_terminal_each_step_is_said_once() -> None:
    stream = io.StringIO()
    bar = Bar(stream)
    for done in range(100):
        bar("reading roads", done, 100)
    bar("storing", 0, None)
    bar.close()
    assert stream.getvalue() == "Reading roads\nStoring\n"


def test_on_a_terminal_the_bar_fills_and_leaves_the_cursor_on_a_new_line() -> None:
    screen = Screen()
    bar = Bar(screen)
    bar("reading roads", 0, 2)
    bar("reading roads", 2, 2)
    bar.close()
    assert "········ Reading roads" in screen.getvalue()
    assert "████████ Reading roads" in screen.getvalue()
    assert screen.getvalue().endswith("\n")


def test_a_bar_never_overflows() -> None:
    screen = Screen()
    Bar(screen)("reading", 9, 3)
    assert screen.getvalue().count("█") == 24
