"""Reading documents again when their files change, while the mock goes on serving."""

from __future__ import annotations

import sys
import threading
from collections.abc import Awaitable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mock_server.layers import App, Receive, Scope, Send
from mock_server.options import MockOptions
from mock_server.table import CannotServe

if TYPE_CHECKING:
    from mock_server.table import Table

_DOCUMENTS = (".yaml", ".yml", ".json")
_MOST_FOLDERS = 64


class Reloading:
    """An app that is replaced when a document changes; the state goes on.

    A document that is broken is not served: the old one stays, and a line on stderr says why. Another says that a
    document was read again, unless it is `quiet`.
    """

    def __init__(
        self, app: App, table: Table, names: Sequence[str], options: MockOptions, *, quiet: bool = False
    ) -> None:
        self._app, self._table, self._names, self._options = app, table, tuple(names), options
        self._quiet = quiet
        self._stop = threading.Event()

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Answer with the app as it is now; watch the files for as long as the server lives."""
        if scope["type"] == "lifespan":
            return self._live(scope, receive, send)
        return self._app(scope, receive, send)

    async def _live(self, scope: Scope, receive: Receive, send: Send) -> None:
        threading.Thread(target=self._watch, name="reloading", daemon=True).start()
        try:
            await self._app(scope, receive, send)
        finally:
            self._stop.set()

    def reload(self) -> bool:
        """Read the documents again; whether the new ones are served now."""
        from mock_server.creation import assemble, make_table
        from mock_server.running import read, warn
        from specs import SpecError

        try:
            table = make_table(read(self._names), self._options, self._table)
            app = assemble(table)
        except (SpecError, CannotServe) as fault:
            print(f"not reloaded, the old document is still served: {fault}", file=sys.stderr, flush=True)  # noqa: T201
            return False
        self._app, self._table = app, table
        if not self._quiet:
            warn(table)
            print("reloaded; the state was kept", file=sys.stderr, flush=True)  # noqa: T201
        return True

    def _watch(self) -> None:
        from watchfiles import watch

        folders = folders_of(served.api.file for served in self._table.apis)
        if not folders:
            return
        for changes in watch(*folders, recursive=False, stop_event=self._stop, raise_interrupt=False, debounce=200):
            if any(path.endswith(_DOCUMENTS) for _, path in changes):
                self.reload()


def folders_of(files: Iterable[Path]) -> list[Path]:
    """The folders in which documents, their rules, their fixtures, and what they refer to stand."""
    folders: dict[Path, None] = {}
    for file in files:
        if file.parent.is_dir():
            folders[file.parent] = None
            folders.update(dict.fromkeys(_with_documents(file.parent)))
            beside = file.parent.parent.parent / "fixtures" / file.parent.name
            if beside.is_dir():
                folders[beside] = None
    return list(folders)[:_MOST_FOLDERS]


def _with_documents(folder: Path) -> list[Path]:
    try:
        below = [path for path in folder.iterdir() if path.is_dir() and not path.name.startswith(".")]
        return [path for path in below[:_MOST_FOLDERS] if any(child.suffix in _DOCUMENTS for child in path.iterdir())]
    except OSError:
        return []
