"""How a training run treats the machine it runs on."""

import signal
import threading
from contextlib import AbstractContextManager, nullcontext
from types import FrameType, TracebackType


def one_blas_thread() -> AbstractContextManager:
    """Return a context in which matrix products use one thread.

    The matrices of a mini-batch are too small to gain from a second thread, and
    NumPy and SciPy each bring a pool of their own, whose threads get in each
    other's way. The caller's setting returns when the context is left, however
    it is left. Without threadpoolctl (in a browser, say) nothing is changed. A library
    that is imported within the context has as many threads as ever.
    """
    try:
        from threadpoolctl import threadpool_limits  # late: a browser lacks it
    except ImportError:
        return nullcontext()
    return threadpool_limits(1, user_api="blas")


class HeldInterrupt:
    """A context in which Ctrl-C is noted rather than raised.

    Ctrl-C may arrive between the update of one layer and of the next. Inside this
    context it only sets `pending`; a loop looks at that between two whole steps
    and stops. On leaving, the interrupt is delivered to whoever would have
    received it.

    Attributes
    ----------
    pending : bool
        Whether Ctrl-C was pressed since the context was entered.
    """

    def __init__(self) -> None:
        self.pending = False
        self._previous = None

    def __enter__(self) -> "HeldInterrupt":
        # Python delivers signals to the main thread only. A handler that is not a
        # function (ignore, or end the process) is somebody's choice: leave it.
        in_main_thread = threading.current_thread() is threading.main_thread()
        if in_main_thread and callable(signal.getsignal(signal.SIGINT)):
            self._previous = signal.signal(signal.SIGINT, self._note)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._previous is not None:
            signal.signal(signal.SIGINT, self._previous)
            if self.pending:
                signal.raise_signal(signal.SIGINT)

    def _note(self, signum: int, frame: FrameType | None) -> None:
        self.pending = True
