"""Which lessons may hold more than their files.

JupyterLab tells the server by our extension. Of other front ends a server knows only
when their kernels worked, and nothing of what is typed and not run.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from urllib.request import ProxyHandler, Request, build_opener

from courseware.progress import Lesson

HOW_TO_SAVE = (
    "It was changed since its file was written, or its kernel has worked, which may be "
    "no change. Save it in JupyterLab (Ctrl+S), then hand in."
)


def perhaps_unsaved(
    lessons: Iterable[Lesson], sessions: Iterable[dict]
) -> list[Lesson]:
    """
    Return the lessons that have changes, or may have, which are not in their files.

    Parameters
    ----------
    lessons : iterable of Lesson
        As they lie on disk.
    sessions : iterable of dict
        What a Jupyter server that serves their folder has open, as its API tells it;
        with ``unsaved`` or, in seconds since 1970, ``known_saved`` where that is known.
    """
    opened = list(sessions)
    return [
        lesson
        for lesson in lessons
        if any(
            session.get("unsaved") or _worked_since(lesson.saved, session)
            for session in opened
            if session["path"] == f"{lesson.entry.name}.ipynb"
        )
    ]


def _worked_since(saved: float, session: dict) -> bool:
    """Whether its kernel has worked since a notebook was saved, or known to be."""
    if not session.get("kernel"):
        return False
    last = datetime.fromisoformat(session["kernel"]["last_activity"]).timestamp()
    return last > max(saved, session.get("known_saved", 0))


def running_sessions(folder: Path) -> list[dict]:
    """Return what Jupyter servers have open that run here and serve a folder."""
    try:
        from jupyter_server.serverapp import list_running_servers  # not everybody's
    except ImportError:
        return []
    sessions = []
    for server in list_running_servers():
        if Path(server["root_dir"]).resolve() == folder.resolve():
            sessions += _sessions(server)
    return sessions


def _sessions(server: dict) -> list[dict]:
    """Ask a server, by our extension or, where that is not loaded, by its own API."""
    head = {"Authorization": f"token {server['token']}"}
    for api in ("courseware/sessions", "api/sessions"):
        url = f"{server['url']}{api}"
        request = Request(url, headers=head)  # noqa: S310 - a server of our own
        # What runs on this machine is asked for directly.
        with (
            suppress(OSError, ValueError),
            build_opener(ProxyHandler({})).open(request, timeout=2) as answer,
        ):
            return json.load(answer)
    return []
