"""A problem as a ``geomatch-problem/1`` document: read with every fault listed, written, and hashed."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from geomatch.errors import InputError
from geomatch.matching.columns import Names, read_candidates, read_fixed
from geomatch.matching.fields import Faults, distinct, each_once, made, read_row
from geomatch.matching.problem import (
    NOTHING_GIVEN,
    Area,
    Need,
    Policy,
    Problem,
    Quota,
    Resource,
    Role,
)

FORMAT = "geomatch-problem/1"
Document = dict[str, Any]


def from_document(document: Mapping[str, Any]) -> Problem:
    """The problem a ``geomatch-problem/1`` document states.

    Raises InputError that lists every fault with its path, such as ``candidates[3].minutes``.
    """
    if not isinstance(document, Mapping) or document.get("format") != FORMAT:
        found = document.get("format") if isinstance(document, Mapping) else type(document).__name__
        raise InputError(f"format: found {found!r}; expected {FORMAT!r}")
    faults = Faults()
    top = read_row(document, "problem", "", faults)
    faults.stop_if_any()
    return _problem(top or {}, faults)


def _problem(top: Document, faults: Faults) -> Problem:
    needs = _needs(top["needs"], faults)
    resources = distinct(made(top["resources"], "resource", "resources", _resource, faults), "id")
    areas = distinct(made(top["areas"], "area", "areas", lambda _, row: Area(**row), faults), "id")
    quotas = distinct(made(top["quotas"], "quota", "quotas", lambda _, row: Quota(**row), faults), "area")
    for table, key in (("needs", "id"), ("resources", "id"), ("areas", "id"), ("quotas", "area")):
        each_once(top[table], key, table, faults)
    policy = _policy(top["policy"], faults)
    _check_areas(top, areas, faults)
    names = Names.of(needs, resources, top["candidates"])
    names = replace(
        names, faulty=_ids(top["needs"] + top["resources"]) - names.needs.keys() - names.resources.keys()
    )
    candidates = read_candidates(top["candidates"], names, faults)
    fixed = read_fixed(top["fixed"], names, candidates, faults)
    faults.stop_if_any()
    return Problem(needs, resources, names.slots, candidates, policy, areas, quotas, fixed)


def _policy(row: Any, faults: Faults) -> Policy:
    fields = read_row(row, "policy", "policy", faults)
    try:
        return Policy() if fields is None else Policy(**fields)
    except InputError as error:
        faults.add("policy", str(error))
        return Policy()


def _needs(rows: Sequence[Any], faults: Faults) -> tuple[Need, ...]:
    """The sound needs; their roles are looked at whatever else is wrong."""
    roles = {}
    for at, row in enumerate(rows):
        asked = row.get("roles") if isinstance(row, Mapping) else None
        if isinstance(asked, list):
            before, path = len(faults.lines), f"needs[{at}]"
            found = made(asked, "role", f"{path}.roles", lambda _, fields: Role(**fields), faults)
            roles[path] = tuple(found) if len(faults.lines) == before else None

    def need(path: str, row: Document) -> Need | None:
        own = roles.get(path, (Role(),))
        whole = Need(**row | {"roles": (Role(),) if own is None else own})
        return None if own is None else whole

    return distinct(made(rows, "need", "needs", need, faults), "id")


def _resource(_: str, row: Document) -> Resource:
    return Resource(row["id"], row["capacity"], dict(row["slot_capacity"]))


def _ids(rows: Sequence[Any]) -> frozenset[str]:
    found = (row.get("id") for row in rows if isinstance(row, Mapping))
    return frozenset(name for name in found if isinstance(name, str))


def _check_areas(top: Document, areas: Sequence[Area], faults: Faults) -> None:
    """Parents, quotas and needs name areas listed; no area lies within itself."""
    parents = {area.id: area.parent for area in areas}
    listed = parents.keys() | _ids(top["areas"])
    fields = {"areas": "parent", "quotas": "area"} | ({"needs": "area"} if listed else {})
    for table, field in fields.items():
        for at, row in enumerate(top[table]):
            named = row.get(field) if isinstance(row, Mapping) else None
            if isinstance(named, str) and named not in listed:
                faults.add(f"{table}[{at}].{field}", f"the area {named!r} is not among the areas")
    for at, row in enumerate(top["areas"]):
        name = row.get("id") if isinstance(row, Mapping) else None
        if isinstance(name, str) and name in parents and _goes_round(name, parents):
            faults.add(f"areas[{at}].parent", f"{name!r} lies within itself, by way of its parents")


def _goes_round(start: str, parents: Mapping[str, str | None]) -> bool:
    seen, area = {start}, parents[start]
    while area is not None and area in parents and area not in seen:
        seen.add(area)
        area = parents[area]
    return area == start


def to_document(problem: Problem) -> Document:
    """The problem as a document, every field stated, in order of ids."""
    rows = [_candidate_row(problem, row) for row in range(len(problem.candidates))]
    return {
        "format": FORMAT,
        "policy": {"name": problem.policy.name, "fairness": float(problem.policy.fairness)},
        "areas": [{"id": one.id, "kind": one.kind, "parent": one.parent} for one in problem.areas],
        "quotas": [
            {"area": one.area, "minimum_share": one.minimum_share, "maximum_share": one.maximum_share}
            for one in problem.quotas
        ],
        "needs": [_need_row(need) for need in problem.needs],
        "resources": [
            {"id": one.id, "capacity": one.capacity, "slot_capacity": one.slot_capacity}
            for one in problem.resources
        ],
        "candidates": rows,
        "fixed": [
            {key: rows[row][key] for key in ("need", "role", "resource", "slot", "given")}
            | {"quantity": units}
            for row, units in problem.fixed
        ],
    }


def _need_row(need: Need) -> Document:
    return {
        "id": need.id,
        "area": need.area,
        "weight": float(need.weight),
        "all_or_nothing": need.all_or_nothing,
        "asked": need.asked,
        "roles": [{"id": one.id, "quantity": one.quantity, "minimum": one.minimum} for one in need.roles],
    }


def _candidate_row(problem: Problem, row: int) -> Document:
    table = problem.candidates
    need = problem.needs[table.need[row]]
    return {
        "need": need.id,
        "role": need.roles[table.role[row]].id,
        "resource": problem.resources[table.resource[row]].id,
        "slot": problem.slot_name(int(table.slot[row])),
        "minutes": float(table.minutes[row]),
        "penalty": float(table.penalty[row]),
        "use": int(table.use[row]),
        "given": given_name(problem, row),
    }


def given_name(problem: Problem, row: int) -> Document | None:
    """What a candidate is tied to: ``{"role", "resource"}`` or ``None``."""
    table = problem.candidates
    if table.given_role[row] == NOTHING_GIVEN:
        return None
    need = problem.needs[table.need[row]]
    return {
        "role": need.roles[table.given_role[row]].id,
        "resource": problem.resources[table.given_resource[row]].id,
    }


def sha256(problem: Problem) -> str:
    """Hash of the problem in its one canonical form, so independent of row order and of left-out defaults.

    The form is the document without its candidates as JSON (keys sorted, no spaces, UTF-8), then the
    candidates' columns in order of their keys as little-endian 64-bit numbers.
    """
    small = to_document(replace(problem, candidates=problem.candidates.take(_NO_ROWS), fixed=()))
    small["slots"], small["fixed"] = problem.slots, problem.fixed
    text = json.dumps(small, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    digest = hashlib.sha256(text.encode())
    for name in problem.candidates.__dataclass_fields__:
        column = getattr(problem.candidates, name)
        digest.update(column.astype(column.dtype.newbyteorder("<")).tobytes())
    return digest.hexdigest()


_NO_ROWS = np.zeros(0, dtype=np.int64)
