"""What a solution depends on besides its problem: the versions of everything that solved it."""

import platform
from importlib import import_module

import numpy as np
import scipy

from geomatch import __version__


def versions() -> dict[str, str]:
    """Versions by name: the language, the libraries, the solver that scipy brings along, and ours."""
    return {
        "geomatch": __version__,
        "python": platform.python_version(),
        "numpy": np.__version__,
        "scipy": scipy.__version__,
        "highs": _highs(),
    }


def _highs() -> str:
    """The HiGHS inside scipy, which has no public name for it."""
    try:
        core = import_module("scipy.optimize._highspy._core")
        parts = [getattr(core, f"HIGHS_VERSION_{part}") for part in ("MAJOR", "MINOR", "PATCH")]
    except (ImportError, AttributeError):
        return f"as in scipy {scipy.__version__}"
    return ".".join(str(part) for part in parts)
