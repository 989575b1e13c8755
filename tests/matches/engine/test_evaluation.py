from __future__ import annotations

import json

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from matchmaking.matches.engine.embedding import VectorFile
from matchmaking.matches.engine.evaluation import (
    EvaluationError,
    Row,
    bootstrap,
    data_folder,
    figures,
    read_pool,
    read_rows,
    split_need,
)
from matchmaking.matches.engine.features import CompanySide
from matchmaking.matches.engine.policy import Policy

NEED = "養殖の餌やりを自動にして、餌の無駄を減らしたい。"
PAIRS = [
    {"pair_id": "fish", "text_ja": f"魚を育てる。{NEED}", "fields": ["agritech"], "startup_id": "feeder"},
    {
        "pair_id": "shop",
        "business_ja": "食品スーパー。",
        "need_ja": "レジの列をなくしたい。",
        "grades": {"checkout": 3},
    },
    {"pair_id": "open", "need_ja": "屋根に太陽光を載せたい。", "startup_id": "not in the pool"},
    {"pair_id": "silent"},
]
POOL = [
    {"id": "checkout", "text": "Cashierless checkout with cameras for supermarkets.", "fields": ["retail"]},
    {"id": "feeder", "text": "Automatic feeding robots for fish farms.", "fields_rule": ["agritech", "odd"]},
    {"id": "solar", "text": "Rooftop solar without upfront cost.", "modes": ["investment"]},
    {"id": "empty", "text": ""},
]


def row(key="r", partner=None, grades=None):
    return Row(key, CompanySide("need"), partner, grades or {})


@pytest.mark.parametrize(
    ("text", "business", "expected"),
    [
        ("魚を育てる。餌が高い。網も傷む。", "", ("魚を育てる。", "餌が高い。網も傷む。")),
        ("餌が高い。", "", ("", "餌が高い。")),
        ("", "", ("", "")),
        ("魚を育てる。餌が高い。", "魚を育てる。", ("魚を育てる。", "餌が高い。")),
    ],
)
def test_the_first_sentence_says_what_the_firm_does_if_others_follow(text, business, expected):
    assert split_need(text, business) == expected


def test_rows_are_read_with_partner_grades_or_neither():
    rows = read_rows(PAIRS)
    assert [(one.id, one.partner, dict(one.grades)) for one in rows] == [
        ("fish", "feeder", {}),
        ("shop", None, {"checkout": 3}),
        ("open", "not in the pool", {}),
        ("silent", None, {}),
    ]
    assert (rows[0].side.business_text, rows[0].side.need_text) == ("魚を育てる。", NEED)


def test_the_pool_is_read_in_order_of_ids_with_declared_fields_before_guessed_ones():
    pool = read_pool(POOL)
    assert [(one.id, one.side.fields) for one in pool] == [
        ("checkout", ("retail",)),
        ("empty", ()),
        ("feeder", ("agritech", "odd")),
        ("solar", ()),
    ]


@pytest.mark.parametrize(
    ("read", "records", "message"),
    [
        (read_rows, {"a": 1}, "pairs: expected a JSON list of objects"),
        (read_pool, ["x"], "pool: expected a JSON list of objects"),
        (read_rows, [{"text_ja": "x"}], "row 1: pair_id is missing"),
        (read_pool, [{"id": "a"}, {"id": ""}], "row 2: id is missing"),
        (read_pool, [{"id": "a"}, {"id": "a"}], "id 'a' occurs more than once"),
        (read_rows, [{"pair_id": 1}, {"pair_id": "1"}], "pair_id '1' occurs more than once"),
    ],
)
def test_a_file_that_cannot_be_scored_says_why_in_one_line(read, records, message):
    with pytest.raises(EvaluationError) as caught:
        read(records)
    assert str(caught.value) == message


def test_figures_follow_from_the_ranks_of_known_partners():
    ranking = [f"s{place}" for place in range(1, 101)]
    found = figures(
        [row("a", "s1"), row("b", "s4"), row("c", "s40"), row("d", "gone"), row("e")], [ranking] * 5
    )
    assert (found["rows"], found["rows_with_partner"], found["pool"]) == (5, 3, 100)
    assert found["recall_at_10"] == pytest.approx(2 / 3, abs=1e-4)
    assert found["recall_at_50"] == 1
    assert found["mrr"] == pytest.approx((1 + 1 / 4 + 1 / 40) / 3, abs=1e-4)
    assert found["ndcg_at_10"] == pytest.approx((1 + 1 / np.log2(5)) / 3, abs=1e-4)
    assert found["precision_at_5"] is None
    low, high = found["recall_at_10_interval"]
    assert 0 <= low <= found["recall_at_10"] <= high <= 1


def test_grades_two_and_three_count_among_the_first_five():
    ranking = ["a", "b", "c", "d", "e", "f"]
    rows = [row("x", grades={"a": 3, "b": 2, "c": 1, "f": 3}), row("y", grades={"f": 3})]
    found = figures(rows, [ranking] * 2)
    assert (found["precision_at_5"], found["useful_in_first_5"], found["rows_with_grades"]) == (0.2, 0.5, 2)
    assert (found["mrr"], found["mrr_interval"]) == (None, None)


def test_no_rows_give_no_figures():
    assert figures([], [])["recall_at_10"] is None


def test_rows_of_one_startup_are_drawn_together():
    values = np.array([1.0] * 9 + [0.0])
    apart = bootstrap(values, [str(index) for index in range(10)])
    together = bootstrap(values, ["same"] * 9 + ["other"])
    assert apart[0] > together[0] == 0.0
    assert bootstrap(values, ["same"] * 10) == (0.9, 0.9)


def test_the_folder_for_computed_files_can_be_named(tmp_path, monkeypatch):
    monkeypatch.delenv("PORTAL_DATA", raising=False)
    assert data_folder(tmp_path) == tmp_path / "var"
    monkeypatch.setenv("PORTAL_DATA", "/elsewhere")
    assert str(data_folder(tmp_path)) == "/elsewhere"


@pytest.fixture(scope="module")
def files(tmp_path_factory, engine_vectors):
    """The two files, and a folder of computed vectors that has those of the thesaurus already."""
    folder = tmp_path_factory.mktemp("evaluation")
    cache = VectorFile(folder / "data" / "vectors.sqlite3")
    cache.update(engine_vectors)
    cache.close()
    for name, records in (("pairs", PAIRS), ("pool", POOL)):
        (folder / f"{name}.json").write_text(json.dumps(records, ensure_ascii=False), encoding="utf-8")
    return folder


def evaluate(files, capsys, *extra):
    call_command("evaluate_matching", "--pairs", files / "pairs.json", "--pool", files / "pool.json", *extra)
    return capsys.readouterr()


def test_the_command_finds_partners_across_languages_and_is_fast_the_second_time(files, capsys, monkeypatch):
    monkeypatch.setenv("PORTAL_DATA", str(files / "data"))
    monkeypatch.setenv("RANKING", str(files / "out" / "ranking.json"))
    first = evaluate(files, capsys)
    result = json.loads(first.out.splitlines()[-1])
    assert (result["recall_at_10"], result["mrr"], result["precision_at_5"]) == (1.0, 1.0, 0.2)
    ranking = json.loads((files / "out" / "ranking.json").read_text(encoding="utf-8"))
    assert list(ranking) == ["fish", "shop", "open", "silent"]
    assert [ranking[key][0] for key in ("fish", "shop", "open")] == ["feeder", "checkout", "solar"]
    assert all(sorted(ids) == ["checkout", "empty", "feeder", "solar"] for ids in ranking.values())
    assert "embedded" in first.err
    second = evaluate(files, capsys)
    assert (second.out, second.err) == (first.out, "")


def figures_without(files, capsys, *without):
    options = [word for name in without for word in ("--without", name)]
    return json.loads(evaluate(files, capsys, *options).out.splitlines()[-1])


@pytest.mark.parametrize(
    ("without", "finds"),
    [
        (["advice"], True),  # the files hold none
        (["country", "size"], True),
        (["capability"], True),
        (["need_e5", "need_use", "capability", "field"], False),  # nothing is left that reads the need
    ],
)
def test_parts_can_be_left_out_to_see_what_each_does(files, capsys, monkeypatch, without, finds):
    monkeypatch.setenv("PORTAL_DATA", str(files / "data"))
    assert (figures_without(files, capsys, *without)["mrr"] == figures_without(files, capsys)["mrr"]) is finds


def test_a_part_that_there_is_not_cannot_be_left_out(files, capsys):
    with pytest.raises(CommandError, match="charm"):
        evaluate(files, capsys, "--without", "charm")


@pytest.mark.parametrize("content", ["{", '[{"pair_id": "a"}, {"pair_id": "a"}]'])
def test_the_command_refuses_a_bad_file_in_one_line(tmp_path, files, content):
    (tmp_path / "bad.json").write_text(content, encoding="utf-8")
    with pytest.raises(CommandError) as caught:
        call_command("evaluate_matching", "--pairs", tmp_path / "bad.json", "--pool", files / "pool.json")
    assert "\n" not in str(caught.value)


def test_calibration_writes_a_policy_that_can_be_read(tmp_path, files, monkeypatch, capsys):
    monkeypatch.setenv("PORTAL_DATA", str(files / "data"))
    challenge = {"text": "太陽光を載せたい。", "field": "retail", "modes": ["investment"]}
    companies = [
        {"business": f"店を{n % 2}軒営む。", "challenges": [challenge | {"title": f"その{n % 3}"}]}
        for n in range(10)
    ]
    startups = [{"one_liner": f"Shop number {n % 3}", "fields": ["retail"]} for n in range(10)]
    for name, records in (("companies", companies), ("startups", startups)):
        (tmp_path / f"{name}.json").write_text(json.dumps(records), encoding="utf-8")
    call_command(
        "calibrate_policy",
        *("--companies", tmp_path / "companies.json", "--startups", tmp_path / "startups.json"),
        *("--output", tmp_path / "policy.json", "--name", "trial", "--policy-version", "7"),
    )
    policy = Policy.from_dict(json.loads((tmp_path / "policy.json").read_text(encoding="utf-8")))
    assert (policy.name, policy.version) == ("trial", 7)
    assert capsys.readouterr().out == "calibrated on 10 challenges and 10 startups\n"


def test_calibration_on_too_few_profiles_is_refused(tmp_path, files, monkeypatch):
    monkeypatch.setenv("PORTAL_DATA", str(files / "data"))
    for name in ("companies", "startups"):
        (tmp_path / f"{name}.json").write_text("[]")
    with pytest.raises(CommandError, match="at least 10"):
        call_command(
            "calibrate_policy",
            *("--companies", tmp_path / "companies.json", "--startups", tmp_path / "startups.json"),
            *("--output", tmp_path / "policy.json"),
        )
    assert not (tmp_path / "policy.json").exists()


@pytest.mark.parametrize(
    ("content", "message"), [("{", "policy.json"), ("{}", "cannot be read: 'name'"), (None, "No such file")]
)
def test_the_command_refuses_a_bad_policy_in_one_line(tmp_path, files, monkeypatch, content, message):
    monkeypatch.setenv("PORTAL_DATA", str(files / "data"))
    path = tmp_path / "policy.json"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(CommandError, match=message) as caught:
        call_command(
            "evaluate_matching",
            *("--pairs", files / "pairs.json", "--pool", files / "pool.json", "--policy", path),
        )
    assert "\n" not in str(caught.value)
