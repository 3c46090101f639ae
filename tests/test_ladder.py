"""The ladder: what is drawn and refused, and whether the file says what was run."""

import json
import re
from pathlib import Path
from types import SimpleNamespace

import pytest

from courseware.pairs import read_source
from digitlib import ladder
from tools.ladder import collected

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
FULL, SAMPLE = SimpleNamespace(is_sample=False), SimpleNamespace(is_sample=True)
RUNGS = [("a guess", 0.1, 0.001), ("a neuron", 0.9, 0.01), ("a network", 0.98, 0.002)]


@pytest.fixture
def shown(monkeypatch, tmp_path):
    """What is shown, with a ladder of three rungs: pairs of words and metadata."""
    rungs = [ladder.Rung(*rung)._asdict() for rung in RUNGS]
    monkeypatch.setattr(ladder, "FILE", tmp_path / "ladder.json")
    ladder.FILE.write_text(json.dumps(rungs))
    pictures = []

    def show(figure, alt, beside):
        ladder.plots.plt.close(figure)
        pictures.append((alt, beside))

    monkeypatch.setattr(ladder.plots, "show", show)
    return pictures


def test_rungs_above_are_left_out(shown):
    ladder.climb({"a neuron": 0.905}, FULL, scatter=0.02)
    [(words, beside)] = shown
    assert words.endswith("from below: a guess 10.00 %, a neuron 90.00 %.")
    assert beside == {
        "rungs": [{"name": "a neuron", "accuracy": 0.905, "scatter": 0.02}]
    }


def test_what_is_beyond_its_scatter_is_refused(shown):
    with pytest.raises(ValueError, match=r"'a neuron' is at 90.00 %.* 1, .*91.10 %"):
        ladder.climb({"a neuron": 0.911}, FULL, scatter=0.5)
    assert not shown


def test_a_reader_who_has_changed_the_lesson_sees_both(shown, monkeypatch):
    monkeypatch.setattr(ladder, "somebody_watches", lambda: True)
    ladder.climb({"a neuron": 0.95}, FULL)
    assert (
        "a neuron 90.00 %; beside them what was reached here: a neuron 95"
        in (shown[0][0])
    )


def test_the_sample_leaves_no_rung(shown):
    ladder.climb({"a neuron": 0.7, "a network": 0.8}, SAMPLE)
    words, beside = shown[0]
    assert "a neuron 90.00 %, a network 98.00 %; beside them" in words
    assert "a neuron 70.00 %, a network 80.00 %." in words
    assert beside == {"rungs": []}


def test_the_first_rung_of_all(shown):
    ladder.FILE.write_text("[]")
    ladder.climb({"a guess": 0.1}, FULL)
    assert shown[0][0].endswith("from below: a guess 10.00 %.")


def test_the_file_holds_what_the_stored_lessons_have_reached():
    rungs = ladder.stored_rungs()
    assert [rung._asdict() for rung in rungs] == collected(NOTEBOOKS)
    shares = [rung.accuracy for rung in rungs]
    assert shares == sorted(shares)
    assert len({rung.name for rung in rungs}) == len(rungs) >= 8


GUESS = "# My guess: ..."


@pytest.mark.parametrize("path", sorted(NOTEBOOKS.glob("*.py")), ids=lambda p: p.stem)
def test_results_are_predicted_first(path):
    cells = read_source(path).cells
    at = [k for k, cell in enumerate(cells) if GUESS in cell.source]
    asked = [k for k, cell in enumerate(cells) if "**Predict.**" in cell.source]
    assert 2 <= len(at) <= 5
    assert asked == [k - 1 for k in at]
    for k in at:
        assert cells[k].source.startswith(GUESS + "\n")
        question = cells[k - 1].source.rpartition("\n\n")[2]
        assert re.match(r"\*\*Predict\.\*\* [^*]*\?", question)
        after = next(c for c in cells[k + 1 :] if c.cell_type == "markdown")
        assert re.search(r"Most\s+people\s+(guess|say)", after.source)
