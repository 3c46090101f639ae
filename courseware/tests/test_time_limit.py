"""A check comes back in time, whatever runs inside it, and leaves Ctrl-C alone."""

import _thread
import sys
import threading
import time

import pytest

from courseware.checking import time_limit
from courseware.checking.exercise import exercise
from courseware.checking.time_limit import TimeUpError, run_with_limit


@exercise("answer()", seconds=0.2)
def check_answer(student):
    """Call the function, and be content with anything."""
    student()


def endless():
    while True:
        pass


def endless_and_deaf():
    """Survive the first exception that is thrown in, but not the second."""
    try:
        endless()
    except:  # noqa: E722 - students write this
        endless()


def endless_and_loud():
    while True:
        print("again")


def test_a_result_is_handed_on():
    assert run_with_limit(lambda: 7, seconds=1) == 7


@pytest.mark.parametrize("function", [endless, endless_and_deaf, endless_and_loud])
def test_an_endless_loop_is_stopped_with_a_clear_word(function, capfd):
    threads, start = threading.active_count(), time.monotonic()
    result = check_answer(function)
    assert time.monotonic() - start < 10
    assert result.hint == (
        "no answer after 0.2 seconds: is there a loop without end, or one loop inside "
        "another?"
    )
    assert capfd.readouterr() == ("", "")
    for _ in range(100):  # the thread is done, but may take a moment to go
        if threading.active_count() == threads:
            return
        time.sleep(0.01)
    pytest.fail("the thread still runs")


def test_what_cannot_be_stopped_is_left_behind():
    # One long wait in C, as a large matrix product is.
    release = threading.Event()
    start = time.monotonic()
    result = check_answer(release.wait)
    took = time.monotonic() - start
    release.set()
    assert took < 10
    assert result.hint.endswith("another? It still runs: restart the kernel")
    assert len(result.hint) <= 120


def test_an_exercise_may_say_why_an_answer_is_slow():
    @exercise("answer()", seconds=0.1, slow="is there a loop over the samples?")
    def check_slow(student):
        student()

    hint = check_slow(endless).hint
    assert hint == "no answer after 0.1 seconds: is there a loop over the samples?"


def test_the_limit_holds_off_the_main_thread():
    results = []
    thread = threading.Thread(target=lambda: results.append(check_answer(endless)))
    thread.start()
    thread.join(5)
    assert results[0].hint.startswith("no answer after")


def test_ctrl_c_of_the_user_still_stops():
    threading.Timer(0.1, _thread.interrupt_main).start()
    start = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        run_with_limit(endless, seconds=30)
    assert time.monotonic() - start < 10


def test_time_up_says_whether_the_code_still_runs():
    with pytest.raises(TimeUpError) as caught:
        run_with_limit(endless, seconds=0.1)
    assert not caught.value.still_running


def test_without_threads_there_is_no_limit_but_an_answer(monkeypatch):
    def start(_thread):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", start)
    assert check_answer(lambda: 1)
    assert not check_answer(lambda: None)


# --- imports -----------------------------------------------------------------------


@pytest.fixture
def slow_module(tmp_path, monkeypatch):
    """A module that takes longer to import than the check may."""
    (tmp_path / "slow_module.py").write_text("import time\ntime.sleep(0.5)\nnumber = 7")
    monkeypatch.syspath_prepend(tmp_path)
    yield
    sys.modules.pop("slow_module", None)


def imports():
    from slow_module import number

    return number


def test_an_import_is_not_counted(slow_module):
    assert run_with_limit(imports, seconds=0.3) == 7


def test_an_import_that_never_ends_is_stopped(slow_module, monkeypatch):
    monkeypatch.setattr(time_limit, "_IMPORTS", 0.0)
    with pytest.raises(TimeUpError):
        run_with_limit(imports, seconds=0.1)
