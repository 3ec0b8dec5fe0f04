"""Why a need is left out, where bundles and single needs want the same."""

from typing import Any

from geomatch.matching import check, document, solution, solve


def told(problem: dict[str, Any]) -> dict[str, Any]:
    """The one unmatched row, its certificate checked by other code."""
    made = document.from_document(problem)
    written = solution.to_document(made, solve.solve(made))
    assert check.check(problem, written) == []
    [row] = written["unmatched"]
    return row


def bundle(name: str, halls: list[str], drivers: list[str], **more: Any) -> tuple[dict, list[dict]]:
    need = {"id": name, "roles": [{"id": "driver"}, {"id": "hall"}]} | more
    rows = [{"need": name, "role": "hall", "resource": hall, "minutes": 1.0} for hall in halls]
    return need, rows + [{"need": name, "role": "driver", "resource": who, "minutes": 1.0} for who in drivers]


def problem(*parts: tuple[dict, list[dict]], capacity: dict[str, int]) -> dict[str, Any]:
    return {
        "format": "geomatch-problem/1",
        "needs": [need for need, _ in parts],
        "resources": [{"id": name, "capacity": units} for name, units in capacity.items()],
        "candidates": [row for _, rows in parts for row in rows],
    }


def single(name: str, driver: str) -> tuple[dict, list[dict]]:
    return {"id": name}, [{"need": name, "resource": driver, "minutes": 1.0}]


def test_a_single_need_beaten_to_the_driver_by_a_bundle_with_halls_to_spare_has_a_certificate() -> None:
    event = bundle("event", ["h1", "h2", "h3"], ["d"], weight=2.0)
    row = told(problem(event, single("ride", "d"), capacity={"d": 1, "h1": 1, "h2": 1, "h3": 1}))
    assert (row["need"], row["reason"]) == ("ride", "competition")
    assert row["roles"] == {"event": ["driver"], "ride": ["any"]}
    assert (row["demand"], row["capacity"], row["supply"]) == (2, 1, [{"resource": "d", "slots": None}])


def test_a_shortage_elsewhere_does_not_hide_the_one_that_is_to_be_shown() -> None:
    rides = [single(f"far{at}", "e") for at in range(3)]
    event = bundle("event", ["h"], ["d"])
    made = problem(event, single("ride", "d"), *rides, capacity={"d": 1, "e": 1, "h": 2})
    ready = document.from_document(made)
    rows = solution.to_document(ready, solve.solve(ready))["unmatched"]
    assert {row["reason"] for row in rows} == {"competition"}


def test_a_certificate_over_roles_that_leaves_out_a_candidate_is_seen_through() -> None:
    event = bundle("event", ["h1", "h2"], ["d", "free"], weight=2.0)
    asked = problem(event, single("ride", "d"), capacity={"d": 1, "free": 1, "h1": 1, "h2": 1})
    ready = document.from_document(asked)
    written = solution.to_document(ready, solve.solve(ready))
    assert written["unmatched"] == []
    written["assignments"] = [row for row in written["assignments"] if row["need"] == "event"]
    claim = {"needs": ["event", "ride"], "roles": {"event": ["driver"], "ride": ["any"]}, "demand": 2}
    supply = [{"resource": "d", "slots": None}]
    lie = {"need": "ride", "reason": "competition", "capacity": 1, "supply": supply} | claim
    violations = check.check(asked, written | {"unmatched": [lie]})
    assert any("outside its supply" in words for words in violations)


def test_a_certificate_that_holds_without_one_of_its_needs_and_that_one_s_supply_is_seen_through() -> None:
    """Two wait for one driver, a third for another: with the third they are short too, but not minimal."""
    rides = [single("a", "d"), single("b", "d"), single("c", "e"), single("c2", "e")]
    asked = problem(*rides, capacity={"d": 1, "e": 1})
    ready = document.from_document(asked)
    written = solution.to_document(ready, solve.solve(ready))
    assert check.check(asked, written) == []
    [row] = [row for row in written["unmatched"] if "a" in row["needs"]]
    spare = {"resource": "e", "slots": None}
    wide = row | {
        "needs": [*row["needs"], "c"],
        "supply": [*row["supply"], spare],
        "demand": 3,
        "capacity": 2,
    }
    others = [one for one in written["unmatched"] if one is not row]
    violations = check.check(asked, written | {"unmatched": [wide, *others]})
    assert violations == [f"certificate of {row['need']}: it is not minimal: c may be dropped"]
