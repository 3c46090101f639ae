"""What an update of a student's folder has done, told to the student."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from courseware.contents import BEFORE_UPDATE
from courseware.editions.ledger import Ledger

_JUST_RENEWED = " was renewed."  # behind a file's name, and there is no more to say


def last_news(folder: Path, titles: Mapping[str, str]) -> list[str]:
    """
    Say what the last update of a folder did.

    Parameters
    ----------
    folder : Path
        A student's.
    titles : mapping of str to str
        What to call a file, by its name; what is not in it is called by its name.

    Returns
    -------
    list of str
        Sentences on the files that it has changed, and on each one in the folder that
        was kept from before an update.
    """
    news = list(Ledger.read(folder).news.values())
    for path in sorted(folder.glob(f"{BEFORE_UPDATE}*")):
        if not any(path.name in line for line in news):
            news.append(f"{path.name} is your file as it was before an update.")
    return in_short(news, titles)


def in_short(news: Iterable[str], titles: Mapping[str, str]) -> list[str]:
    """
    Put all files that were just renewed into one sentence, and call files by titles.

    Parameters
    ----------
    news : iterable of str
        Sentences that begin with the name of a file.
    titles : mapping of str to str
        As for `last_news`.
    """
    lines = [*news]
    plain = [line for line in lines if line.endswith(_JUST_RENEWED) and "," not in line]
    if len(plain) > 1:
        names = (line.removesuffix(_JUST_RENEWED) for line in plain)
        what = "; ".join(titles.get(name, name) for name in names)
        lines = [line for line in lines if line not in plain]
        lines.append(f"Renewed, with nothing of yours in them: {what}.")
    return [_with_title(line, titles) for line in lines]


def _with_title(line: str, titles: Mapping[str, str]) -> str:
    for name, title in titles.items():
        if line.startswith((f"{name} ", f"{name},")):
            rest = line.removeprefix(name)
            comma = "," if "," in title and rest[0] != "," else ""
            return f"{title[:1].upper()}{title[1:]}{comma}{rest}"
    return line
