"""The broker's desk: what needs doing, who could help, and putting it together."""

from webmap.desk import acts, bundle, contacts, inbox, need, progress, rounds
from webmap.desk.door import blueprint

__all__ = ["acts", "blueprint", "bundle", "contacts", "inbox", "need", "progress", "rounds"]
