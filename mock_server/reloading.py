"""Reading documents again when their files change, while the mock goes on serving."""

from __future__ import annotations

import sys
import threading
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from mock_server.layers import App, Receive, Scope, Send
from mock_server.options import MockOptions
from mock_server.table import CannotServe

if TYPE_CHECKING:
    from mock_server.table import Table
    from specs import Api

_DOCUMENTS = (".yaml", ".yml", ".json")
_MOST_FOLDERS = 256


class Reloading:
    """An app that is replaced when a document changes; the state goes on.

    `read` reads the documents. One that is broken is not served: the old one stays, and a line on stderr says why.
    Another says that a document was read again, unless it is `quiet`.
    """

    def __init__(
        self, app: App, table: Table, read: Callable[[], list[Api]], options: MockOptions, *, quiet: bool = False
    ) -> None:
        self._app, self._table, self._read, self._options = app, table, read, options
        self._quiet, self._failed = quiet, False
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
        from mock_server.running import warn
        from specs import SpecError

        try:
            table = make_table(self._read(), self._options, self._table)
            app = assemble(table)
        except (SpecError, CannotServe) as fault:
            print(f"not reloaded, the old document is still served: {fault}", file=sys.stderr, flush=True)  # noqa: T201
            self._failed = True
            return False
        self._app, self._table, self._failed = app, table, False
        if not self._quiet:
            warn(table)
            print("reloaded; the state was kept", file=sys.stderr, flush=True)  # noqa: T201
        return True

    def _watch(self) -> None:
        from watchfiles import watch

        while folders := folders_of(self._apis()):
            for changes in watch(*folders, recursive=False, stop_event=self._stop, raise_interrupt=False, debounce=200):
                if any(self._concerns(Path(path)) for _, path in changes):
                    self.reload()
                if folders_of(self._apis()) != folders:
                    break  # the document has other files now
            else:
                return

    def _apis(self) -> Iterable[Api]:
        return (served.api for served in self._table.apis)

    def _concerns(self, path: Path) -> bool:
        """Whether a file is one of a document; after a failure whether it may become one."""
        if self._failed:
            return path.suffix in _DOCUMENTS
        return any(
            path in api.files
            or path == api.file.parent / "rules.yaml"
            or (path.suffix == ".yaml" and _is_fixture(path, api))
            for api in self._apis()
        )


def _is_fixture(path: Path, api: Api) -> bool:
    return any(path.parent == fixture.file.parent for fixture in api.fixtures)


def folders_of(apis: Iterable[Api]) -> list[Path]:
    """The folders in which documents, what they refer to, their rules and their fixtures stand."""
    folders = dict.fromkeys(file.parent for api in apis for file in api.files if file.parent.is_dir())
    return list(folders)[:_MOST_FOLDERS]
