"""Long commands let the pages go first."""

import os
import subprocess
import sys

import pytest


@pytest.mark.parametrize(("command", "gives_way"), [("match", True), ("import", True), ("search", False)])
def test_long_commands_run_at_a_low_priority(command: str, gives_way: bool) -> None:
    program = (
        "import os, sys, atexit; from geomatch import cli; "
        f"sys.argv = ['geomatch', {command!r}, '--help']; "
        "atexit.register(lambda: print('niceness', os.getpriority(os.PRIO_PROCESS, 0))); cli.main()"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    usual = os.getpriority(os.PRIO_PROCESS, 0)
    assert f"niceness {max(10, usual) if gives_way else usual}" in said.stdout
