"""What the map's file holds, and what it must not hold."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ona.model import DisclosureError, StudyError, disclosure_plan, gives_away, influence_graph, scan_for_persons
from viz import group_values, network_map
from viz.map.facts import everyone_shown, tie_facts
from viz.map.groups import groups_of
from viz.map.with_pyvis import vis_network
from viz.page import Page

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</script><script>alert(2)</script>",
    "line\u2028separator\u2029here",
    "n" * 200,
    "\u202eevil\u202c שלום مرحبا",
    "' onmouseover='alert(1)",
    "{{ 7 * 7 }}",
]


def embedded(page: Page, name: str) -> Any:
    found = re.search(rf'<script type="application/json" id="{name}">(.*?)</script>', page.html, re.DOTALL)
    assert found is not None
    return json.loads(found[1])


def own_bytes(page: Page) -> bytes:
    """The page without vis-network's own text, which is the same in every map."""
    return page.html.replace(vis_network(), "").encode()


def test_two_runs_give_the_same_bytes(organisation: Any) -> None:
    for audience in ("analyst", "leader"):
        first, second = (network_map(organisation.graph, **organisation.tables(), audience=audience) for _ in range(2))
        assert first.html == second.html


def test_rows_of_the_tables_may_come_in_any_order(organisation: Any) -> None:
    turned = {name: table.iloc[::-1] for name, table in organisation.tables().items()}
    assert (
        network_map(organisation.graph, **turned).html == network_map(organisation.graph, **organisation.tables()).html
    )


def test_everyone_is_a_node_with_a_place_and_physics_is_off(organisation: Any) -> None:
    network = embedded(network_map(organisation.graph), "network")
    people = [node for node in network["nodes"] if node["id"].startswith("p")]
    assert len(people) == organisation.graph.size
    assert all(isinstance(node["x"], int) and isinstance(node["y"], int) for node in people)
    assert network["options"]["physics"] == {"enabled": False}
    assert network["options"]["edges"]["smooth"] is False
    assert sum(edge["from"].startswith("p") for edge in network["edges"]) == len(organisation.graph.arcs)


def test_numpy_and_undefined_values_become_plain_ones(organisation: Any) -> None:
    facts = embedded(network_map(organisation.graph, **organisation.tables()), "facts")
    assert facts["people"]["access"]["leader_share"][0] is None
    assert facts["candidates"][0]["function_fit"] is None
    assert facts["candidates"][0]["new_leaders"] == 4


def test_candidates_come_in_order_with_path_and_proposal(organisation: Any) -> None:
    facts = embedded(network_map(organisation.graph, **organisation.tables()), "facts")
    ids = facts["people"]["id"]
    rows = facts["candidates"]
    assert [row["rank"] for row in rows] == [1, 2, 3]
    assert [ids[at] for at in rows[0]["path"]] == ["S20x", "S09x", "S01x"]
    assert [row["proposed"] for row in rows] == [True, False, False]


def test_a_path_is_rebuilt_from_its_ends_when_an_id_holds_an_arrow() -> None:
    people = pd.DataFrame({"person": ["a → b", "c", "d"], "level": [1, 2, 3], "leader": [False, False, True]})
    graph = influence_graph(people, pd.DataFrame({"source": ["c", "d"], "target": ["a → b", "c"]}))
    rows = pd.DataFrame(
        [{"protege": "a → b", "rank": 1, "candidate": "d", "introducer": "c", "path": "a → b → c → d", "steps": 2}]
    )
    facts = embedded(network_map(graph, candidates=rows, group=None), "facts")
    assert [facts["people"]["id"][at] for at in facts["candidates"][0]["path"]] == ["a → b", "c", "d"]


def test_facets_hold_every_column_and_state(organisation: Any) -> None:
    facts = embedded(network_map(organisation.graph, **organisation.tables()), "facts")
    assert [facet["key"] for facet in facts["facets"]] == [
        "gender", "function", "level", "site", "sponsorship", "leader", "listed",
    ]  # fmt: skip
    sponsorship = facts["facets"][4]["values"]
    codes = facts["people"]["codes"]["sponsorship"]
    assert [value["name"] for value in sponsorship] == ["Sponsored", "Mentored, not sponsored", "Neither"]
    assert (codes.count(0), codes.count(1)) == (1, 1)
    assert facts["channels"] == ["email", "meetings"]


def test_values_differ_in_colour_and_in_shape(organisation: Any) -> None:
    values = embedded(network_map(organisation.graph), "facts")["values"]
    assert len({value["colour"] for value in values}) == len({value["shape"] for value in values}) == 2


def test_strong_ties_are_the_two_strongest_of_either_end() -> None:
    people = pd.DataFrame({"person": list("abcde")})
    strengths = {
        ("a", "b"): 5,
        ("a", "c"): 4,
        ("a", "d"): 3,
        ("d", "e"): 9,
        ("d", "b"): 8,
        ("c", "b"): 9,
        ("c", "e"): 8,
    }
    ties = pd.DataFrame([{"source": s, "target": t, "strength": w} for (s, t), w in strengths.items()])
    made, _, left_out = tie_facts(influence_graph(people, ties), most=100)
    weak = {(edge["from"], edge["to"]) for edge in made if not edge["strong"]}
    assert weak == {("p0", "p3")}  # a–d: a's third, d's third
    assert left_out == 0


def test_the_weakest_ties_are_left_out_first_and_counted(organisation: Any) -> None:
    made, _, left_out = tie_facts(organisation.graph, most=50)
    assert (len(made), left_out) == (50, len(organisation.graph.arcs) - 50)
    assert all(edge["strong"] for edge in made)
    page = network_map(organisation.graph, most_ties=50)
    assert f"{left_out:,} of {len(organisation.graph.arcs):,} ties" in page.html


def test_everyone_is_limited_to_leaders_and_the_most_tied(organisation: Any) -> None:
    shown = everyone_shown(organisation.graph, 10)
    assert len(shown) == 10
    assert set(np.flatnonzero(organisation.graph.is_leader)) <= set(shown)
    assert "draws 10 of 60 people" in network_map(organisation.graph, most_people=10).html


@pytest.mark.parametrize(("name", "audience"), [*((name, "analyst") for name in HOSTILE), (HOSTILE[2], "leader")])
def test_hostile_text_stays_text(
    name: str, audience: Any, people: pd.DataFrame, redrawn: Callable[[pd.DataFrame], Any]
) -> None:
    functions = people["function"].replace("Sales", name)
    made = redrawn(people.assign(name=name, function=functions).rename(columns={"site": name}))
    page = network_map(made.graph, **made.tables(), title=name, provenance={name: name}, audience=audience)
    body = own_bytes(page).decode()
    markup = re.sub(r'<script type="application/json".*?</script>', "", body, flags=re.DOTALL)
    for piece in ("<script>alert", "<img", "onmouseover='"):
        assert piece not in markup
    assert ("{{ 7 * 7 }}" in name) == ("{{ 7 * 7 }}" in markup)  # a template in a name is not filled in
    assert body.count("<script") == 4  # two of data, two that run
    facts = embedded(page, "facts")
    assert any(disc["name"] == name for disc in facts["discs"])
    if audience == "analyst":
        assert facts["people"]["label"][0] == name


def test_a_style_attribute_or_inline_handler_is_never_written(organisation: Any) -> None:
    body = own_bytes(network_map(organisation.graph, **organisation.tables())).decode().split("<body>")[1]
    markup = re.sub(r"<script.*?</script>", "", body, flags=re.DOTALL)
    assert not re.search(r"\sstyle=|\son[a-z]+=", markup)
    assert "http" not in markup


def test_the_scripts_never_write_markup() -> None:
    from viz.map.with_pyvis import map_script

    for word in (
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
        "new Function",
        "setAttribute('style",
    ):
        assert word not in map_script()


def test_vis_network_comes_from_pyvis_and_points_nowhere() -> None:
    text = vis_network()
    assert "@version 9.1.2" in text
    assert "sourceMappingURL" not in text
    assert "MIT License" in text


def test_pyvis_writes_no_file(organisation: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    network_map(organisation.graph)
    assert list(tmp_path.iterdir()) == []


def test_provenance_is_on_the_page(organisation: Any) -> None:
    html = network_map(organisation.graph, provenance={"Dates": "January to June", "Left out": "3 broadcasts"}).html
    for words in (
        "Dates:</span> January to June",
        "Left out:</span> 3 broadcasts",
        "Confidential",
        "60 people",
        "analysts",
    ):
        assert words in html


def test_pairs_of_people_are_counted_and_one_is_one() -> None:
    people = pd.DataFrame({"person": list("abc"), "level": [2, 1, 1], "leader": [True, False, False]})
    graph = influence_graph(people, pd.DataFrame({"source": ["a", "b"], "target": ["b", "a"]}))
    html = network_map(graph, group=None).html
    assert "3 people, 1 leader among them; 1 pair of people in touch" in html
    assert "1 person without a recorded tie is on the map too" in html


def test_a_study_without_pairings_says_nothing_of_mentors(organisation: Any) -> None:
    graph = influence_graph(organisation.graph.people.reset_index(), organisation.graph.ties)
    nobody = {"mentors": np.nan, "sponsors": np.nan, "mentored_not_sponsored": np.nan}
    for audience in ("analyst", "leader"):
        page = network_map(graph, access=organisation.access.assign(**nobody), audience=audience)
        facts = embedded(page, "facts")
        assert not set(nobody) & set(facts["overall"])
        if audience == "analyst":
            assert not set(nobody) & set(facts["people"]["access"])
            assert "sponsorship" not in [facet["key"] for facet in facts["facets"]]
        else:
            assert all(means[name] is None for means in facts["means"] for name in nobody)


def test_no_people_columns_at_all_still_makes_a_map() -> None:
    graph = influence_graph(pd.DataFrame({"person": ["a", "b"]}), pd.DataFrame({"source": [], "target": []}))
    facts = embedded(network_map(graph, group=None), "facts")
    assert [disc["name"] for disc in facts["discs"]] == ["Everyone"]
    assert facts["facets"] == []
    assert facts["has_functions"] is False


def test_in_one_disc_the_strongest_lines_are_those_within(
    people: pd.DataFrame, redrawn: Callable[[pd.DataFrame], Any]
) -> None:
    made = redrawn(people.drop(columns=["function"]))
    lines = embedded(network_map(made.graph), "network")["edges"]
    assert [line["strong"] for line in lines if line["from"].startswith("g")] == [1]


def test_unknown_columns_are_refused(organisation: Any) -> None:
    with pytest.raises(StudyError, match="the roster has no group column 'shoe'; use one of gender"):
        network_map(organisation.graph, group="shoe")
    with pytest.raises(StudyError, match="the map cannot filter by 'shoe'"):
        network_map(organisation.graph, columns=["shoe"])


def test_too_many_groups_become_functions(people: pd.DataFrame, redrawn: Callable[[pd.DataFrame], Any]) -> None:
    made = redrawn(people.assign(gender=[f"value {k}" for k in range(len(people))]))
    facts = embedded(network_map(made.graph), "facts")
    assert facts["values"] == []
    assert facts["groups"]["people"] == [20, 20, 20]


# --- the leader's edition -------------------------------------------------------------------------------------------


def test_leader_file_names_nobody_in_any_byte(organisation: Any) -> None:
    page = network_map(organisation.graph, **organisation.tables(), audience="leader")
    people = organisation.graph.people
    assert scan_for_persons(page.html.encode(), people) == []
    for person, name in people["name"].items():
        assert str(person) not in page.html
        assert name not in page.html
    assert scan_for_persons(network_map(organisation.graph).html.encode(), people) != []  # the scan does find them


def test_leader_file_holds_groups_only(organisation: Any) -> None:
    page = network_map(organisation.graph, **organisation.tables(), audience="leader")
    facts, network = embedded(page, "facts"), embedded(page, "network")
    assert not {"people", "candidates", "facets", "group_of", "typical", "channels", "everyone"} & set(facts)
    assert all(node["id"].startswith("g") for node in network["nodes"])
    assert not any({"strength", "count", "bits"} & set(edge) for edge in network["edges"])
    assert min(facts["groups"]["people"]) >= 5


def test_leader_groups_are_means_of_people_who_are_not_leaders(organisation: Any) -> None:
    facts = embedded(network_map(organisation.graph, **organisation.tables(), audience="leader"), "facts")
    people = organisation.graph.people[~organisation.graph.is_leader]
    names = [value["name"] for value in facts["values"]]
    for at, (disc, value, count) in enumerate(
        zip(*(facts["groups"][c] for c in ("disc", "value", "people")), strict=True)
    ):
        mine = people[(people["function"] == facts["discs"][disc]["name"]) & (people["gender"] == names[value])]
        assert len(mine) == count
        expected = organisation.access.loc[mine.index, "leader_ties"].mean()
        assert facts["means"][at]["leader_ties"] == pytest.approx(expected, abs=0.005)


def leader_facts(graph: Any, access: pd.DataFrame, **more: Any) -> Any:
    return embedded(network_map(graph, access=access, audience="leader", **more), "facts")


def test_a_mean_that_would_tell_of_single_members_is_not_in_the_file(organisation: Any) -> None:
    """All ten women in Engineering alike: nor may it follow from the mean of all women, so a second group goes too."""
    people, access = organisation.graph.people, organisation.access
    alike = ((people["function"] == "Engineering") & (people["gender"] == "woman")).to_numpy()
    varied = np.arange(60) // 6 % 4
    facts = leader_facts(organisation.graph, access.assign(leader_ties=np.where(alike, 0, varied)))
    names = [value["name"] for value in facts["values"]]
    hidden = {
        (facts["discs"][disc]["name"], names[value])
        for disc, value, means in zip(facts["groups"]["disc"], facts["groups"]["value"], facts["means"], strict=True)
        if means["leader_ties"] is None
    }
    assert ("Engineering", "woman") in hidden
    assert len([group for group in hidden if group[1] == "woman"]) == 2
    assert not [group for group in hidden if group[1] == "man"]
    assert facts["overall"]["leader_ties"] is not None


def test_a_measure_in_which_all_are_alike_is_nowhere(organisation: Any) -> None:
    facts = leader_facts(organisation.graph, organisation.access.assign(leader_ties=1))
    assert {means["leader_ties"] for means in facts["means"]} == {None}
    assert "leader_ties" not in facts["overall"]


@given(st.lists(st.integers(0, 2), min_size=60, max_size=60))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_kept_back_never_tells_as_a_whole(organisation: Any, values: list[int]) -> None:
    """Everyone's mean less the groups shown is the mean of the groups kept back, taken together."""
    graph = organisation.graph
    facts = leader_facts(graph, organisation.access.assign(leader_ties=values))
    if facts["overall"].get("leader_ties") is None:
        return
    people = graph.people.assign(value=values)[~graph.is_leader]
    names = [value["name"] for value in facts["values"]]
    shown = {
        (facts["discs"][disc]["name"], names[value])
        for disc, value, means in zip(facts["groups"]["disc"], facts["groups"]["value"], facts["means"], strict=True)
        if means["leader_ties"] is not None
    }
    for _, part in [("everyone", people), *people.groupby("gender")]:
        kept_back = [k not in shown for k in zip(part["function"], part["gender"], strict=True)]
        assert not gives_away(part["value"][kept_back], min_group=5)
    for group in shown:
        mine = people[(people["function"] == group[0]) & (people["gender"] == group[1])]
        assert not gives_away(mine["value"], min_group=5)


def test_a_group_looks_the_same_in_both_editions(people: pd.DataFrame, redrawn: Callable[[pd.DataFrame], Any]) -> None:
    gender = people["gender"].where(~people["person"].isin(["S40x", "S41x"]), "agender")
    made = redrawn(people.assign(gender=gender))
    order = group_values(made.graph.people, "gender")
    fewer = made.graph.among(made.graph.persons[made.graph.people["gender"] != "agender"])
    analyst = {look["name"]: look for look in embedded(network_map(made.graph), "facts")["values"]}
    for graph, given_order in ((made.graph, None), (fewer, order)):
        page = network_map(graph, audience="leader", looks=given_order)
        looks = embedded(page, "facts")["values"]
        assert [look["name"] for look in looks] == ["man", "woman"]
        assert all(look == analyst[look["name"]] for look in looks)
        assert "agender" not in own_bytes(page).decode()


def test_people_whose_group_is_not_stated_come_last(
    people: pd.DataFrame, redrawn: Callable[[pd.DataFrame], Any]
) -> None:
    made = redrawn(people.assign(gender=people["gender"].mask(people.index % 2 == 1)))
    facts = embedded(network_map(made.graph, looks=["a", *group_values(people, "gender")]), "facts")
    assert [look["name"] for look in facts["values"]] == ["man", "woman", "(not stated)"]
    assert [look["shape"] for look in facts["values"]] == ["diamond", "square", "triangle"]


def test_leader_groups_are_those_of_the_disclosure_plan(
    people: pd.DataFrame, redrawn: Callable[[pd.DataFrame], Any]
) -> None:
    gender = people["gender"].mask((people["function"] == "Sales") & (people.index < 54), "woman")
    made = redrawn(people.assign(gender=gender))
    counted = made.graph.people[~made.graph.is_leader]
    plan = disclosure_plan(counted, tables=[("function", "gender")])
    facts = embedded(network_map(made.graph, audience="leader"), "facts")
    names = [value["name"] for value in facts["values"]]
    shown = {
        (facts["discs"][d]["name"], names[v], n)
        for d, v, n in zip(*(facts["groups"][c] for c in ("disc", "value", "people")), strict=True)
    }
    assert shown == set(plan.counts(("function", "gender")).itertuples(index=False, name=None))
    assert ("Sales", "man") not in {(f, g) for f, g, _ in shown}  # three men


def test_a_plan_of_the_whole_study_is_obeyed(people: pd.DataFrame, redrawn: Callable[[pd.DataFrame], Any]) -> None:
    made = redrawn(people.assign(level=[3] * 30 + [1] * 30))  # five leaders and five others in each group
    table = ("function", "gender", "leader")
    allows, forbids = (disclosure_plan(made.graph.people, tables=[table], min_group=least) for least in (5, 6))
    facts = embedded(network_map(made.graph, audience="leader", plan=allows), "facts")
    assert facts["groups"]["people"] == [5] * 6
    with pytest.raises(DisclosureError, match="can be shown safely"):
        network_map(made.graph, audience="leader", plan=forbids)


def test_a_plan_that_never_checked_the_map_is_refused(organisation: Any) -> None:
    plan = disclosure_plan(organisation.graph.people, tables=[("gender",)])
    with pytest.raises(DisclosureError, match="was not planned for"):
        network_map(organisation.graph, audience="leader", plan=plan)


def test_no_group_large_enough_is_refused(organisation: Any) -> None:
    with pytest.raises(DisclosureError, match="no group of the map has at least 100 people"):
        network_map(organisation.graph, audience="leader", min_group=100)


def test_people_in_groups_too_small_are_not_counted_anywhere(
    people: pd.DataFrame, redrawn: Callable[[pd.DataFrame], Any]
) -> None:
    gender = people["gender"].where(~people["person"].isin(["S40x", "S41x"]), "non-binary")
    page = network_map(redrawn(people.assign(gender=gender)).graph, audience="leader")
    assert "non-binary" not in own_bytes(page).decode()
    assert sum(embedded(page, "facts")["groups"]["people"]) == 60 - 6 - 2


def test_a_leaders_disc_is_sized_by_what_is_shown(people: pd.DataFrame, redrawn: Callable[[pd.DataFrame], Any]) -> None:
    made = redrawn(people)
    facts = embedded(network_map(made.graph, audience="leader"), "facts")
    shown = groups_of(made.graph, None)
    assert len(facts["discs"]) == len(shown.functions)
    radius = {disc["name"]: disc["r"] for disc in facts["discs"]}
    count = {name: sum(n for d, n in zip(facts["groups"]["disc"], facts["groups"]["people"], strict=True)
                       if facts["discs"][d]["name"] == name) for name in radius}  # fmt: skip
    assert all((radius[a] - radius[b]) * (count[a] - count[b]) >= 0 for a in radius for b in radius)
