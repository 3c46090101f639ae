"""
Mark a class of 300 students in three lessons, and compare with what is known.

    python tests/marking/class_of_300.py FOLDER [--students 300] [--lessons 02 03 04]

What they have written is taken from the tables of answers by which the checks are
tested, right ones and wrong ones; and each messy and each hostile case of
courseware/tests/hand_ins comes once, in the first exercise of the first lesson. It is
run by hand: it takes minutes.
"""

import argparse
import ast
import csv
import json
import random
import resource
import sys
import time
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "courseware" / "tests")]

import class_maker  # noqa: E402 - it lies there
from class_maker import RIGHT, Case, Class  # noqa: E402

from courseware.__main__ import chosen_names, main  # noqa: E402
from courseware.course import Course  # noqa: E402
from courseware.marking.answers import Lesson  # noqa: E402

ANSWERS = ROOT / "tests" / "checks" / "answers"
SHARE_RIGHT = 0.7  # of all answers


class Sources:
    """The answers of a table, of which sources can be made that stand alone.

    Parameters
    ----------
    path : Path
        A module with a table of answers.
    """

    def __init__(self, path: Path) -> None:
        shared = ast.parse((ANSWERS.parent / "tables.py").read_text("utf-8")).body
        module = ast.parse(path.read_text("utf-8")).body
        needed = filter(wanted, (*shared, *module))
        self._made = [(names(each), each) for each in needed]
        self.right: dict[str, list[ast.expr]] = {}
        self.wrong: dict[str, list[tuple[ast.expr, str]]] = {}
        for each in module:
            target = each.targets[0] if isinstance(each, ast.Assign) else None
            if isinstance(target, ast.Subscript):
                self._read(ast.unparse(target.slice), each.value)

    def _read(self, check: str, table: ast.Call) -> None:
        right, *wrong = table.args
        name = check.removeprefix("check_")
        self.right[name] = [e for e in right.elts if not isinstance(e, ast.Starred)]
        self.wrong[name] = [
            (row.elts[0], ast.literal_eval(row.elts[1]))
            for row in wrong
            if isinstance(row, ast.Tuple) and isinstance(row.elts[1], ast.Constant)
        ]

    def source(self, function: str, answer: ast.expr) -> str:
        """Return an answer with all that it needs, as the source of a cell."""
        needed, statements = used(answer), []
        itself = ast.unparse(answer)
        for made, statement in reversed(self._made):
            if itself in made and statement.lineno > answer.lineno:
                continue  # the table has taken what bore this name before
            if made & needed:
                needed |= used(statement)
                statements.insert(0, statement)
        if itself == function:
            return _text(statements)
        parts = [*statements, ast.parse(f"answer = {itself}")]
        if function in needed:  # the table's right answer, of which this one makes use
            renamed = Renamed(function)
            parts = [renamed.visit(each) for each in ast.parse(_text(parts)).body]
        return f"{_text(parts)}\n\n\n{function} = answer"


class Renamed(ast.NodeTransformer):
    """Gives another name to what bears one."""

    def __init__(self, name: str) -> None:
        self.name = name

    def visit(self, node: ast.AST) -> ast.AST:
        """Rename a node, and all in it."""
        for field in ("id", "name"):
            if getattr(node, field, "") == self.name:
                setattr(node, field, f"{self.name}_of_the_table")
        return self.generic_visit(node)


def _text(parts: list[ast.AST]) -> str:
    return "\n\n\n".join(map(ast.unparse, parts))


def wanted(statement: ast.stmt) -> bool:
    """Whether an answer may need a statement of a module: not of the table's own."""
    if isinstance(statement, ast.ImportFrom):
        package = (statement.module or "").partition(".")[0]
        return package not in ("checks", "courseware")
    if isinstance(statement, ast.Assign):
        return isinstance(statement.targets[0], ast.Name)
    kinds = (ast.Import, ast.FunctionDef, ast.ClassDef)
    return isinstance(statement, kinds) and "Answers" not in names(statement)


def names(statement: ast.stmt) -> set[str]:
    """Return the names that a statement of a module makes."""
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return {(a.asname or a.name).partition(".")[0] for a in statement.names}
    if isinstance(statement, ast.Assign):
        return {t.id for t in statement.targets if isinstance(t, ast.Name)}
    return {getattr(statement, "name", "")}


def used(part: ast.AST) -> set[str]:
    """Return all names in a part of a module."""
    return {node.id for node in ast.walk(part) if isinstance(node, ast.Name)}


@cache
def table(number: str) -> Sources:
    """Return the answers to the exercises of a lesson."""
    return Sources(ANSWERS / f"lesson{number}.py")


def drawn(lesson: Lesson, dice: random.Random) -> dict[str, Case]:
    """Return what one student has written in a lesson."""
    answers = table(lesson.name[:2])
    chosen = {}
    for exercise in lesson.exercises:
        name = exercise.check.removeprefix("check_")
        if dice.random() < SHARE_RIGHT:
            answer, hint, right = dice.choice(answers.right[name]), "", True
        else:
            (answer, hint), right = dice.choice(answers.wrong[name]), False
        source = answers.source(exercise.function, answer)
        chosen[exercise.function] = class_maker.with_answer("", source, right, hint)
    return chosen


def make(folder: Path, lessons: list[Lesson], students: int) -> Class:
    """Make a class that hands in."""
    made, dice = Class(folder), random.Random(1)
    for lesson in lessons:
        made.hand_in("right", lesson, RIGHT)
    odd = [*class_maker.cases("messy"), *class_maker.cases("hostile")]
    for case in odd[: students - 1]:
        made.hand_in(case.name, lessons[0], case, [lessons[0].exercises[0].function])
    for number in range(students - 1 - len(odd)):
        for lesson in lessons:
            made.hand_in(f"student_{number:03}", lesson, drawn(lesson, dice))
    return made


def compare(made: Class, output: Path) -> list[str]:
    """Say where marks are not what is known, in a line each."""
    with (output / "marks.csv").open() as file:
        rows = {row["student"]: row for row in csv.DictReader(file)}
    stored = json.loads((output / "marks.json").read_bytes())["students"]
    told = {each["student"]: each["exercises"] for each in stored}
    faults = []
    for (student, column), case in made.expected.items():
        mark, hint = rows[student][column], told[student][column].get("hint", "")
        is_right = case.right is None or mark == str(int(case.right))
        if not is_right or case.hint not in hint:
            faults.append(f"{student}, {column}: {mark}, {hint!r}, not {case.hint!r}")
    missing = {student for student, _ in made.expected} - rows.keys()
    return faults + [f"{student} has no row" for student in missing]


def run() -> int:
    """Make the class, have it marked, and say what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="a new one")
    parser.add_argument("--students", type=int, default=300)
    parser.add_argument("--lessons", nargs="+", default=["02", "03", "04"])
    parser.add_argument("--jobs", default="2")
    options = parser.parse_args()
    course = Course.find(ROOT)
    chosen = chosen_names(options.lessons, course.names())
    lessons = [Lesson(course.lessons / f"{name}.ipynb") for name in chosen]
    made = make(options.folder / "hand_ins", lessons, options.students)
    output = options.folder / "marks"
    start, before = time.monotonic(), time.process_time()
    arguments = [made.folder, "--course", ROOT, "--output", output]
    code = main(["mark", *map(str, arguments), "--jobs", options.jobs])
    faults = compare(made, output) if code == 0 else [f"it ended with {code}"]
    print(*faults, sep="\n")
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    here = resource.getrusage(resource.RUSAGE_SELF)
    seconds = time.process_time() - before + children.ru_utime + children.ru_stime
    largest = max(children.ru_maxrss, here.ru_maxrss) / 1024
    print(f"{options.students} students, {len(made.expected):,} marks:")
    print(
        f"{len(faults)} not as known; {time.monotonic() - start:.0f} s, of processors"
    )
    print(f"{seconds:.0f} s; at most {largest:.0f} MB in a process")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(run())
