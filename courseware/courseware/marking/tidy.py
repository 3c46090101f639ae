"""Removes what an answer has left in its folder, whatever that is."""

from __future__ import annotations

import os
import secrets


def remove(folder: str) -> None:
    """
    Remove a folder, however deep folders lie in folders, and with whatever rights.

    Parameters
    ----------
    folder : str
        Whose content nobody changes any more. Links are removed, and not followed.

    Raises
    ------
    OSError
        Something of it cannot be removed.
    """
    # What lies deep is moved up: neither a path nor a stack is long enough for it.
    while inside := [*os.scandir(folder)]:
        for entry in inside:
            if not entry.is_dir(follow_symlinks=False):
                os.unlink(entry.path)  # noqa: PTH108 - there may be very many
                continue
            os.chmod(entry.path, 0o700)  # noqa: PTH101
            for deeper in os.scandir(entry.path):
                if deeper.is_dir(follow_symlinks=False):
                    os.chmod(deeper.path, 0o700)  # noqa: PTH101 - or it stays there
                os.rename(deeper.path, f"{folder}/{secrets.token_hex(16)}")  # noqa: PTH104
            os.rmdir(entry.path)  # noqa: PTH106
    os.rmdir(folder)  # noqa: PTH106
