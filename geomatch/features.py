"""What may be stated of a resource and asked for by a role: every attribute, with its type."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from geomatch.errors import InputError
from geomatch.truth import Truth


class FeatureType(StrEnum):
    TRUTH = "truth"
    NUMBER = "number"
    TEXT = "text"


FEATURES: dict[str, FeatureType] = {
    "step_free": FeatureType.TRUTH,
    "hearing_loop": FeatureType.TRUTH,
    "accessible_toilet": FeatureType.TRUTH,
    "changing_places": FeatureType.TRUTH,
    "blue_badge_parking": FeatureType.TRUTH,
    "quiet_space": FeatureType.TRUTH,
    "kitchen": FeatureType.TRUTH,
    "stage": FeatureType.TRUTH,
    "blackout": FeatureType.TRUTH,
    "projector": FeatureType.TRUTH,
    "hdmi": FeatureType.TRUTH,
    "wifi": FeatureType.TRUTH,
    "heating": FeatureType.TRUTH,
    "storage": FeatureType.TRUTH,
    "outdoor_space": FeatureType.TRUTH,
    "alcohol_licence": FeatureType.TRUTH,
    "music_licence": FeatureType.TRUTH,
    "portable": FeatureType.TRUTH,
    "needs_van": FeatureType.TRUTH,
    "own_vehicle": FeatureType.TRUTH,
    "welsh": FeatureType.TRUTH,
    "first_aid": FeatureType.TRUTH,
    "food_hygiene": FeatureType.TRUTH,
    "d1_licence": FeatureType.TRUTH,
    "seats_theatre": FeatureType.NUMBER,
    "seats_tables": FeatureType.NUMBER,
    "standing": FeatureType.NUMBER,
    "passengers": FeatureType.NUMBER,
    "pounds": FeatureType.NUMBER,
    "pence_per_hour": FeatureType.NUMBER,
    "deposit_pence": FeatureType.NUMBER,
    "theme": FeatureType.TEXT,
    "layout_note": FeatureType.TEXT,
}
"""Every attribute a resource may state and a role may ask for, with its type."""

ACCESSIBILITY = (
    "step_free",
    "hearing_loop",
    "accessible_toilet",
    "changing_places",
    "blue_badge_parking",
    "quiet_space",
)
"""The attributes that say who can use a place, shown first and always, unknown included."""


@dataclass(frozen=True, slots=True)
class Feature:
    """One stated attribute, or one asked for. ``until`` is the last day on which it holds.

    A role that asks for a number asks for at least that much; a truth asked for must be ``yes``.
    """

    name: str
    value: Truth | float | str
    until: date | None = None

    def __post_init__(self) -> None:
        if self.name not in FEATURES:
            raise InputError(f"unknown feature {self.name!r}; expected one of {', '.join(sorted(FEATURES))}")
        wanted = {FeatureType.TRUTH: Truth, FeatureType.NUMBER: float, FeatureType.TEXT: str}[self.type]
        if not isinstance(self.value, wanted) or (wanted is str and isinstance(self.value, Truth)):
            raise InputError(f"feature {self.name!r} has the value {self.value!r}; expected a {self.type}")
        if isinstance(self.value, float) and not 0 <= self.value < 1e9:
            raise InputError(
                f"feature {self.name!r} has the value {self.value!r}; expected 0 to 1,000,000,000"
            )

    @property
    def type(self) -> FeatureType:
        return FEATURES[self.name]
