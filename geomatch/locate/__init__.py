"""What a person typed, understood: a postcode, a grid reference, coordinates, a UPRN or a name.

Nothing here knows a gazetteer. ``understand`` says every way in which a text can be read, the likeliest
first; whoever has the gazetteer takes the first reading that leads somewhere.
"""

from geomatch.locate.matches import Located, Match
from geomatch.locate.readings import Named, PostcodePart, PostcodeStart, Question, Reading, Spot, Uprn
from geomatch.locate.understanding import MOST_LETTERS, understand

__all__ = [
    "MOST_LETTERS",
    "Located",
    "Match",
    "Named",
    "PostcodePart",
    "PostcodeStart",
    "Question",
    "Reading",
    "Spot",
    "Uprn",
    "understand",
]
