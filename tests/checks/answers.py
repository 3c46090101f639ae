"""What every check owes to a solution, to an empty stub and to a mistake."""

LONGEST_HINT = 120  # characters: a line of a notebook


def assert_praised(check, solution):
    result = check(solution)
    assert result, result.hint
    exercise = check.__name__.removeprefix("check_")
    assert repr(result).lower() == f"bravo: {exercise}"  # some names are capitalised


def assert_stub_is_seen(check):
    def stub(*_):
        raise NotImplementedError

    hint = check(stub).hint
    assert hint.startswith("this is the empty stub"), hint


def assert_hint(check, wrong, piece):
    """The mistake gets its own hint, in a line that fits."""
    result = check(wrong)
    assert not result, "the mistake was praised"
    hint = result.hint
    assert piece in hint, hint
    assert hint.isascii(), hint
    assert hint.isprintable(), hint
    # Only a hint that quotes an exception may be longer.
    assert len(hint) <= LONGEST_HINT or "it stops with" in hint, hint


def by_check(checks, *mistakes):
    """Give each mistake (wrong, piece) its check; each check has a list of them."""
    return [
        (check, *mistake)
        for check, its_own in zip(checks, mistakes, strict=True)
        for mistake in its_own
    ]
