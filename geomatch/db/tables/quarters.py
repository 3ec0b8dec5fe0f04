"""What areas reach, kept with the newest matching; each quarter as it was; and what members set out to do.

A snapshot may be made anew while its quarter runs. Once it is over nobody changes it any more, which a
trigger sees to.
"""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from geomatch.db.tables.columns import PEOPLE, belongs, flag, geometry, identity, metadata, one_of, text

# Minutes from every residents' point, and for every open need, to the nearest that would do.
# Made with a matching; whatever area they are laid in, on whatever day, its coverage is a sum over them.
reach = sa.Table(
    "reach",
    metadata,
    belongs("county", primary_key=True),
    sa.Column("what", sa.Text, primary_key=True),
    sa.Column("code", sa.Text, primary_key=True),
    sa.Column("as_of", sa.Date, nullable=False),
    sa.Column("residents", sa.Integer),
    sa.Column("minutes", pg.JSONB, nullable=False),
    sa.Column("step_free", pg.JSONB, nullable=False),
    one_of("what", ("people", "need")),
)

snapshot = sa.Table(
    "snapshot",
    metadata,
    identity(),
    belongs("county"),
    sa.Column("quarter", sa.Text, nullable=False),
    sa.Column("as_of", sa.Date, nullable=False),
    sa.Column("made_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    flag("illustrative"),
    sa.CheckConstraint(
        "quarter = extract(year from as_of) || '-q' || extract(quarter from as_of)", name="quarter"
    ),
    sa.UniqueConstraint("county_id", "quarter"),
)

# What one LJC's page of a quarter says.
snapshot_area = sa.Table(
    "snapshot_area",
    metadata,
    belongs("snapshot", primary_key=True),
    sa.Column("code", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("document", pg.JSONB, nullable=False),
)

# The parishes of an LJC as its page draws them, cut to it where they are shared.
snapshot_shape = sa.Table(
    "snapshot_shape",
    metadata,
    belongs("snapshot", primary_key=True),
    sa.Column("area_code", sa.Text, primary_key=True),
    sa.Column("parish_code", sa.Text, primary_key=True),
    geometry("MULTIPOLYGON"),
)

# What an LJC means to reach: an indicator of its page, from where to where, by when, and who sees to it.
target = sa.Table(
    "target",
    metadata,
    identity(),
    belongs("county"),
    sa.Column("area_code", sa.Text, nullable=False),
    sa.Column("indicator", sa.Text, nullable=False),
    sa.Column("baseline", sa.Float, nullable=False),
    sa.Column("target", sa.Float, nullable=False),
    sa.Column("due", sa.Date, nullable=False),
    sa.Column("owner", sa.Text, nullable=False),
    flag("illustrative"),
    sa.Column("made_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    sa.Column("made_by", sa.Text, nullable=False),
    sa.CheckConstraint("indicator <> '' and owner <> ''", name="told"),
    sa.CheckConstraint("baseline >= 0 and target >= 0 and baseline <> target", name="numbers"),
    sa.Index("target_area_index", "county_id", "area_code"),
    schema=PEOPLE,
)

# A story of what was met, in somebody's own words.
story = sa.Table(
    "story",
    metadata,
    identity(),
    belongs("county"),
    sa.Column("area_code", sa.Text, nullable=False),
    sa.Column("happened", sa.Date, nullable=False),
    sa.Column("words", sa.Text, nullable=False),
    sa.Column("made_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    text("made_by"),
    sa.CheckConstraint("words <> ''", name="words"),
    sa.Index("story_area_index", "county_id", "area_code", "happened"),
    schema=PEOPLE,
)
