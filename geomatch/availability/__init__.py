"""When something may be had: opening patterns, what is booked already, and the wall clock of Europe/London.

Pure: no database, no clock of its own and no zone files. ``clock`` knows what the clock does twice a year,
``intervals`` adds and takes time, ``patterns`` expands what repeats, ``free`` puts them together and
``units`` says which of several alike things a booking takes.
"""
