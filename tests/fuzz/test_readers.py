"""Damage of every kind to every kind of file: an array, a network, or a word.

`fuzz.py` beside this does the same for as long as one likes, guided by coverage.
"""

import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from readers import READERS, WORDS, Watch, feed

WATCH = Watch()
EDIT = st.tuples(
    st.floats(0, 1),  # where
    st.integers(0, 12),  # how much is cut out
    st.binary(max_size=8) | st.sampled_from(WORDS),  # what is put in
)


def damaged(seed, edits):
    for place, cut, insertion in edits:
        start = round(place * len(seed))
        seed = seed[:start] + insertion + seed[start + cut :]
    return seed


@pytest.mark.parametrize("name", READERS)
def test_good_files_are_taken(name):
    for seed in READERS[name].seeds:
        assert feed(READERS[name], seed, WATCH)


@pytest.mark.parametrize("name", READERS)
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_damage_ends_in_a_word(name, data):
    seed = data.draw(st.sampled_from(READERS[name].seeds))
    edits = data.draw(st.lists(EDIT, min_size=1, max_size=5))
    feed(READERS[name], damaged(seed, edits), WATCH)


# Would anything have been seen?


class Harm:
    """Runs a program when it is unpickled."""

    def __reduce__(self):
        return os.system, ("true",)


@pytest.mark.parametrize(
    "act",
    [
        lambda: pickle.loads(pickle.dumps(Harm())),
        lambda: eval("1 + 1"),
        lambda: Path(os.devnull).mkdir(),
        lambda: Path(os.devnull).write_text(""),
        lambda: subprocess.run([sys.executable, "-c", ""], check=True),
    ],
)
def test_what_a_reader_must_not_do_is_seen(act):
    def watched():
        with WATCH.watching():
            try:
                act()
            except OSError:
                return

    with pytest.raises(AssertionError, match=r"\w"):
        watched()


def test_a_pickle_that_means_harm_is_refused_and_does_none():
    assert not feed(READERS["pickle"], pickle.dumps(Harm()), WATCH)
