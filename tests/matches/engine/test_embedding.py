from __future__ import annotations

import sqlite3
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaking.matches.engine.embedding import (
    E5,
    MAX_CHARACTERS,
    USE,
    VectorFile,
    clean_text,
    embed_missing,
    text_key,
    vector_of,
)
from tests.matches.engine_factories import LetterEncoder


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        (None, None),
        ("", None),
        (" \t\n ", None),
        ("\x00\x07", None),
        ("a\x00b", "ab"),
        ("a\ud800b", "ab"),
        ("one\n\ntwo\tthree", "one two three"),
        ("\ufeff養殖", "養殖"),
        ("x" * 3_000, "x" * MAX_CHARACTERS),
    ],
)
def test_text_is_cleaned_before_an_encoder_sees_it(raw, cleaned):
    assert clean_text(raw) == cleaned


def is_unwanted(code: int) -> bool:
    """Control characters (C0, DEL, C1), surrogates, and non-characters of the basic plane."""
    return code < 0x20 or 0x7F <= code < 0xA0 or 0xD800 <= code < 0xE000 or code in (0xFFFE, 0xFFFF, 0xFEFF)


def test_of_every_character_there_is_it_is_decided_whether_an_encoder_may_see_it():
    for code in range(0x11_000):
        char = chr(code)
        kept = " " if char.isspace() and (not is_unwanted(code) or char in "\n\t\r") else char
        assert clean_text(f"a{char}b") == ("ab" if is_unwanted(code) and kept != " " else f"a{kept}b"), hex(
            code
        )


@given(st.text(st.characters(), max_size=60))
def test_cleaned_text_can_be_encoded_and_stays_as_it_is(text):
    cleaned = clean_text(text)
    assert cleaned is None or cleaned.encode()
    assert clean_text(cleaned) == cleaned


def test_key_depends_on_encoder_version_role_and_cleaned_text_only():
    one, other, newer = LetterEncoder("a", 4), LetterEncoder("b", 4), LetterEncoder("a", 4)
    newer.version = "2"
    keys = [
        text_key(one, "query", "t"),
        text_key(other, "query", "t"),
        text_key(newer, "query", "t"),
        text_key(one, "passage", "t"),
        text_key(one, "query", "u"),
    ]
    assert len(set(keys)) == 5
    assert text_key(one, "query", " t\x00") == keys[0]


def test_nothing_is_embedded_twice_and_progress_reaches_the_total():
    encoder, cache, seen = LetterEncoder("letters", 8), {}, []
    jobs = [("query", "one"), ("query", " one "), ("passage", "two"), ("query", "")]
    done = embed_missing(encoder, jobs, cache, batch=1, progress=lambda n, total: seen.append((n, total)))
    assert (done, seen) == (2, [(1, 2), (2, 2)])
    calls = encoder.calls
    assert embed_missing(encoder, jobs, cache) == 0
    assert encoder.calls == calls


def test_empty_text_has_no_vector_and_an_unknown_text_is_an_error():
    encoder = LetterEncoder("letters", 8)
    assert vector_of(encoder, "query", " ", {}) is None
    with pytest.raises(KeyError):
        vector_of(encoder, "query", "never embedded", {})


@settings(max_examples=20)
@given(st.lists(st.text(st.sampled_from("abc "), max_size=8), max_size=12), st.integers(1, 5))
def test_batches_do_not_change_which_vector_belongs_to_which_text(texts, batch):
    encoder, cache = LetterEncoder("letters", 8), {}
    embed_missing(encoder, [("passage", text) for text in texts], cache, batch=batch)
    for text in texts:
        vector = vector_of(encoder, "passage", text, cache)
        if vector is not None:
            assert vector.tolist() == encoder.embed_passages([clean_text(text)])[0].tolist()


@pytest.mark.parametrize("encoder", [E5, USE])
def test_real_encoders_give_unit_rows_of_their_dimensions(encoder):
    rows = encoder.embed_passages(["Fish farm feeding robots", "Solar panels"])
    assert (rows.shape, rows.dtype) == ((2, encoder.dimensions), np.float32)
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-3)
    assert encoder.embed_queries([]).shape == (0, encoder.dimensions)


@pytest.mark.parametrize("encoder", [E5, USE])
def test_a_japanese_need_is_nearer_to_the_english_text_that_answers_it(encoder):
    need = encoder.embed_queries(["養殖の餌やりを自動化したい"])[0]
    offers = encoder.embed_passages(["Automatic feeding for fish farms", "Payroll software for small shops"])
    assert offers[0] @ need > offers[1] @ need


def test_a_forked_child_is_refused_instead_of_waiting_for_ever():
    script = (
        "import os, sys\n"
        "os.environ.pop('OMP_NUM_THREADS', None)\n"
        "from matchmaking.matches.engine.embedding import E5\n"
        "E5.embed_queries(['one'])\n"
        "pid = os.fork()\n"
        "if pid == 0:\n"
        "    try:\n"
        "        E5.embed_queries(['two'])\n"
        "    except RuntimeError:\n"
        "        os._exit(7)\n"
        "    os._exit(0)\n"
        "sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))\n"
    )
    assert subprocess.run([sys.executable, "-c", script], timeout=60, check=False).returncode == 7


def test_vector_file_keeps_vectors_between_openings(tmp_path):
    path = tmp_path / "deep" / "vectors.sqlite3"
    first = VectorFile(path)
    first["a"] = np.array([1, 2.5], dtype=np.float32)
    first.close()
    again = VectorFile(path)
    assert ({key: value.tolist() for key, value in again.items()}, len(again)) == ({"a": [1.0, 2.5]}, 1)
    del again["a"]
    assert list(again) == []
    for act in (lambda: again["a"], lambda: again.pop("a")):
        with pytest.raises(KeyError):
            act()
    again.close()


@pytest.mark.parametrize("damage", [b"not a database at all", b"SQLite format 3\x00" + b"\xff" * 5_000])
def test_a_damaged_vector_file_is_begun_anew(tmp_path, damage):
    path = tmp_path / "vectors.sqlite3"
    path.write_bytes(damage)
    vectors = VectorFile(path)
    vectors["a"] = np.ones(3, dtype=np.float32)
    assert list(vectors) == ["a"]
    vectors.close()


def test_a_vector_file_that_another_process_holds_is_not_thrown_away(tmp_path, monkeypatch):
    monkeypatch.setattr(VectorFile, "patience", 0.0)
    path = tmp_path / "vectors.sqlite3"
    first = VectorFile(path)
    first["a"] = np.ones(3, dtype=np.float32)
    first.close()
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("begin exclusive")
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        VectorFile(path)
    holder.close()
    again = VectorFile(path)
    assert list(again) == ["a"]
    again.close()


def test_a_vector_file_that_cannot_be_opened_is_left_alone(tmp_path):
    (tmp_path / "vectors.sqlite3").mkdir()
    with pytest.raises(sqlite3.OperationalError):
        VectorFile(tmp_path / "vectors.sqlite3")
    assert (tmp_path / "vectors.sqlite3").is_dir()
