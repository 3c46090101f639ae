"""Nothing that is read is run: no pickles, no `eval`, no shell, wherever data goes."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
HOUSE = [ROOT / "digitlib", ROOT / "tools", ROOT / "site"]
# exec, pickle, marshal, eval, yaml.load, shell=True, shell=, os.system, wildcards in
# commands, and what pyproject.toml bans. Exceptions count for nothing here.
RULES = "S102,S301,S302,S307,S506,S602,S604,S605,S609,TID251"
ALLOW_PICKLE = re.compile(r"allow_pickle\s*=\s*(?!False\b)")


def complaints(*paths):
    """What ruff has to say of `paths`, one line each."""
    options = ["--ignore-noqa", "--select", RULES, "--output-format", "concise"]
    config = ["--config", str(ROOT / "pyproject.toml"), "--no-cache"]
    command = [sys.executable, "-m", "ruff", "check", "--quiet", *options, *config]
    done = subprocess.run([*command, *paths], capture_output=True, text=True)
    assert done.returncode == bool(done.stdout), done.stderr
    return done.stdout.splitlines()


def test_nothing_in_the_house_runs_what_it_reads():
    # But one, which builds notes of what a pickle says, and calls nothing that it names.
    found = [line for line in complaints(*HOUSE) if "data/pickled.py" not in line]
    assert found == []


def test_numpy_is_never_allowed_to_read_a_pickle():
    files = [path for folder in HOUSE for path in folder.rglob("*.py")]
    assert len(files) > 30
    for path in files:
        assert not ALLOW_PICKLE.search(path.read_text("utf-8")), path


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("exec(text)", "S102"),
        ("eval(text)  # noqa: S307", "S307"),
        ("import pickle", "TID251"),
        ("from pickle import loads", "TID251"),
        ("import joblib; joblib.load('a')", "TID251"),
        ("import torch; torch.load('a')", "TID251"),
        ("import os; os.system(text)", "S605"),
        ("import subprocess; subprocess.run(text, shell=True)", "S602"),
        ("import yaml; yaml.load(text)", "S506"),
    ],
)
def test_each_of_these_would_be_found(tmp_path, line, rule):
    path = tmp_path / "bad.py"
    path.write_text(f"{line}\n")
    assert any(f" {rule} " in found for found in complaints(path)), complaints(path)


def test_a_keyword_would_be_found_too():
    assert ALLOW_PICKLE.search("np.load(path, allow_pickle=True)")
    assert ALLOW_PICKLE.search("np.load(path, allow_pickle = anything)")
    assert not ALLOW_PICKLE.search("np.load(path, allow_pickle=False)")
