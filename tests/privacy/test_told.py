"""Whatever the database keeps of a person is in the export, or it is stated here why not."""

import sqlalchemy as sa

from geomatch.db import persons, tables
from geomatch.db.persons import Person

SOMEBODY = Person(1, (1,), frozenset({"a@example.org"}), frozenset(), (1,), frozenset({"a"}))
THE_COUNTY = "the county, its places and its roads: nobody's"
OF_ANOTHER = "part of something that is told by itself"
BY_NAME = (
    "work of the desk and of groups, where a name may stand in others' words: it is taken out when erased"
)
WORKED_OUT = "worked out from what is told, and made anew or let go when erased"
SECRET = "a secret's digest and nothing else"  # noqa: S105 - a reason
WHY_NOT = {
    THE_COUNTY: """
        public.alembic_version public.area public.area_set public.calendar_version public.county
        public.county_piece public.feature_type public.import public.membership public.offer_version
        public.place_name public.population public.postcode public.reach public.road_edge
        public.road_graph public.road_node public.road_set public.routing_graph public.season
        public.spatial_ref_sys public.uprn
    """,
    OF_ANOTHER: """
        audit.chain audit.head homes.parked public.booking_change public.bundle public.need_role
        public.need_window public.role_feature public.series people.asked_after people.asked_wanted
    """,
    BY_NAME: """
        people.act people.decision people.merge people.story people.target people.trusted
        public.organisation public.snapshot public.snapshot_area public.snapshot_shape
    """,
    WORKED_OUT: """
        public.findable public.hub_label_in public.hub_label_out public.matching_run public.run_problem
        public.unmatched
    """,
    SECRET: "people.attempt people.link public.feed_token",
}


def test_every_table_is_told_of_a_person_or_it_is_stated_why_not(connection: sa.Connection) -> None:
    """A new table fails here, until somebody has thought of whose it is."""
    looked = sa.inspect(connection)
    there = {
        f"{schema}.{name}"
        for schema in ("audit", "homes", "people", "public")
        for name in looked.get_table_names(schema=schema)
    }
    told = {
        table.fullname if table.schema else f"public.{table.fullname}"
        for table in tables.metadata.sorted_tables
        if persons.about(table, SOMEBODY) is not None or persons.stays(table, SOMEBODY) is not None
    }
    stated = [name for names in WHY_NOT.values() for name in names.split()]
    assert len(stated) == len(set(stated))
    assert sorted(there - told) == sorted(stated)


def test_every_column_that_names_an_account_an_address_or_an_offer_is_told(connection: sa.Connection) -> None:
    """So the reasons above hold for no table that belongs to somebody by number or by address."""
    stated = {name for names in WHY_NOT.values() for name in names.split()}
    sql = """
        select distinct table_schema || '.' || table_name as name from information_schema.columns
        join information_schema.tables using (table_schema, table_name)
        where table_schema in ('audit', 'homes', 'people', 'public') and table_type = 'BASE TABLE'
            and column_name in ('account_id', 'resource_id', 'email', 'address')
    """
    owned = set(connection.execute(sa.text(sql)).scalars())
    assert owned & stated == {"public.organisation"}, "a group's address is the group's"
