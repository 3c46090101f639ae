"""Which lessons may hold more than their files: their kernels worked after the save.

What is typed and not run, no server knows. JupyterLab saves it every two minutes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from urllib.request import ProxyHandler, Request, build_opener

from courseware.progress import Lesson

# A kernel is busy as soon as a notebook is opened: whether to be run, nobody can tell.
HOW_TO_SAVE = (
    "A kernel has worked since the file was written, if only because it was opened. "
    "Save it in JupyterLab (Ctrl+S), then hand in."
)


def perhaps_unsaved(
    lessons: Iterable[Lesson], sessions: Iterable[dict]
) -> list[Lesson]:
    """
    Return the lessons whose kernels have worked since the files were saved.

    Parameters
    ----------
    lessons : iterable of Lesson
        As they lie on disk.
    sessions : iterable of dict
        What a Jupyter server that serves their folder has open, as its API tells it.
    """
    worked = {
        session["path"]: datetime.fromisoformat(session["kernel"]["last_activity"])
        for session in sessions
        if session.get("kernel")
    }
    return [
        lesson
        for lesson in lessons
        if (last := worked.get(f"{lesson.entry.name}.ipynb"))
        and last.timestamp() > lesson.saved
    ]


def running_sessions(folder: Path) -> list[dict]:
    """Return what Jupyter servers have open that run here and serve a folder."""
    try:
        from jupyter_server.serverapp import list_running_servers  # not everybody's
    except ImportError:
        return []
    sessions = []
    for server in list_running_servers():
        if Path(server["root_dir"]).resolve() == folder.resolve():
            head = {"Authorization": f"token {server['token']}"}
            url = f"{server['url']}api/sessions"
            request = Request(url, headers=head)  # noqa: S310 - a server of our own
            # What runs on this machine is asked for directly.
            with (
                suppress(OSError, ValueError),
                build_opener(ProxyHandler({})).open(request, timeout=2) as answer,
            ):
                sessions += json.load(answer)
    return sessions
