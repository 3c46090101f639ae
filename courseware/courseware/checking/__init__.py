'''Checks that look at a student's answer and say what is wrong with it.

A course has a module of checks for each lesson. The lesson imports what it needs, and
a cell calls it::

    from mycourse.checks.lesson02 import check_periods

    check_periods(periods)

A check returns a `result.CheckResult`. It is not printed but the value of its cell: so
JupyterLab shows it in colour, a terminal and print show the same line as text, and a
test asks whether it is true. (In a script, print it.) The check raises nothing,
whatever the student's function does, and takes a few seconds at most, the time for
imports apart. Below a hint stand the last ten lines that the function printed, and the
warnings that its own lines gave; a right answer shows nothing of that kind.

In a kernel a check knows more. A definition that is older than a cell which failed to
renew it is not judged. To a missing name of the lesson the advice is to run the cells
above. And of what any cell prints, only the first thousand lines and the last twenty
are sent to the page. `kernel` says how and from when on.

How to write a check
--------------------
Write a function that judges, and decorate it with the call that the exercise asks
for. It gets the student's function wrapped as a `student.Student`; it returns when
the answer is right, and raises `student.NotYetError` with a hint when it is not::

    from courseware.checking.exercise import agrees, blame, exercise
    from courseware.checking.student import Student, read_array

    @exercise("periods(lengths)")
    def check_periods(student: Student) -> None:
        """Check exercise 2.1: how long pendulums take to swing to and fro."""
        rng = np.random.default_rng(21)
        for n in (6, 1):
            lengths = rng.uniform(0.1, 3, size=n)
            answer = student(lengths, given=f"for {n} length(s)")
            yours = read_array(answer, (n,), "one period per length")
            truth = 2 * np.pi * np.sqrt(lengths / 9.81)
            if not agrees(yours, truth):
                suspects = [
                    (truth / 2, "that is the way to, and not yet fro"),
                    (2 * np.pi * np.sqrt(lengths * 9.81), "gravity stands below"),
                ]
                blame(yours, suspects, "wrong: what does a pendulum of 1 m do?")

`Student` is the only way to the student's function, and only plain data goes through
it. Called, it hands over copies, and has the hints that every exercise needs: an empty
stub, wrong arguments, an exception, None, a changed argument, an earlier result that
changes. An object or a function among the results stays where it is: the judge gets a
`handle.Handle` with named operations (`has`, `get`, `set`, `call`, `count`, ``+``,
``*``), or a `handle.Function`, which is called as a student is. A judge's own function
may be an argument, and calls back; `border.Dice` becomes a generator of random numbers.
`Student.calls` makes many calls at one go. So the answer may live in another process:
``check.hint(ask)`` judges one that does.

``answer, count = student.counted(...)`` also counts what a call does: how many lines of
Python run, how often the busiest one, how much memory, which modules. It is the same on
every machine, which `Student.seconds` is not.

`read_array` and `read_number` have the hints for a wrong type, shape or dtype and for
NaN, `require_parts` that for a tuple of another length: whatever a function returns
goes through one of them before a judge computes with it. Nested lists and tuples of
numbers are as good to them as arrays, unless the rows differ in length: a student who
was asked for ten numbers may return a list. The time limit is the decorator's; where a
slow answer is a typical mistake, ``@exercise(..., slow="is there a Python loop over the
samples?")`` names it.

`judges` has what many exercises ask, for answers that give the right numbers already:
`judges.require_no_loop`, `judges.require_own` (by what an answer runs through),
`judges.require_no_memory` (asked again, in another order) and
`judges.require_fair_order` (shuffles). `judges.growth` counts at two sizes, whatever
the cost is; `judges.unlikely` is for dice of other kinds.

What is left are the mistakes of this one exercise. `blame` finds them by computing
what each of them would give: so think of at least four that a student is likely to
make, and of no more than a student would. Its `seen` ends each of these hints with what
was seen, and `compared` writes it: ``"for 3 samples you return 0.52, too large"`` has
the input, the value got, and what is true of the right one, but not the right one.

Good inputs are random, from a Generator with a seed, and tell mistakes apart: use
sizes that differ where a shape shall give a mistake away, and equal ones where it
shall run and be named. Vary every argument, also in sign, at its edges, and where the
text says what it may be. Call again with another size, for answers that fit one only,
and say with `given` what is special about the call, should the function raise.

A hint is one line of at most 120 ASCII characters, apart from what `seen` adds; it says
what is wrong and where to look, and never holds the answer. What stands in `backticks`
is set as code.

Test each check with a table: right answers of several makes, and wrong ones, each with
a piece of the hint that it has to get. The stub needs no row: a function that raises
NotImplementedError is the same for every check.
'''
