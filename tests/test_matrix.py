"""Does the matrix of settings run what it says, and tell the truth in its table?"""

import sys
from pathlib import Path

import matrix
import pytest
import settings
from matrix import Job, Outcome, main, run, table
from settings import Setting, kernel_settings, not_oldest, probe, requirements
from test_project import PROJECT, by_name

ROOT = Path(__file__).parent.parent


def test_the_machine_names_its_kernel_and_can_be_made_to_use_another():
    found = probe()
    if not found["cores"]:
        pytest.skip("BLAS is not OpenBLAS here")
    again = probe(NPY_DISABLE_CPU_FEATURES=" ".join(found["simd"]))
    assert again["cores"] == found["cores"]
    assert again["simd"] == []


def test_a_process_that_fails_is_no_setting(monkeypatch):
    monkeypatch.setattr(settings, "PROBE", "raise SystemExit(1)")
    assert probe() is None


def test_each_kernel_is_a_setting_once(monkeypatch):
    """As on a processor without AVX-512, where OpenBLAS falls back on Haswell."""
    oldest = {"Prescott": ["Katmai"], "Nehalem": None}

    def fake(**variables):
        core = variables.get("OPENBLAS_CORETYPE")
        return {"cores": cores, "simd": ["AVX2"]} if (
            cores := oldest.get(core, ["Haswell"])
        ) else None  # fmt: skip

    monkeypatch.setattr(settings, "probe", fake)
    assert [(s.name, s.environment) for s in kernel_settings()] == [
        ("BLAS for Katmai", {"OPENBLAS_CORETYPE": "Prescott"}),
        ("BLAS for Haswell", {"OPENBLAS_CORETYPE": "Core2"}),
        ("NumPy without extensions", {"NPY_DISABLE_CPU_FEATURES": "AVX2"}),
    ]


def test_numpy_is_asked_to_do_without_what_it_has(monkeypatch):
    def fake(**variables):
        return {"cores": [], "simd": ["X86_V3", "X86_V4", "AVX512_ICL"]}

    monkeypatch.setattr(settings, "probe", fake)
    assert [s.environment["NPY_DISABLE_CPU_FEATURES"] for s in kernel_settings()] == [
        "X86_V4 AVX512_ICL",
        "X86_V3 X86_V4 AVX512_ICL",
    ]


def test_what_the_tests_need_is_what_pyproject_says():
    extras = (PROJECT["optional-dependencies"][x] for x in ("lab", "publish", "test"))
    expected = by_name(
        [*PROJECT["dependencies"], *(r for extra in extras for r in extra)]
    )
    assert {n: r.specifier for n, r in requirements().items()} == expected


def test_what_could_not_be_had_in_its_oldest_version_is_named():
    versions = {
        name: next(b.version for b in r.specifier if b.operator in (">=", "=="))
        for name, r in requirements().items()
    }
    assert list(not_oldest(versions)) == []
    versions["numpy"] += ".0.0"
    assert list(not_oldest(versions)) == []
    versions["numpy"] = "2.1.0"
    assert list(not_oldest(versions)) == ["numpy 2.1.0, not 2.0"]


def test_a_job_runs_the_tests_of_one_lesson_in_its_setting():
    elsewhere = Setting("elsewhere", Path("python"))
    command = Job("03_lesson", elsewhere).command()
    assert command[:3] == ["python", "-m", "pytest"]
    assert command[-1] == "notebooks/03_lesson.ipynb"
    assert "tests" in Job(matrix.LIBRARY, elsewhere).command()


def program(source):
    return lambda job: [str(job.setting.python), "-c", source]


def test_a_run_that_fails_leaves_what_it_said(tmp_path, monkeypatch, capsys):
    source = "import os; print('why'); raise SystemExit(os.environ['CODE'] == '1')"
    monkeypatch.setattr(Job, "command", program(source))
    for code in "01":
        setting = Setting("a b", Path(sys.executable), {"CODE": code})
        outcome = run(Job("03_lesson", setting, 7), tmp_path)
        assert outcome.passed == (code == "0")
    (log,) = tmp_path.iterdir()
    assert log.read_text() == "why\n"
    passed, failed = capsys.readouterr().out.splitlines()
    assert passed.startswith("03_lesson, a b: passed, ")
    assert failed == f"03_lesson, a b: FAILED: see {log}"


def test_the_table_counts_runs():
    setting = Setting("S")
    runs = [Outcome(Job("02", setting, n), passed=n != 2, seconds=n) for n in (1, 2, 6)]
    runs.append(Outcome(Job("01", setting), passed=True, seconds=1.4))
    assert list(table(runs)) == [
        "| lesson | setting | passed | seconds |",
        "|---|---|---|---|",
        "| 01 | S | 1 of 1 | 1 |",
        "| 02 | S | **2 of 3** | 2 |",
    ]


@pytest.mark.parametrize("code", [0, 1])
def test_several_runs_side_by_side(tmp_path, monkeypatch, capsys, code):
    monkeypatch.setattr(Job, "command", program(f"raise SystemExit({code})"))
    arguments = ["01", "02", "--times", "2", "--at-once", "2", "--sample-ok"]
    assert main([*arguments, "--folder", str(tmp_path)]) == code
    rows = capsys.readouterr().out.splitlines()[-2:]
    verdict = "2 of 2" if code == 0 else "**0 of 2**"
    assert all(f"| as it is here | {verdict} |" in row for row in rows)


def test_a_python_that_is_not_here_is_named_and_the_others_run(
    tmp_path, monkeypatch, capsys
):
    def make(python, packages, folder):
        if python == "2.7":
            raise settings.SettingError("No interpreter found for Python 2.7")
        return Setting(f"Python {python}, {packages} packages", Path(sys.executable))

    versions = {"numpy": "2.0", "scipy": "1.13", "matplotlib": "3.9"}
    monkeypatch.setattr(matrix, "package_setting", make)
    monkeypatch.setattr(matrix, "installed", lambda *_: versions)
    monkeypatch.setattr(Job, "command", program(""))
    arguments = ["01", "--python", "2.7", "--python", "3.12", "--sample-ok"]
    assert main([*arguments, "--folder", str(tmp_path)]) == 1
    shown = capsys.readouterr().out
    assert "Python 3.12, tried packages | 1 of 1 |" in shown
    assert "not to be had: Python 2.7, tried packages: No interpreter found" in shown


def test_a_lesson_that_is_none_is_named(capsys):
    assert main(["77"]) == 1
    assert "No lesson is called '77'" in capsys.readouterr().err
