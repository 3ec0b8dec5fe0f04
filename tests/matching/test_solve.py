"""What holds of every solution, whatever the world."""

import random
from typing import Any

import numpy as np
import pytest

from geomatch.errors import InputError
from geomatch.matching import check, document, solution, solve

POLICIES = ["no-need-lost", "travel-first", "fairness-first"]


def county(seed: int, needs: int = 60, resources: int = 25) -> dict[str, Any]:
    """Needs and resources on a square, six nearest resources each, twelve parishes in three LJCs."""
    rng = np.random.default_rng(seed)
    here, there = rng.uniform(0, 60, (needs, 2)), rng.uniform(0, 60, (resources, 2))
    minutes = np.round(np.hypot(*(here[:, None] - there).transpose(2, 0, 1)), 1)
    near = np.argsort(minutes, axis=1)[:, :6]
    parish = (here[:, 0] // 15 * 3 + here[:, 1] // 20).astype(int)
    return {
        "format": "geomatch-problem/1",
        "policy": {"name": "no-need-lost"},
        "areas": [{"id": f"L{at}", "kind": "ljc"} for at in range(3)]
        + [{"id": f"p{at:02}", "kind": "parish", "parent": f"L{at % 3}"} for at in range(12)],
        "needs": [{"id": f"n{at:03}", "area": f"p{parish[at]:02}"} for at in range(needs)],
        "resources": [{"id": f"r{at:02}", "capacity": int(rng.integers(1, 4))} for at in range(resources)],
        "candidates": [
            {"need": f"n{at:03}", "resource": f"r{one:02}", "minutes": float(minutes[at, one])}
            for at in range(needs)
            for one in near[at]
        ],
    }


def solved(problem: dict[str, Any]) -> dict[str, Any]:
    made = document.from_document(problem)
    written = solution.to_document(made, solve.solve(made))
    assert check.check(problem, written) == []
    return written


def shuffled(problem: dict[str, Any], seed: int) -> dict[str, Any]:
    rng = random.Random(seed)  # noqa: S311
    tables = {name: list(rows) for name, rows in problem.items() if isinstance(rows, list)}
    for rows in tables.values():
        rng.shuffle(rows)
    return problem | tables


@pytest.mark.parametrize("policy", POLICIES)
def test_shuffling_the_rows_changes_nothing_at_all(policy: str) -> None:
    problem = county(1) | {"policy": {"name": policy}}
    assert solved(problem) == solved(shuffled(problem, 1)) == solved(shuffled(problem, 2))


@pytest.mark.parametrize("policy", POLICIES)
def test_the_network_and_the_programme_find_the_same_optimum(policy: str) -> None:
    problem = county(2) | {"policy": {"name": policy}}
    slack = {"quotas": [{"area": "L0", "minimum_share": 0.0}]}
    assert solved(problem)["objective"] == [
        pytest.approx(one) for one in solved(problem | slack)["objective"]
    ]


@pytest.mark.parametrize("policy", POLICIES)
def test_one_more_unit_anywhere_never_worsens_the_first_aim(policy: str) -> None:
    problem = county(3) | {"policy": {"name": policy}}
    before = solved(problem)["objective"][0]
    for at in range(0, 25, 6):
        more = [dict(one) for one in problem["resources"]]
        more[at]["capacity"] += 1
        assert solved(problem | {"resources": more})["objective"][0] >= before


def test_fairness_costs_no_need_and_the_dial_goes_from_travel_to_fairness() -> None:
    problem = county(4)
    travel = solved(problem | {"policy": {"name": "travel-first"}})
    steps = [solved(problem | {"policy": {"name": "no-need-lost", "fairness": f}}) for f in (0.0, 0.5, 1.0)]
    assert {step["served"] for step in steps} == {travel["served"]}
    phi, minutes = [step["objective"][1] for step in steps], [step["total_minutes"] for step in steps]
    assert phi == sorted(phi, reverse=True)
    assert phi[0] > phi[2]
    assert minutes == sorted(minutes)
    assert minutes[0] == pytest.approx(travel["total_minutes"])


def test_a_quota_is_kept_and_those_it_shuts_out_are_told_so() -> None:
    problem = county(5, resources=60) | {"quotas": [{"area": "L1", "maximum_share": 0.25}]}
    written = solved(problem)
    assert "quota" in {row["reason"] for row in written["unmatched"]}
    area = next(area for area in written["areas"] if area["id"] == "L1")
    assert area["served"] == int(area["needed"] * 0.25)


def test_an_impossible_quota_is_named_and_nothing_is_assigned() -> None:
    problem = county(6) | {
        "resources": [{"id": f"r{at:02}", "capacity": int(at < 3)} for at in range(25)],
        "quotas": [{"area": "L0", "minimum_share": 0.9}, {"area": "p01", "maximum_share": 0.5}],
    }
    written = solved(problem)
    assert written["status"] == "infeasible"
    assert written["assignments"] == []
    assert [one["quota"]["area"] for one in written["conflicts"]] == ["L0"]


def test_every_unmatched_need_gets_a_minimal_certificate() -> None:
    written = solved(county(7))
    assert written["unmatched"]
    assert {row["reason"] for row in written["unmatched"]} == {"competition"}


def test_a_certificate_names_the_slots() -> None:
    written = solved(
        {
            "format": "geomatch-problem/1",
            "needs": [{"id": name} for name in ("a", "b", "c")],
            "resources": [{"id": "hall", "capacity": 5, "slot_capacity": {"mon": 1, "tue": 2}}],
            "candidates": [
                {"need": name, "resource": "hall", "slot": slot, "minutes": 1}
                for name, slot in (("a", "mon"), ("b", "mon"), ("c", "tue"))
            ],
        }
    )
    assert written["unmatched"] == [
        {
            "need": written["unmatched"][0]["need"],
            "reason": "competition",
            "needs": ["a", "b"],
            "supply": [{"resource": "hall", "slots": ["mon"]}],
            "demand": 2,
            "capacity": 1,
        }
    ]


def test_a_need_nobody_can_serve_is_told_which_tests_took_them_away() -> None:
    problem = {"format": "geomatch-problem/1", "needs": [{"id": "a"}], "resources": [], "candidates": []}
    made = document.from_document(problem)
    written = solution.to_document(
        made, solve.solve(made), eliminated={"a": {"kind": 41, "budget": 0, "travel": 25}}
    )
    tests = [{"test": "kind", "count": 41}, {"test": "travel", "count": 25}]
    assert written["unmatched"] == [{"need": "a", "reason": "no-candidate", "eliminated": tests}]


FAULTS = {
    "candidates[0].minutes: found -1": lambda p: p["candidates"][0].update(minutes=-1),
    "candidates[1].minutes: found nan": lambda p: p["candidates"][1].update(minutes=float("nan")),
    "candidates[1].minutes: found 1000": lambda p: p["candidates"][1].update(minutes=10**400),
    "candidates[2].need: unknown id 'nobody'": lambda p: p["candidates"][2].update(need="nobody"),
    "candidates[3].use: found 1.5": lambda p: p["candidates"][3].update(use=1.5),
    "candidates[4].colour: unknown field": lambda p: p["candidates"][4].update(colour="red"),
    "resources[25].id: 'r01' stands there twice, first in resources[1]": lambda p: p["resources"].append(
        p["resources"][1]
    ),
    "areas[0].parent: 'L0' lies within itself": lambda p: p["areas"][0].update(parent="p00"),
    "needs[7].weight: found 0": lambda p: p["needs"][7].update(weight=0),
    "resources[3].capacity: missing": lambda p: p["resources"][3].pop("capacity"),
    "candidates[9].slot: resource": lambda p: (
        p["candidates"][9].update(slot="sun"),
        [one.update(slot_capacity={"mon": 1}) for one in p["resources"]],
    ),
    "candidates[6].slot: found ['mon']; expected text or null": lambda p: p["candidates"][6].update(
        slot=["mon"]
    ),
    "needs[4].area: the area 'Wessex' is not among": lambda p: p["needs"][4].update(area="Wessex"),
    "areas[3].parent: the area 'Wales' is not among": lambda p: p["areas"][3].update(parent="Wales"),
    "needs[60].id: 'n003' stands there twice, first in needs[3]": lambda p: p["needs"].append(p["needs"][3]),
    "quotas[0].area: the area 'Mercia' is not among": lambda p: p.update(quotas=[{"area": "Mercia"}]),
    "policy: policy 'cheapest'": lambda p: p.update(policy={"name": "cheapest"}),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_bad_input_is_refused_with_its_path(fault: str) -> None:
    problem = county(8)
    FAULTS[fault](problem)
    with pytest.raises(InputError) as refused:
        document.from_document(problem)
    assert fault in str(refused.value)


def test_all_faults_are_listed_at_once() -> None:
    problem = county(8)
    problem["candidates"][0]["minutes"] = -1
    problem["candidates"][5]["resource"] = "nobody"
    with pytest.raises(InputError, match="2 faults") as refused:
        document.from_document(problem)
    assert "candidates[0].minutes" in str(refused.value)
    assert "candidates[5].resource" in str(refused.value)


def test_faults_of_every_table_are_listed_and_none_follows_from_another() -> None:
    problem = county(8)
    problem["needs"][7]["weight"] = -1
    problem["resources"][3]["capacity"] = 1.5
    problem["candidates"][0]["minutes"] = float("inf")
    problem["fixed"] = [
        {"need": "nobody", "resource": "r00"},
        {"need": "n001", "resource": "r24", "quantity": 0},
    ]
    with pytest.raises(InputError) as refused:
        document.from_document(problem)
    assert paths_of(refused.value) == [
        "needs[7].weight",
        "resources[3].capacity",
        "candidates[0].minutes",
        "fixed[0].need",
        "fixed[1].quantity",
    ]


def paths_of(refusal: InputError) -> list[str]:
    return [line.split(":")[0] for line in str(refusal).splitlines()[1:]]


def test_every_fault_of_one_row_is_listed_and_however_many_rows_there_are() -> None:
    problem = county(8)
    offered = {"capacity": 1.5, "slot_capacity": {"mon": -1, "tue": 2.5}}
    problem["resources"][3] = {"id": "r03"} | offered
    problem["resources"][4]["slot_capacity"] = {"mon": 1}
    roles = [{"id": "a", "quantity": -1}, {"id": "b", "minimum": 2}]
    problem["needs"][7] |= {"weight": float("nan"), "asked": 3, "roles": roles}
    problem["needs"][8]["roles"] = roles
    for row in problem["candidates"][:100]:
        row["minutes"] = -1
    row = {"need": "nobody", "resource": "r04", "slot": "sun", "minutes": "near", "penalty": -1, "use": -2}
    problem["candidates"][100] = row | {"given": {"role": "x"}}
    with pytest.raises(InputError) as refused:
        document.from_document(problem)
    told = paths_of(refused.value)
    assert [path for path in told if path.startswith(("needs", "resources"))] == [
        "needs[7].roles[0].quantity",
        "needs[7].roles[1]",
        "needs[8].roles[0].quantity",
        "needs[8].roles[1]",
        "needs[7].weight",
        "needs[7].asked",
        "resources[3].capacity",
        "resources[3].slot_capacity",
    ]
    assert {f"candidates[{at}].minutes" for at in range(101)} <= set(told)
    fields = [path.split(".")[1] for path in told if path.startswith("candidates[100]")]
    assert fields == ["minutes", "penalty", "use", "need", "slot"]


def test_a_candidate_listed_twice_is_refused() -> None:
    problem = county(8)
    problem["candidates"].append(dict(problem["candidates"][3]))
    with pytest.raises(InputError, match=r"candidates\[360\]: the same .* as candidates\[3\]"):
        document.from_document(problem)


def test_a_problem_written_and_read_again_is_the_same_problem() -> None:
    made = document.from_document(county(9))
    again = document.from_document(document.to_document(made))
    assert document.sha256(made) == document.sha256(again)
    changed = county(9)
    changed["candidates"][0]["minutes"] += 0.5
    assert document.sha256(document.from_document(changed)) != document.sha256(made)


def spoilt(written: dict[str, Any], problem: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Solutions that break one rule each, by what the checker should say."""
    rows = written["assignments"]
    certificate = written["unmatched"][0]
    return {
        "is no candidate": written | {"assignments": [rows[0] | {"resource": "r99"}, *rows[1:]]},
        "stands in the assignments 2 times": written | {"assignments": [*rows, rows[0]]},
        "units of 1 asked for": written | {"assignments": [rows[0] | {"quantity": 2}, *rows[1:]]},
        "minutes, but the candidate has": written | {"assignments": [rows[0] | {"minutes": 0.1}, *rows[1:]]},
        "counted again": written | {"total_minutes": written["total_minutes"] + 1},
        "not among the unmatched": written | {"unmatched": written["unmatched"][1:]},
        "and served": written
        | {"unmatched": [*written["unmatched"], certificate | {"need": rows[0]["need"]}]},
        "outside its supply": written
        | {"unmatched": [certificate | {"supply": []}, *written["unmatched"][1:]]},
        "does not list the need itself": written
        | {"unmatched": [certificate | {"needs": []}, *written["unmatched"][1:]]},
    }


def test_the_checker_sees_every_rule_that_is_broken() -> None:
    problem = county(10)
    written = solved(problem)
    for words, broken in spoilt(written, problem).items():
        assert any(words in violation for violation in check.check(problem, broken)), words


def test_the_checker_sees_a_resource_promised_too_often() -> None:
    problem = county(10)
    written = solved(problem)
    tight = problem | {"resources": [one | {"capacity": 1} for one in problem["resources"]]}
    assert any("used of 1" in words for words in check.check(tight, written))
