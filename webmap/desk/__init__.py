"""The broker's desk: what needs doing, who could help, and putting it together."""

from webmap.desk import inbox, intake, intake_api, intake_files
from webmap.desk.door import blueprint

__all__ = ["blueprint", "inbox", "intake", "intake_api", "intake_files"]
