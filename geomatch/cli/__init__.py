"""The terminal: parse, call one service, print."""


def main() -> None:
    """Entry point of the ``geomatch`` command."""
