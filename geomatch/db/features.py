"""Typed attributes of resources and roles as rows."""

from geomatch.model import Feature, FeatureType

VALUE_COLUMNS = ("name", "type", "truth", "number", "text")


def value_row(feature: Feature) -> tuple[str, str, str | None, float | None, str | None]:
    """``(name, type, truth, number, text)``: only the column of the feature's type is filled."""
    return (
        feature.name,
        str(feature.type),
        str(feature.value) if feature.type is FeatureType.TRUTH else None,
        float(feature.value) if feature.type is FeatureType.NUMBER else None,
        str(feature.value) if feature.type is FeatureType.TEXT else None,
    )
