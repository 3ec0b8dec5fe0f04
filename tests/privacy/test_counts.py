"""Counts of people: few are withheld, the rest rounded, and no two figures tell of the few between them."""

import random
from collections import Counter
from itertools import chain, combinations

import pytest

from geomatch.privacy import Audience, counts, figure, figures

SECRET = b"a secret of the tests, long enough"
PUBLIC, MEMBER = Audience.PUBLIC, Audience.MEMBER


def _people(count: int, prefix: str = "p") -> list[str]:
    return [f"{prefix}{at}" for at in range(count)]


@pytest.mark.parametrize(("audience", "fewest"), [(PUBLIC, 10), (MEMBER, 5)])
def test_few_are_withheld_and_nobody_is_told_of_none(audience: Audience, fewest: int) -> None:
    for count in range(fewest):
        assert str(figure(_people(count), audience, SECRET)) == f"fewer than {fewest}, or not told"
    assert figure(_people(fewest), audience, SECRET).value == fewest


def test_the_others_are_rounded_to_five_and_never_by_five() -> None:
    for count in range(10, 300):
        told = figure(_people(count), PUBLIC, SECRET).value
        assert told is not None
        assert told % 5 == 0
        assert abs(told - count) < 5


def test_figures_are_right_on_average() -> None:
    told = [figure(_people(13, f"{at}-"), PUBLIC, SECRET).value or 0 for at in range(2000)]
    assert Counter(told).keys() == {10, 15}
    assert sum(told) / 2000 == pytest.approx(13, abs=0.2)


def test_the_same_people_give_the_same_figure_in_any_order_and_any_place() -> None:
    people = _people(33)
    once = figure(people, PUBLIC, SECRET)
    for seed in range(20):
        shuffled = random.Random(seed).sample(people, len(people))  # noqa: S311 - shuffled, not secret
        assert figure([*shuffled, people[0]], PUBLIC, SECRET) == once
        assert figures({"parish": people, "ljc": shuffled}, PUBLIC, SECRET)["ljc"] == once
    assert figure(people, MEMBER, SECRET).value == once.value


def test_one_person_more_never_shows_in_areas_laid_side_by_side() -> None:
    """A parish, and a division of that parish and up to nine people more: the same figure always."""
    for seed in range(60):
        parish = _people(10 + seed % 17, f"{seed}-")
        for more in range(10):
            division = [*parish, *_people(more, f"{seed}+")]
            told = figures({"parish": parish, "division": division}, PUBLIC, SECRET)
            assert told["parish"] == told["division"]


def test_members_may_be_told_of_five() -> None:
    parish = _people(40)
    division = [*parish, *_people(5, "x")]
    told = {figures({"p": parish, "d": division}, MEMBER, bytes([k]) * 16)["d"].value for k in range(40)}
    assert told == {45}


def test_what_holds_a_withheld_few_and_hardly_more_is_withheld_too() -> None:
    parish = _people(6)
    assert figures({"p": parish, "d": _people(12)}, PUBLIC, SECRET)["d"].value is None
    assert figures({"p": parish, "d": _people(16)}, PUBLIC, SECRET)["d"].value is not None


def test_no_difference_of_two_figures_tells_of_fewer_than_may_be_told() -> None:
    """Random overlapping areas: wherever two sets differ by few, their figures are the same."""
    chance = random.Random(11)  # noqa: S311 - drawn, not secret
    county = _people(400)
    cells: dict[str, list[str]] = {}
    for at in range(60):
        start, size = chance.randrange(300), chance.randrange(4, 60)
        cells[f"a{at}"] = county[start : start + size]
        cells[f"b{at}"] = county[start + chance.randrange(3) : start + size + chance.randrange(5)]
    told = figures(cells, PUBLIC, SECRET)
    few = [
        (one, other)
        for one, other in combinations(cells, 2)
        if set(cells[one]) & set(cells[other]) and len(set(cells[one]) ^ set(cells[other])) < 10
    ]
    assert len(few) > 50
    assert all(told[one] == told[other] for one, other in few)


def test_parts_do_not_add_up_to_what_was_withheld() -> None:
    """An LJC of five parishes of which one is withheld: for the outsider any number of people is as likely.

    The remainder of figures is 0 in no more of the empty parishes than chance has it.
    """
    remainders: dict[int, list[int]] = {0: [], 4: []}
    for held, found in remainders.items():
        for seed in range(300):
            parishes = [_people(13 + at, f"{seed}/{at}/") for at in range(4)]
            cells = {str(at): them for at, them in enumerate(parishes)}
            cells["ljc"] = [*chain.from_iterable(parishes), *_people(held, f"{seed}/w/")]
            told = figures(cells, PUBLIC, SECRET)
            found.append((told["ljc"].value or 0) - sum(told[str(at)].value or 0 for at in range(4)))
    for found in remainders.values():
        assert {-5, 0, 5} <= set(found)


def test_a_member_who_reads_the_public_figure_too_learns_of_nobody_below_five() -> None:
    """Every figure is that of some set; any two such sets that share somebody differ by five or more.

    Public figures come from smaller sets of the same chain at most, never from sets of their own.
    """
    chance = random.Random(12)  # noqa: S311 - drawn, not secret
    county, differing = _people(300), 0
    for _ in range(30):
        sets = set()
        for _ in range(40):
            start, size = chance.randrange(260), chance.randrange(3, 40)
            sets |= {frozenset(county[start : start + size + more]) for more in (0, chance.randrange(12))}
        public, member = (counts._leaders(sets, counts.FEWEST[each]) for each in (PUBLIC, MEMBER))
        differing += sum(public[who] != member[who] for who in sets)
        leaders = {*public.values(), *member.values()}
        near = [len(a ^ b) for a, b in combinations(leaders, 2) if a & b]
        assert min(near) >= counts.FEWEST[MEMBER]
    assert differing > 100, "the two audiences are told different figures"


def test_one_person_more_or_less_changes_a_figure_by_chance_alone() -> None:
    """Of 13 people one leaves: 15 had a chance of 3 in 5 before and of 2 in 5 after, anew."""
    steps = Counter(
        (figure(people[:-1], PUBLIC, SECRET).value or 0) - (figure(people, PUBLIC, SECRET).value or 0)
        for people in (_people(13, f"{at}-") for at in range(5000))
    )
    assert steps.keys() == {-5, 0, 5}
    assert steps[0] / 5000 == pytest.approx(12 / 25, abs=0.03)
    assert steps[5] / 5000 == pytest.approx(4 / 25, abs=0.03)


def test_the_best_guess_at_the_one_part_withheld_is_hardly_ever_right() -> None:
    """A whole of two told parts and a withheld one of 0 to 9 people: the best guess is right in a fifth."""
    found, chance = Counter[tuple[int, int]](), random.Random(13)  # noqa: S311 - drawn, not secret
    for held in range(10):
        for seed in range(400):
            parts = [_people(chance.randrange(11, 36), f"{held}/{seed}/{at}/") for at in range(2)]
            cells = {str(at): them for at, them in enumerate(parts)}
            cells["whole"] = [*chain.from_iterable(parts), *_people(held, f"{held}/{seed}/w/")]
            told = figures(cells, PUBLIC, SECRET)
            rest = (told["whole"].value or 0) - sum(told[str(at)].value or 0 for at in range(2))
            found[rest, held] += 1
    rests = {rest for rest, _ in found}
    right = sum(max(found[rest, held] for held in range(10)) for rest in rests)
    assert right / 4000 < 0.25
    likely = [rest for rest in rests if sum(found[rest, held] for held in range(10)) > 100]
    assert all(sum(found[rest, held] > 0 for held in range(10)) > 4 for rest in likely)
