"""The broker's desk: what needs doing, who could help, and putting it together."""

from webmap.desk import (
    acts,
    aspirations,
    bundle,
    complaints,
    contacts,
    dates,
    homes,
    inbox,
    intake,
    intake_api,
    intake_files,
    joining,
    merging,
    need,
    posts,
    progress,
    rounds,
)
from webmap.desk.door import blueprint

__all__ = [
    "acts",
    "aspirations",
    "blueprint",
    "bundle",
    "complaints",
    "contacts",
    "dates",
    "homes",
    "inbox",
    "intake",
    "intake_api",
    "intake_files",
    "joining",
    "merging",
    "need",
    "posts",
    "progress",
    "rounds",
]
