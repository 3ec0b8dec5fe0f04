"""Coming in, and what somebody may change of their own account."""

from webmap.account import coming_in, own, steps, tokens
from webmap.account.door import blueprint

__all__ = ["blueprint", "coming_in", "own", "steps", "tokens"]
