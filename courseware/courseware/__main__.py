"""The command line of a course.

courseware new FOLDER          make a small course, to begin with
courseware run [03 | FILE.py]  make notebooks from their sources, and run them
courseware check               list what is out of step with the sources
courseware student             make the notebooks without solutions, in student/
courseware update NEW.zip      renew a student's folder from a newer zip
courseware hand-in NAME        pack a student's notebooks, as they are saved
courseware mark HANDED_IN      mark what a class has handed in
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from courseware.course import Course, CourseError, sources

# What a missing package belongs to, if not to the extra "author".
_EXTRAS = dict.fromkeys(("joblib", "msgpack", "sandlock"), "mark")
_EXTRAS |= dict.fromkeys(("dask", "distributed"), "cluster")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    options = _parser().parse_args(arguments)
    try:
        return options.command(options)
    except ModuleNotFoundError as error:
        extra = _EXTRAS.get(str(error.name).partition(".")[0], "author")
        print(
            f'{error.name} is missing: pip install "courseware[{extra}]"',
            file=sys.stderr,
        )
    except CourseError as error:
        print(error, file=sys.stderr)
    except OSError as error:
        about = f"{error.filename}: {error.strerror}" if error.filename else error
        print(about, file=sys.stderr)
    except RecursionError:
        print("A file is nested too deeply to be read.", file=sys.stderr)
    except KeyboardInterrupt:
        print("Stopped. Unfinished notebooks are as they were.", file=sys.stderr)
        return 130
    return 1


def new(options: argparse.Namespace) -> int:
    """Make a small course."""
    from courseware.new import make  # what a command needs is imported by it alone

    print(make(options.folder))
    return 0


def run(options: argparse.Namespace) -> int:
    """Make notebooks from their sources: run the named lessons, or what has changed."""
    from courseware.making import make_all
    from courseware.pages import pages, renew

    course = Course.find(options.course)
    if options.overwrite and not options.lessons:
        raise CourseError("--overwrite: name the lessons that it is to replace.")
    paths = choose(options.lessons, course)
    made = make_all(
        course,
        paths,
        named=bool(options.lessons) and not options.overwrite,
        fresh=options.fresh,
        overwrite=options.overwrite,
        sample_ok=options.sample_ok,
        jobs=options.jobs,
    )
    if any(path.parent == course.lessons for path in paths):
        for path, make in pages(course).items():
            print(f"{path.name}: {'made' if renew(path, make) else 'up to date'}")
    return 0 if made else 1


def check(options: argparse.Namespace) -> int:
    """List the pairs that are out of step."""
    from courseware.pages import pages
    from courseware.rules import out_of_step, slips

    course = Course.find(options.course)
    names = course.names()
    if found := out_of_step(course, names) or slips(course, names):
        print(*dict.fromkeys(found), sep="\n")  # pages tell of a faulty source, too
        return 1
    lessons = "1 lesson" if len(names) == 1 else f"{len(names)} lessons"
    made = ", ".join([lessons, *(path.name for path in pages(course))])
    print(f"Looked at {made}: all in step.")
    return 0


def student(options: argparse.Namespace) -> int:
    """Make the student edition."""
    from courseware.editions.archive import new_folder
    from courseware.editions.student import edition, handed_out_so_far
    from courseware.editions.update import hand_out
    from courseware.files import write_atomically

    course = Course.find(options.course)
    output = (options.output or course.folder / "student").resolve()
    if output in (course.lessons.resolve(), course.folder):
        raise CourseError(f"{output} holds the course itself: choose another folder")
    known = course.names()
    so_far = handed_out_so_far(course, output)
    chosen, released = _handed_out_now(options, known, output, so_far)
    if not options.stale_ok:
        _refuse_stale(course, sorted(chosen))
    others = [f"{name}.ipynb" for name in known if name not in chosen]
    earlier = [name for name in known if (output / f"{name}.ipynb").exists()]
    files = edition(course, chosen, released, earlier=earlier)
    try:
        for line in hand_out(files, output, others):
            print(f"{output.name}/{line}")
    except PermissionError as error:
        raise CourseError(f"{error}\nName a folder to write to: --output") from None
    if options.zip:
        files = edition(course, chosen, released, earlier=so_far[0], is_in_zip=True)
        data = new_folder(course, files, others, output.name)
        write_atomically(options.zip, data)
        print(f"{options.zip}: made")
    print(f"{output.name}/ is up to date")
    return 0


def _handed_out_now(
    options: argparse.Namespace,
    known: list[str],
    output: Path,
    so_far: tuple[list[str], list[str]],
) -> tuple[set[str], list[str]]:
    """Return the lessons to hand out, and those with solutions; else as last time."""
    released = chosen_names(options.solutions, known) if options.solutions else []
    if options.lessons:
        words = () if "all" in options.lessons else options.lessons
        return {*chosen_names(words, known), *released}, released
    there, solved = so_far
    released = released or solved
    if there:
        print(
            f"{output.name}/ holds {len(there)} of {len(known)} lessons, "
            f"{len(solved) or 'none'} with solutions, and is renewed as it is; "
            "`--lessons all` hands out all, without solutions."
        )
    return {*(there or known), *released}, released


def _refuse_stale(course: Course, names: Sequence[str]) -> None:
    """Hand out nothing of which the two halves differ: CourseError says where."""
    from courseware.rules import out_of_step

    if found := out_of_step(course, names):
        hint = "(--stale-ok hands it out all the same; with make, STALE=1.)"
        raise CourseError("\n".join([*found, hint]))


def update(options: argparse.Namespace) -> int:
    """Renew a student's folder from a newer zip, with all that is written in it."""
    from courseware.editions.archive import renew

    for line in renew(options.folder, options.zip):
        print(line)
    return 0


def hand_in(options: argparse.Namespace) -> int:
    """Pack a student's notebooks, as they are saved, into NAME.zip beside them."""
    from courseware import handing_in
    from courseware.unsaved import HOW_TO_SAVE, perhaps_unsaved, running_sessions

    here = options.folder or Path()
    folder = here if options.folder or any(here.glob("*.ipynb")) else here / "student"
    name = " ".join(options.name)
    with suppress(EOFError):
        name = name or input("Your name: ")
    done = handing_in.hand_in(folder.resolve(), name)
    print(done.file, done.news, sep="\n")
    for line in done.open:
        print(f"  {line}")
    for lesson in perhaps_unsaved(done.progress.lessons, running_sessions(folder)):
        print(f"Perhaps not saved: {lesson.title}.", HOW_TO_SAVE)
    return 0


def mark(options: argparse.Namespace) -> int:
    """Mark what a class has handed in: a folder or a zip, as a platform gives it."""
    if sys.platform == "win32":
        raise CourseError(
            "Marking needs Linux, such as WSL has: nothing isolates here."
        )
    from courseware.marking.command import Wanted, points_template
    from courseware.marking.command import mark as mark_class
    from courseware.marking.isolation import find

    course = Course.find(options.course)
    known = course.names()
    names = chosen_names(options.lessons, known) if options.lessons else []
    if options.points_template:
        print(points_template(course, names), end="")
        return 0
    if options.handed_in is None:
        raise CourseError("Name the folder or the zip that was handed in.")
    isolation = find(options.trust_the_class)
    print(isolation.about)
    wanted = Wanted(
        options.handed_in.resolve(),
        options.output.resolve(),
        names,
        options.class_list,
        options.points,
        options.corrections,
        options.jobs,
        options.cluster or "",
    )
    for line in mark_class(course, wanted, isolation):
        print(line)
    return 0


def choose(wanted: Sequence[str], course: Course) -> list[Path]:
    """
    Find the sources that the user means.

    Parameters
    ----------
    wanted : sequence of str
        Paths of sources, wherever they lie, and beginnings of lessons' names; none of
        them means all lessons.
    course : Course
        Whose lessons they are.

    Raises
    ------
    CourseError
        A name fits no lesson.
    """
    files = [Path(word).resolve() for word in wanted if Path(word).suffix == ".py"]
    names = [word for word in wanted if Path(word).suffix != ".py"]
    if missing := [str(path) for path in files if not path.is_file()]:
        raise CourseError(f"There is no file {', '.join(missing)}.")
    known = [path.stem for path in sources(course.lessons)]
    if names or not wanted:
        files += [course.lessons / f"{name}.py" for name in chosen_names(names, known)]
    return sorted(set(files))


def chosen_names(wanted: Sequence[str], known: Sequence[str]) -> list[str]:
    """
    Return the lessons that are meant by numbers or their names' beginnings, or all.

    Raises
    ------
    CourseError
        A name fits no lesson.
    """
    chosen: set[str] = set()
    for word in wanted:
        stem = re.sub(r"\.(py|ipynb)$", "", Path(word).name)
        begin = rf"0*{int(stem)}(?!\d)" if stem.isdecimal() else re.escape(stem)
        if not (found := {name for name in known if re.match(begin, name)}):
            lessons = ", ".join(known) or "none at all"
            raise CourseError(f"No lesson is called {word!r}. There are: {lessons}.")
        chosen |= found
    return sorted(chosen or known)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="courseware",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(command: object, about: str) -> argparse.ArgumentParser:
        name = command.__name__.replace("_", "-")
        sub = commands.add_parser(name, help=about, description=command.__doc__)
        sub.set_defaults(command=command)
        return sub

    begin = add(new, "make a small course, to begin with")
    begin.add_argument("folder", type=Path, help="where it goes; made, or empty")
    making = add(run, "make notebooks from their sources, and run them")
    making.add_argument("--jobs", type=int, default=2, help="at a time (default: 2)")
    making.add_argument(
        "--fresh", action="store_true", help="run all, and measure everything anew"
    )
    making.add_argument(
        "--overwrite",
        action="store_true",
        help="these, also where somebody has written in them; kept as NAME.ipynb~",
    )
    making.add_argument(
        "--sample-ok", action="store_true", help="do without the whole data"
    )
    checking = add(check, "list what is out of step with the sources")
    handing_out = add(student, "make the notebooks without solutions")
    handing_out.add_argument("--output", type=Path, help="where it goes: student/")
    handing_out.add_argument("--zip", type=Path, help="a zip file to make of it")
    making.add_argument(
        "lessons",
        nargs="*",
        help="such as 03, or a source's path; or else what has changed",
    )
    handing_out.add_argument(
        "--lessons",
        nargs="+",
        default=(),
        help="such as 01 02, or all; or else those that are there, or all",
    )
    handing_out.add_argument(
        "--solutions", nargs="+", default=(), help="hand out 01 02 with their solutions"
    )
    handing_out.add_argument(
        "--stale-ok", action="store_true", help="also what is out of step"
    )
    renewing = add(update, "renew a student's folder from a newer zip")
    renewing.add_argument("zip", type=Path, help="what was handed out last")
    renewing.add_argument(
        "--folder", type=Path, default=Path(), help="the student's (default: this one)"
    )
    packing = add(hand_in, "pack a student's notebooks, as they are saved")
    packing.add_argument("name", nargs="*", help="whose they are; asked for if missing")
    packing.add_argument(
        "--folder", type=Path, help="the student's (default: this one, or student/)"
    )
    marking = add(mark, "mark what a class has handed in")
    marking.add_argument(
        "handed_in", type=Path, nargs="?", help="a folder or a zip, from any platform"
    )
    marking.add_argument(
        "--lessons", nargs="+", default=(), help="such as 01 05; or else all that came"
    )
    marking.add_argument(
        "--output", type=Path, default=Path("marks"), help="where it goes: marks/"
    )
    many = marking.add_mutually_exclusive_group()
    many.add_argument("--jobs", type=int, default=2, help="at a time (default: 2)")
    many.add_argument("--cluster", metavar="ADDRESS", help="a scheduler of Dask's")
    for name, about in (
        ("class", "a CSV of id and name, so that nobody is missing"),
        ("points", "a TOML of points, lateness, and how many lessons count"),
        (
            "corrections",
            "a CSV of student,exercise,points,reason that a person has set",
        ),
    ):
        dest = "class_list" if name == "class" else name
        marking.add_argument(
            f"--{name}", type=Path, dest=dest, metavar="FILE", help=about
        )
    marking.add_argument(
        "--points-template", action="store_true", help="print one for --points"
    )
    marking.add_argument(
        "--trust-the-class", action="store_true", help="mark where nothing isolates"
    )
    for command in (making, checking, handing_out, marking):
        command.add_argument(
            "--course", type=Path, default=Path(), help="its folder (default: this one)"
        )
    return parser


if __name__ == "__main__":
    sys.exit(main())
