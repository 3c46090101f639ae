"""Does a reader keep what they have written, whatever comes and in whatever order?"""

import hashlib
import json
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courseware.editions import update
from courseware.editions.update import LIST, hand_out

ONE, TWO, THREE = b"first", b"second", b"third"


def contents(folder):
    """What a reader sees in a folder."""
    return {p.name: p.read_bytes() for p in folder.iterdir() if p.name != LIST}


def test_files_are_made_once_and_renewed_in_silence_when_nothing_has_changed(tmp_path):
    folder = tmp_path / "new" / "folder"
    files = {"1.txt": ONE, "2.txt": TWO}
    assert hand_out(files, folder) == ["1.txt: made", "2.txt: made"]
    before = {path: path.stat().st_mtime_ns for path in folder.iterdir()}
    assert hand_out(files, folder) == []
    assert {path: path.stat().st_mtime_ns for path in folder.iterdir()} == before
    assert contents(folder) == files


def test_an_unchanged_file_is_renewed(tmp_path):
    hand_out({"1.txt": ONE}, tmp_path)
    assert hand_out({"1.txt": TWO}, tmp_path) == ["1.txt: renewed"]
    assert contents(tmp_path) == {"1.txt": TWO}


def test_beside_a_changed_file_comes_the_new_one_once(tmp_path):
    hand_out({"1.txt": ONE}, tmp_path)
    (tmp_path / "1.txt").write_bytes(b"mine")
    assert hand_out({"1.txt": ONE}, tmp_path) == []
    assert contents(tmp_path) == {"1.txt": b"mine"}
    assert hand_out({"1.txt": TWO}, tmp_path) == [
        "1.txt: you have changed it, so it stays; the new one is 1.new.txt"
    ]
    assert hand_out({"1.txt": TWO}, tmp_path) == []
    assert contents(tmp_path) == {"1.txt": b"mine", "1.new.txt": TWO}
    hand_out({"1.txt": THREE}, tmp_path)
    assert contents(tmp_path) == {"1.txt": b"mine", "1.new.txt": THREE}


def test_a_changed_new_one_is_as_sacred(tmp_path):
    hand_out({"1.txt": ONE}, tmp_path)
    (tmp_path / "1.txt").write_bytes(b"mine")
    hand_out({"1.txt": TWO}, tmp_path)
    (tmp_path / "1.new.txt").write_bytes(b"mine, too")
    assert hand_out({"1.txt": TWO}, tmp_path) == []
    hand_out({"1.txt": THREE}, tmp_path)
    kept = {"1.txt": b"mine", "1.new.txt": b"mine, too"}
    assert contents(tmp_path) == {**kept, "1.new2.txt": THREE}


def test_a_new_one_that_was_thrown_away_does_not_come_again(tmp_path):
    hand_out({"1.txt": ONE}, tmp_path)
    (tmp_path / "1.txt").write_bytes(b"mine")
    hand_out({"1.txt": TWO}, tmp_path)
    (tmp_path / "1.new.txt").unlink()
    assert hand_out({"1.txt": TWO}, tmp_path) == []
    assert contents(tmp_path) == {"1.txt": b"mine"}
    hand_out({"1.txt": THREE}, tmp_path)
    assert contents(tmp_path) == {"1.txt": b"mine", "1.new.txt": THREE}


def test_a_new_one_that_took_the_old_ones_place_counts_as_unchanged(tmp_path):
    hand_out({"1.txt": ONE}, tmp_path)
    (tmp_path / "1.txt").write_bytes(b"mine")
    hand_out({"1.txt": TWO}, tmp_path)
    (tmp_path / "1.new.txt").replace(tmp_path / "1.txt")
    assert hand_out({"1.txt": TWO}, tmp_path) == []
    assert hand_out({"1.txt": THREE}, tmp_path) == ["1.txt: renewed"]
    assert contents(tmp_path) == {"1.txt": THREE}


def test_what_is_not_of_the_identity_makes_no_difference(tmp_path):
    hand_out({"1.txt": b"one"}, tmp_path, identity=bytes.strip)
    (tmp_path / "1.txt").write_bytes(b"one\n")
    assert hand_out({"1.txt": b"one"}, tmp_path, identity=bytes.strip) == []
    assert contents(tmp_path) == {"1.txt": b"one\n"}
    hand_out({"1.txt": b"two"}, tmp_path, identity=bytes.strip)
    assert contents(tmp_path) == {"1.txt": b"two"}


def test_a_file_that_was_deleted_is_made_again(tmp_path):
    hand_out({"1.txt": ONE}, tmp_path)
    (tmp_path / "1.txt").unlink()
    hand_out({"1.txt": ONE}, tmp_path)
    assert contents(tmp_path) == {"1.txt": ONE}


def test_what_is_no_longer_wanted_goes_unless_it_was_changed(tmp_path):
    hand_out({"1.txt": ONE, "2.txt": TWO, "3.txt": THREE}, tmp_path)
    (tmp_path / "2.txt").write_bytes(b"mine")
    (tmp_path / "notes.txt").write_bytes(b"mine from the beginning")
    news = hand_out({"3.txt": THREE}, tmp_path)
    assert news == ["1.txt: removed, it is out of date"]
    kept = {"2.txt": b"mine", "notes.txt": b"mine from the beginning"}
    assert contents(tmp_path) == {**kept, "3.txt": THREE}


OUTSIDE = b"none of our business"
REACHING_OUT = json.dumps({"../1.txt": hashlib.sha256(OUTSIDE).hexdigest(), "1.txt": 2})


@pytest.mark.parametrize("ruin", ["", "{", "[1, 2]", REACHING_OUT])
def test_without_a_sound_list_every_file_is_the_readers(ruin, tmp_path):
    outside = tmp_path / "1.txt"
    outside.write_bytes(OUTSIDE)
    folder = tmp_path / "folder"
    hand_out({"1.txt": ONE, "2.txt": TWO}, folder)
    (folder / LIST).write_text(ruin, "utf-8")
    assert len(hand_out({"1.txt": THREE, "2.txt": TWO}, folder)) == 1
    both = {"1.txt": ONE, "1.new.txt": THREE}
    assert contents(folder) == {**both, "2.txt": TWO}
    assert outside.read_bytes() == OUTSIDE


@pytest.mark.parametrize("after", range(8))
def test_an_error_at_any_moment_leaves_whole_files_and_is_made_good(
    after, tmp_path, monkeypatch
):
    old = {"1.txt": ONE, "2.txt": ONE, "3.txt": ONE}
    new = dict.fromkeys(old, TWO)
    hand_out(old, tmp_path)
    (tmp_path / "2.txt").write_bytes(b"mine")

    left = iter(range(after))

    def failing(path, data):
        if next(left, None) is None:
            raise OSError(28, "No space left on device")
        return write_atomically(path, data)

    write_atomically = update.write_atomically
    monkeypatch.setattr(update, "write_atomically", failing)
    try:
        hand_out(new, tmp_path)
    except OSError:
        assert after < 6  # three files, and the list after each
    monkeypatch.undo()
    assert set(contents(tmp_path).values()) <= {ONE, TWO, b"mine"}
    hand_out(new, tmp_path)
    right = {**new, "2.txt": b"mine", "2.new.txt": TWO}
    assert contents(tmp_path) == right


KILLED_IN_THE_MIDDLE = """
import os, pathlib, sys

from courseware.editions.update import hand_out

left = int(sys.argv[2])


def fsync(descriptor):
    global left
    if not left:
        os.truncate(descriptor, os.fstat(descriptor).st_size // 2)
        os._exit(9)
    left -= 1


os.fsync = fsync
new = dict.fromkeys(("1.txt", "2.txt", "3.txt"), b"second")
hand_out(new, pathlib.Path(sys.argv[1]))
"""


@pytest.mark.parametrize("after", range(6))  # three files, and the list after each
def test_a_kill_in_the_middle_of_a_file_leaves_whole_ones(after, tmp_path):
    files = dict.fromkeys(("1.txt", "2.txt", "3.txt"), ONE)
    hand_out(files, tmp_path)
    (tmp_path / "2.txt").write_bytes(b"mine")
    command = [sys.executable, "-c", KILLED_IN_THE_MIDDLE, str(tmp_path), str(after)]
    assert subprocess.run(command).returncode == 9
    assert json.loads((tmp_path / LIST).read_bytes()).keys() >= files.keys()
    for path in tmp_path.glob("*.txt"):
        assert path.read_bytes() in (ONE, TWO, b"mine")
    hand_out(dict.fromkeys(files, TWO), tmp_path)
    visible = {path.name: path.read_bytes() for path in tmp_path.glob("[!.]*")}
    assert visible == {**dict.fromkeys(files, TWO), "2.txt": b"mine", "2.new.txt": TWO}


# What may happen to a folder, in any order: a number is a new edition of the course.
DEEDS = st.lists(
    st.integers(1, 3)
    | st.sampled_from(
        ["edit", "edit new", "delete", "delete new", "take over", "lose"]
    ),
    max_size=12,
)


@given(DEEDS)
@settings(max_examples=200, deadline=None)
def test_nothing_of_the_readers_is_ever_lost(tmp_path_factory, deeds):
    folder = tmp_path_factory.mktemp("folder")
    main, new = folder / "1.txt", folder / "1.new.txt"
    number = 0
    for deed in deeds:
        if isinstance(deed, int):
            theirs = {
                path: data
                for path, data in ((p, p.read_bytes()) for p in folder.iterdir())
                if data.startswith(b"mine")
            }
            hand_out({"1.txt": b"edition %d" % deed}, folder)
            assert all(path.read_bytes() == data for path, data in theirs.items())
            assert main.exists()
        elif deed == "lose":
            (folder / LIST).unlink(missing_ok=True)
        elif deed == "take over" and new.exists():
            new.replace(main)
        elif deed.startswith("delete"):
            (new if "new" in deed else main).unlink(missing_ok=True)
        elif deed.startswith("edit"):
            number += 1
            path = new if "new" in deed and new.exists() else main
            path.write_bytes(b"mine %d" % number)
