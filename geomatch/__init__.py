"""geomatch: who can get where, how fast, and who should serve whom."""

__version__ = "0.1.0"
