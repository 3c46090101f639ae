"""What the lessons load of comparisons was made with the code as it is now."""

from importlib import import_module
from pathlib import Path

import pytest

from digitlib import dense_model
from digitlib.results import load_result
from helpers import digits

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"


@pytest.fixture(autouse=True)
def path_of_a_script(monkeypatch):
    monkeypatch.syspath_prepend(BENCHMARKS)  # as when one of them is run


@pytest.fixture
def compare():
    return import_module("compare")


def test_no_result_is_out_of_date(compare):
    assert compare.SCRIPTS
    for script in compare.SCRIPTS:
        assert compare.is_current(script), (
            f"{script.name}, or what it imports, changed after its result was made: "
            f"python benchmarks/compare.py {script.stem}"
        )


def test_each_result_has_a_script_and_can_be_loaded(compare):
    names = {script.stem for script in compare.SCRIPTS}
    assert {path.stem for path in compare.RESULTS.glob("*.json")} == names
    for name in names:
        shares = load_result(name)["readers"].values()
        assert all(0 < share < 1 for reader in shares for share in reader)


IMPORTS = ["from digitlib.optimizers import Momentum", "from seeds import learn"]


@pytest.mark.parametrize("line", IMPORTS)
def test_a_changed_import_is_seen(compare, monkeypatch, tmp_path, line):
    script = tmp_path / "comparison.py"
    script.write_text(f"{line}\n")
    before = compare.digest(script)
    changed = tmp_path / "optimizers.py"
    original = (compare.HERE.parent / "digitlib/optimizers.py").read_text()
    changed.write_text(original + "\nBETA = 0.5\n")
    find = compare._file
    monkeypatch.setattr(
        compare,
        "_file",
        lambda name: changed if name == "digitlib.optimizers" else find(name),
    )
    assert compare.digest(script) != before
    changed.write_text('"""Another word."""\n# And another.\n' + original)
    assert compare.digest(script) != before  # the second docstring is none
    changed.write_text("# Another word.\n\n" + original)
    assert compare.digest(script) == before


def test_words_are_no_code(compare):
    bare = compare.bare_code('"""One."""\n\n# two\nx = "# three"\n')
    assert bare == 'x = "# three"'
    function = 'def f():\n    """One\n    two."""\n    return "three"\n'
    assert compare.bare_code(function) == 'def f():\n    return "three"'


def test_a_best_rate_at_the_edge_is_no_best_rate():
    compare_readers = import_module("seeds").compare_readers
    learn = {
        "inside": lambda rate, seed: 1 - abs(rate - 2) / 10 - seed / 1000,
        "edge": lambda rate, _seed: rate / 10,
    }
    found = compare_readers({"inside": (learn["inside"], (1, 2, 3))})
    assert found["rates"] == {"inside": 2}
    assert found["readers"]["inside"] == pytest.approx([1, 0.999, 0.998, 0.997, 0.996])
    with pytest.raises(ValueError, match="edge: its best rate, 3, is at the edge"):
        compare_readers({"edge": (learn["edge"], (1, 2, 3))})


def test_at_a_rate_far_too_high_nothing_is_read():
    learn, some = import_module("seeds").learn, digits(90)
    shares = [
        learn(dense_model((8, 6, 3)), some, some, rate, 0, epochs=20, augment=None)
        for rate in (0.3, 1e30)
    ]
    assert shares == [pytest.approx(0.9, abs=0.1), 0]
