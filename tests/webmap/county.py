"""Valeshire: a county of four square parishes, small enough to know by heart."""

from datetime import date, datetime
from typing import Any

from psycopg.types.range import DateRange, TimestampRange

from geomatch.db import tables
from tests.webmap.writer import Writer, placed, point, square

HOSTILE = "{{ 7*191 }} ${alert(1)} </script><img src=x onerror=alert(2)>"
SEVEN = datetime(2026, 12, 3, 19)


def draw(write: Writer) -> None:
    """The ground: parishes in divisions and committees, roads, names, and where people live."""
    _areas(write)
    roads(write)
    _names(write)
    for code, residents, where in [("oa1", 900, (354_100, 304_300)), ("oa2", 300, (357_000, 307_000))]:
        write.mine(tables.population, code=code, residents=residents, geom=point(*where))
    write.mine(
        tables.import_,
        kind="boundaries",
        source="parishes.geojson",
        publisher="A publisher",
        licence="OGL-3.0",
        vintage=date(2021, 5, 7),
        sha256="0" * 64,
        read=5,
        loaded=4,
        rejected=1,
        seconds=0.5,
    )


def fill(write: Writer) -> None:
    """Groups, what is offered and asked, and what two rounds of matching made of it."""
    _groups(write)
    offered = _offers(write)
    asked = _needs(write)
    _unmatched(write, _rounds(write, asked, offered), asked)


def _areas(write: Writer) -> None:
    sets = {
        kind: write.mine(tables.area_set, kind=kind, vintage=date(2021, 5, 7))
        for kind in ("parish", "division", "ljc")
    }
    for column in (0, 1):
        write.area(sets["ljc"], "ljc", ("west-vale", "east-vale")[column], square(column, 0, high=2))
        for row in (0, 1):
            write.area(sets["parish"], "parish", f"parish-{column}{row}", square(column, row))
            write.mine(
                tables.membership,
                group_kind="ljc",
                group_code=("west-vale", "east-vale")[column],
                group_name=("West Vale", "East Vale")[column],
                parish_code=f"parish-{column}{row}",
                valid=DateRange(date(2010, 11, 10), None),
            )
    for row in (0, 1):
        write.area(sets["division"], "division", f"division-{row}", square(0, row, wide=2))


def roads(write: Writer) -> None:
    """A main road, a lesser one across it, and a lane."""
    road_set = write.mine(tables.road_set, current=True)
    times = {
        column.name: 60
        for column in tables.road_edge.columns
        if column.name.endswith(("_forward", "_backward"))
    }
    for edge, (number, kind, line) in enumerate(
        [
            ("A49", 4, "349000 303000,355000 303500,359000 303000"),
            ("B4371", 5, "353000 299000,354000 309000"),
            ("", 7, "351000 301000,352000 302000"),
        ]
    ):
        corners = line.split(",")
        for node, corner in ((2 * edge, corners[0]), (2 * edge + 1, corners[-1])):
            where = point(*map(float, corner.split()))
            write.row(tables.road_node, road_set_id=road_set, node=node, ref=node, geom=where)
        write.row(
            tables.road_edge,
            road_set_id=road_set,
            edge=edge,
            source=2 * edge,
            target=2 * edge + 1,
            road_class=kind,
            number=number,
            metres=9000.0,
            geom=f"SRID=27700;LINESTRING({line})",
            **times,
        )


def _names(write: Writer) -> None:
    for ref, name, kind, where in [
        ("t1", "Middleton", "Town", (354_000, 304_200)),
        ("t2", "Abbotsley", "Town", (357_200, 307_100)),
        ("v1", "Nether Wick", "Village", (351_000, 301_500)),
    ]:
        write.mine(
            tables.place_name, ref=ref, name=name, type="populatedPlace", local_type=kind, geom=point(*where)
        )


def _groups(write: Writer) -> None:
    for ref, name, small, where in [
        ("o1", "Big Trust", "no", (350_500, 300_500)),
        ("o2", "Lunch Club", "yes", (351_500, 300_500)),
        ("o3", "Singers", "unknown", (351_000, 300_700)),
    ]:
        write.mine(tables.organisation, ref=ref, name=name, small=small, sector="voluntary", **placed(where))


def _offers(write: Writer) -> dict[str, int]:
    """By ref those that are matched."""
    hall = write.resource(
        "hall", "venue", "Wick Hall", (351_200, 301_300), quantity=2, subkind="village_hall"
    )
    for name, truth in [("step_free", "yes"), ("hearing_loop", "no")]:
        write.row(tables.resource_feature, resource_id=hall, name=name, type="truth", truth=truth)
    driver = write.resource(
        "driver", "volunteer", "A driver of the Good Neighbours", (356_500, 306_500), precision_metres=1000
    )
    write.resource("odd", "equipment", HOSTILE, (355_000, 301_000), description=HOSTILE)
    write.resource("grant", "fund", "A small grant")
    write.resource("far-hall", "venue", "Hall beyond the border", (360_500, 303_000))
    write.resource("gone", "venue", "Withdrawn hall", (351_000, 301_000), withdrawn_on=date(2020, 1, 1))
    return {"hall": hall, "driver": driver}


def _needs(write: Writer) -> dict[str, int]:
    """By ref."""
    needs = {
        "warm": write.need("warm", "A warm room for the Lunch Club", (351_300, 301_000)),
        "lift": write.need("lift", "Lifts to the surgery", (355_000, 305_000), roles=("volunteer",)),
        "loud": write.need("loud", "A PA system", (352_000, 306_000), roles=("equipment", "volunteer")),
        "rival": write.need("rival", "A hall for the Singers", (353_000, 307_000)),
        "quota": write.need("quota", "A room for chess", (357_000, 301_000)),
        "hard": write.need("hard", "A hall and a cook", (357_500, 301_500), roles=("venue", "volunteer")),
        "met": write.need("met", "A room that was found", (350_500, 303_500), status="met"),
        "lost": write.need("lost", "Advice, wherever it is", roles=("information",)),
        "lone": write.need("lone", "Halls for a fair", roles=()),
        "alone": write.need("alone", "Three helpers"),
        "odd": write.need("odd/need?", HOSTILE, (352_500, 302_500), description=HOSTILE),
    }
    write.row(
        tables.need_role,
        need_id=needs["lone"],
        role="venue",
        kind="venue",
        subkind="village_hall",
        substitutes=["church_hall"],
        quantity=3,
        minimum=3,
    )
    write.need("old", "No longer wanted", (351_000, 301_000), status="withdrawn")
    write.row(tables.need_window, need_id=needs["warm"], during=TimestampRange(SEVEN, SEVEN.replace(hour=21)))
    return needs


def _rounds(write: Writer, needs: dict[str, int], offers: dict[str, int]) -> int:
    """An older round and the newest, whose number it gives."""
    old = write.mine(
        tables.matching_run,
        policy="no-need-lost",
        as_of=date(2026, 1, 1),
        problem_sha256="0" * 64,
        status="optimal",
        served=1,
        document={},
    )
    run = write.mine(
        tables.matching_run,
        policy="no-need-lost",
        as_of=date(2026, 11, 20),
        problem_sha256="1" * 64,
        status="optimal",
        served=2,
        document={"mean_minutes": 8.4},
    )
    both = TimestampRange(SEVEN, SEVEN.replace(hour=21))
    for of, need, resource, minutes in [
        (old, "rival", "hall", 3.0),
        (run, "warm", "hall", 4.2),
        (run, "lift", "driver", 12.6),
    ]:
        write.row(
            tables.match,
            matching_run_id=of,
            need_id=needs[need],
            resource_id=offers[resource],
            role="role0",
            slot=both,
            quantity=1,
            minutes=minutes,
        )
    return run


def _unmatched(write: Writer, run: int, needs: dict[str, int]) -> None:
    """Why each of the others is not matched: of every reason one at least."""
    reasons: dict[str, tuple[str, dict[str, Any]]] = {
        "loud": (
            "no-candidate",
            {"eliminated": [{"test": "kind", "count": 4}, {"test": "travel", "count": 1}]},
        ),
        "rival": (
            "competition",
            {
                "needs": ["rival", "warm"],
                "supply": [{"resource": "hall", "slots": None}],
                "demand": 2,
                "capacity": 1,
            },
        ),
        "quota": ("quota", {"quota": {"area": "east-vale", "minimum_share": None, "maximum_share": 0.5}}),
        "hard": ("no-short-proof", {"role": "role1"}),
        "lone": ("no-short-proof", {"role": "venue"}),
        "alone": (
            "competition",
            {
                "needs": ["alone"],
                "supply": [{"resource": "hall", "slots": None}],
                "demand": 3,
                "capacity": 1,
            },
        ),
        "odd": ("no-candidate", {"eliminated": []}),
    }
    for need, (reason, detail) in reasons.items():
        write.row(tables.unmatched, matching_run_id=run, need_id=needs[need], reason=reason, detail=detail)
