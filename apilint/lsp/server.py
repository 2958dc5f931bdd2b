"""The server: what the editor sends, to the desk; what the desk finds, to the editor."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, BinaryIO

from lsprotocol import types
from pygls.capabilities import get_capability
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol, lsp_method

from apilint import __version__
from apilint.lsp.addresses import path_of
from apilint.lsp.answers import File, fixes, hover
from apilint.lsp.desk import Desk, Listener
from apilint.lsp.marks import Client
from apilint.lsp.texts import Text
from apilint.plugins import Plugins
from apilint.reading.discovery import SUFFIXES
from apilint.report.escape import visible
from apilint.run import RunOptions

SECTION = "apilint"
_LANGUAGES = frozenset(("yaml", "json", "jsonc", "openapi"))
# How long the first check waits for the settings that the client was asked for.
_PATIENCE = 2.0

# The options that settings mean. Raises ValueError, whose message says what is wrong with them.
Configure = Callable[[Mapping[str, Any]], RunOptions]


class _Protocol(LanguageServerProtocol):
    """pygls' own, but for the texts, which the desk keeps: pygls ends lines at characters that end none."""

    _server: Server

    @lsp_method(types.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(self, params: types.DidOpenTextDocumentParams) -> None:
        self._server.opened(params.text_document)

    @lsp_method(types.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: types.DidChangeTextDocumentParams) -> None:
        document = params.text_document
        self._server.desk.change(document.uri, list(params.content_changes), document.version)

    @lsp_method(types.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(self, params: types.DidCloseTextDocumentParams) -> None:
        self._server.desk.close(params.text_document.uri)


class Server(LanguageServer):
    """One conversation with one editor."""

    def __init__(self, options: RunOptions, loaded: Plugins, configure: Configure) -> None:
        """`options` hold until the editor sends settings, from which `configure` makes others."""
        # One thread reads; others would only wait.
        super().__init__("apilint", __version__, protocol_cls=_Protocol, max_workers=2)
        self.desk = Desk(options, loaded, Listener(self._publish, self._log, self._client_lives))
        self.ended = False
        self._configure = configure
        self._parent: int | None = None
        self._plain = False
        self._versioned = False
        self._register()

    def serve(self, incoming: BinaryIO, outgoing: BinaryIO) -> int:
        """Talk until the editor is done; give the exit status: 0 where it said so first, else 1."""
        self.start_io(incoming, outgoing)
        self.desk.stop()
        return 0 if self.ended else 1

    def opened(self, document: types.TextDocumentItem) -> None:
        """Hold a document, if it is one that could be described here."""
        folder = self.desk.folders[0] if self.desk.folders else os.getcwd()
        path = path_of(document.uri, folder)
        if path is None or not _may_be_openapi(document.language_id, path):
            return
        self.desk.open(Text(document.uri, os.path.realpath(path), path, document.version, document.text))

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Say it in the log: a window that opens at each key helps nobody."""
        self._log(f"apilint failed ({type(error).__name__})")

    def _register(self) -> None:
        for name, handler in (
            (types.INITIALIZE, self._initialize),
            (types.INITIALIZED, self._initialized),
            (types.SHUTDOWN, self._shut_down),
            (types.TEXT_DOCUMENT_DID_SAVE, self._saved),
            (types.WORKSPACE_DID_CHANGE_WATCHED_FILES, self._files_changed),
            (types.WORKSPACE_DID_CHANGE_CONFIGURATION, self._settings_changed),
            (types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS, self._folders_changed),
            (types.TEXT_DOCUMENT_HOVER, self._hover),
        ):
            self.feature(name)(partial(handler))  # pygls writes on what it registers, which a method does not take
        kinds = types.CodeActionOptions(code_action_kinds=[types.CodeActionKind.QuickFix])
        self.feature(types.TEXT_DOCUMENT_CODE_ACTION, kinds)(partial(self._code_actions))

    # The conversation's beginning and end.

    def _initialize(self, params: types.InitializeParams) -> None:
        def can(name: str) -> Any:
            return get_capability(params.capabilities, name)

        shown = "text_document.publish_diagnostics"
        taken = can(f"{shown}.tag_support")
        self.desk.client = Client(
            encoding=str(getattr(self.workspace.position_encoding, "value", self.workspace.position_encoding)),
            related=bool(can(f"{shown}.related_information")),
            links=bool(can(f"{shown}.code_description_support")),
            data=bool(can(f"{shown}.data_support")),
            tags=frozenset(taken.value_set) if taken else frozenset(),
        )
        formats = can("text_document.hover.content_format")
        self._plain = formats is not None and types.MarkupKind.Markdown not in formats
        self._versioned = bool(can("workspace.workspace_edit.document_changes"))
        self._parent = params.process_id if _lives(params.process_id) else None
        self._find_folders()
        self._use(params.initialization_options)
        self.desk.wait(_PATIENCE if can("workspace.configuration") else 0.0)
        self.desk.start()

    def _initialized(self, params: types.InitializedParams) -> None:
        if get_capability(self.client_capabilities, "workspace.did_change_watched_files.dynamic_registration"):
            watchers = [types.FileSystemWatcher("**/*.{yaml,yml,json,toml}")]
            watched = types.DidChangeWatchedFilesRegistrationOptions(watchers)
            self._ask_for("files", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, watched)
        if get_capability(self.client_capabilities, "workspace.did_change_configuration.dynamic_registration"):
            section = types.DidChangeConfigurationRegistrationOptions(SECTION)
            self._ask_for("settings", types.WORKSPACE_DID_CHANGE_CONFIGURATION, section)
        self._fetch_settings()

    def _ask_for(self, name: str, method: str, options: Any) -> None:
        registration = types.Registration(f"apilint-{name}", method, options)
        self.client_register_capability(types.RegistrationParams([registration]))

    def _shut_down(self, params: None) -> None:
        self.ended = True
        self.desk.stop()

    def _client_lives(self) -> bool:
        return self._parent is None or _lives(self._parent)

    # Settings and folders.

    def _fetch_settings(self) -> None:
        if get_capability(self.client_capabilities, "workspace.configuration"):
            wanted = types.ConfigurationParams([types.ConfigurationItem(section=SECTION)])
            self.workspace_configuration(wanted, lambda answer: self._use(answer[0] if answer else None))

    def _settings_changed(self, params: types.DidChangeConfigurationParams) -> None:
        if _settings(params.settings):
            self._use(params.settings)
        else:
            self._fetch_settings()

    def _use(self, given: Any) -> None:
        settings = _settings(given)
        try:
            options = self._configure(settings) if settings else self.desk.options
        except ValueError as wrong:
            self._warn(f"apilint's settings: {wrong}")
            options = self.desk.options
        self.desk.configure(options)

    def _folders_changed(self, params: types.DidChangeWorkspaceFoldersParams) -> None:
        self._find_folders()
        self.desk.configure(self.desk.options)

    def _find_folders(self) -> None:
        uris = [folder.uri for folder in self.workspace.folders.values()] or [self.workspace.root_uri or ""]
        paths = (path_of(uri, os.sep) for uri in uris if uri.startswith("file:"))
        self.desk.folders = [os.path.realpath(path) for path in paths if path]

    # Files on the disk.

    def _saved(self, params: types.DidSaveTextDocumentParams) -> None:
        self.desk.touch(())

    def _files_changed(self, params: types.DidChangeWatchedFilesParams) -> None:
        paths = (path_of(change.uri, os.sep) for change in params.changes)
        self.desk.touch([os.path.realpath(path) for path in paths if path])

    # Questions about a place.

    def _hover(self, params: types.HoverParams) -> types.Hover | None:
        found = self.desk.found(params.text_document.uri)
        rules = [rule for _, report in found[:1] for rule in report.rules]
        return hover((mark for mark, _ in found), rules, params.position, self._plain)

    def _code_actions(self, params: types.CodeActionParams) -> list[types.CodeAction]:
        return fixes(
            self.desk.found(params.text_document.uri),
            params.range,
            lambda name: File(*self.desk.file(name)),
            encoding=self.desk.client.encoding,
            versioned=self._versioned,
            only=params.context.only,
        )

    # What the editor is told.

    def _publish(self, uri: str, version: int | None, diagnostics: list[types.Diagnostic]) -> None:
        self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, diagnostics, version))

    def _log(self, message: str) -> None:
        self.window_log_message(types.LogMessageParams(types.MessageType.Error, visible(message, 1000)))

    def _warn(self, message: str) -> None:
        self.window_show_message(types.ShowMessageParams(types.MessageType.Warning, visible(message, 1000)))


def _settings(given: Any) -> Mapping[str, Any]:
    """Settings by name; some clients send them below the name of the server."""
    if isinstance(given, Mapping) and isinstance(given.get(SECTION), Mapping):
        given = given[SECTION]
    return given if isinstance(given, Mapping) else {}


def _may_be_openapi(language: str, path: str) -> bool:
    """Whether a document is YAML or JSON: what is in it decides the rest."""
    return path.lower().endswith(SUFFIXES) or not _LANGUAGES.isdisjoint(language.lower().replace("-", ".").split("."))


def _lives(process: int | None) -> bool:
    """Whether a process is there. Where the system cannot be asked, the end of the input has to tell."""
    if process is None or os.name != "posix":
        return process is not None
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
