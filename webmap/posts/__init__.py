"""What people post for themselves: one form, one time."""

from webmap.posts import own
from webmap.posts.own import blueprint

__all__ = ["blueprint", "own"]
