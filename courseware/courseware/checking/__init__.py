'''Checks that look at a student's answer and say what is wrong with it.

One module a lesson. A lesson imports what it needs, and a cell calls it::

    from digitlib.checks.lesson03 import check_quadratic_cost

    check_quadratic_cost(quadratic_cost)

A check returns a `CheckResult`. It is not printed but the value of its cell: so
JupyterLab shows it in colour, a terminal and the PDF show the same line as text,
and a test asks whether it is true. (In a script, print it.) The check raises
nothing, whatever the student's function does, and takes a few seconds at most.

How to write a check
--------------------
Write a function that judges, and decorate it with the call that the exercise asks
for. It gets the student's function wrapped as a `Student`; it returns when the
answer is right, and raises `NotYetError` with a hint when it is not::

    from courseware.checking.exercise import agrees, blame, exercise
    from courseware.checking.student import Student, read_array

    @exercise("hidden_errors(weights_next, errors_next, Z)")
    def check_hidden_errors(student: Student) -> None:
        """Check exercise 4.2: the errors of a hidden layer for a batch."""
        rng = np.random.default_rng(42)
        weights, errors = rng.normal(size=(3, 5)), rng.normal(size=(7, 3))
        Z = rng.normal(size=(7, 5))
        answer = student(weights, errors, Z)
        yours = read_array(answer, (7, 5), "one row per sample")
        slope = sigmoid_prime(Z)
        if not agrees(yours, errors @ weights * slope):
            blame(yours, [(errors @ weights, "where is the slope?")], "wrong, but ...")

`Student` calls the function on copies and has the hints that every exercise
needs: an empty stub, wrong arguments, an exception, None, a changed argument.
`read_array` and `read_number` have those for a wrong type, shape or dtype and for
NaN. The time limit is the decorator's; where a slow answer is a typical mistake,
``@exercise(..., slow="is there a Python loop over the samples?")`` names it. What is
left are the mistakes of this one
exercise. `blame` finds them by computing what each of them would give: so think
of at least four that a student is likely to make.

Good inputs are random, from a Generator with a seed, and tell mistakes apart: use
sizes that differ where a shape shall give a mistake away, and equal ones where it
shall run and be named. Call again with another size, for answers that fit one only,
and say with `given` what is special about the call, should the function raise.

A hint is one line of at most 120 ASCII characters; it says what is wrong and where
to look, and never holds the answer. Every check is tested with a solution, the
stub, and each mistake with its own hint: `tests/checks` shows how.
'''
