"""What people post for themselves: one form, one time; and the groups they belong to."""

from webmap.posts import groups, own
from webmap.posts.own import blueprint

__all__ = ["blueprint", "groups", "own"]
