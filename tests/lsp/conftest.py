"""A real client, pygls' own, that drives `apilint lsp` as a process over its standard streams."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import os
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

if importlib.util.find_spec("pygls") is None:
    pytest.skip("SKIPPED LOUDLY: pygls is not installed; pip install 'apilint[lsp]'", allow_module_level=True)

from lsprotocol import types
from pygls.lsp.client import LanguageClient

PATIENCE = 30.0
EVERYTHING = types.ClientCapabilities(
    workspace=types.WorkspaceClientCapabilities(
        workspace_edit=types.WorkspaceEditClientCapabilities(document_changes=True),
    ),
    text_document=types.TextDocumentClientCapabilities(
        publish_diagnostics=types.PublishDiagnosticsClientCapabilities(
            related_information=True,
            tag_support=types.ClientDiagnosticsTagOptions(list(types.DiagnosticTag)),
            version_support=True,
            code_description_support=True,
            data_support=True,
        ),
        hover=types.HoverClientCapabilities(content_format=[types.MarkupKind.Markdown]),
    ),
)


class Editor:
    """An editor with one server. `published` is what it was told last of each document, `history` all of it."""

    def __init__(self) -> None:
        self.client = LanguageClient("tests", "1")
        self.published: dict[str, types.PublishDiagnosticsParams] = {}
        self.history: list[types.PublishDiagnosticsParams] = []
        self.messages: list[str] = []
        self.registered: list[str] = []
        self.settings: Any = None
        self.asked_for_settings = 0
        self.errors = b""
        self.capabilities = types.ServerCapabilities()
        self._news = asyncio.Event()
        self._versions: dict[str, int] = {}
        self._listen()

    def _listen(self) -> None:
        feature = self.client.feature

        @feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        def published(params: types.PublishDiagnosticsParams) -> None:
            self.published[params.uri] = params
            self.history.append(params)
            self._news.set()

        @feature(types.WINDOW_LOG_MESSAGE)
        def logged(params: types.LogMessageParams) -> None:
            self.messages.append(params.message)

        @feature(types.WINDOW_SHOW_MESSAGE)
        def shown(params: types.ShowMessageParams) -> None:
            self.messages.append(params.message)
            self._news.set()

        @feature(types.WORKSPACE_CONFIGURATION)
        def configuration(params: types.ConfigurationParams) -> list[Any]:
            assert [item.section for item in params.items] == ["apilint"]
            self.asked_for_settings += 1
            return [self.settings]

        @feature(types.CLIENT_REGISTER_CAPABILITY)
        def registered(params: types.RegistrationParams) -> None:
            self.registered += [one.method for one in params.registrations]

    async def start(
        self,
        *words: str,
        folders: tuple[Path, ...] = (),
        capabilities: types.ClientCapabilities = EVERYTHING,
        options: Any = None,
        cwd: Path | None = None,
        environment: dict[str, str] | None = None,
    ) -> None:
        await self.client.start_io(
            sys.executable, "-m", "apilint", "lsp", *words, cwd=cwd, env={**os.environ, **(environment or {})}
        )
        process = self.client._server
        assert process is not None
        assert process.stderr is not None
        self.process = process
        self._reader = asyncio.ensure_future(self._read_errors(process.stderr))
        answer = await self.client.initialize_async(
            types.InitializeParams(
                capabilities=capabilities,
                process_id=os.getpid(),
                workspace_folders=[types.WorkspaceFolder(folder.as_uri(), folder.name) for folder in folders] or None,
                initialization_options=options,
            )
        )
        self.capabilities = answer.capabilities
        self.client.initialized(types.InitializedParams())

    async def _read_errors(self, stream: asyncio.StreamReader) -> None:
        while data := await stream.read(1 << 16):
            self.errors += data

    def open(self, uri: str | Path, text: str, language: str = "yaml") -> str:
        uri = uri.as_uri() if isinstance(uri, Path) else uri
        self._versions[uri] = 1
        item = types.TextDocumentItem(uri, language, 1, text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
        return uri

    def change(self, uri: str, *changes: types.TextDocumentContentChangeEvent | str) -> int:
        self._versions[uri] += 1
        events = [
            types.TextDocumentContentChangeWholeDocument(change) if isinstance(change, str) else change
            for change in changes
        ]
        identifier = types.VersionedTextDocumentIdentifier(self._versions[uri], uri)
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(identifier, events))
        return self._versions[uri]

    def close(self, uri: str) -> None:
        del self._versions[uri]
        identifier = types.TextDocumentIdentifier(uri)
        self.client.text_document_did_close(types.DidCloseTextDocumentParams(identifier))

    async def until(self, done: Callable[[], Any], patience: float = PATIENCE) -> Any:
        """Wait until something is true, looking whenever the server says something."""
        async with asyncio.timeout(patience):
            while not (result := done()):
                self._news.clear()
                await self._news.wait()
            return result

    async def diagnostics(self, uri: str, version: int | None = None) -> list[types.Diagnostic]:
        """What the server says of a document, of its latest version if no other is given."""
        wanted = version or self._versions.get(uri)

        def done() -> bool:
            found = self.published.get(uri)
            return found is not None and found.version == wanted

        await self.until(done)
        return list(self.published[uri].diagnostics)

    async def hover(self, uri: str, line: int, character: int) -> str | None:
        position = types.Position(line, character)
        answer = await self.client.text_document_hover_async(
            types.HoverParams(types.TextDocumentIdentifier(uri), position)
        )
        if answer is None:
            return None
        assert isinstance(answer.contents, types.MarkupContent)
        return answer.contents.value

    async def actions(
        self, uri: str, place: types.Range | None = None, only: list[str] | None = None
    ) -> list[types.CodeAction]:
        place = place or types.Range(types.Position(0, 0), types.Position(1_000_000, 0))
        answer = await self.client.text_document_code_action_async(
            types.CodeActionParams(types.TextDocumentIdentifier(uri), place, types.CodeActionContext([], only))
        )
        return [action for action in answer or () if isinstance(action, types.CodeAction)]

    async def settle(self, seconds: float = 1.0) -> None:
        """Wait so long that whatever the server was going to say has been said."""
        await asyncio.sleep(seconds)

    def send(self, **message: Any) -> None:
        """Send what no well-made client would."""
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)

    async def shut_down(self) -> int:
        """End as editors do, and give the exit status."""
        await asyncio.wait_for(self.client.shutdown_async(None), PATIENCE)
        self.client.exit(None)
        return await self.ended()

    async def ended(self) -> int:
        status = await asyncio.wait_for(self.process.wait(), PATIENCE)
        await asyncio.wait_for(self._reader, PATIENCE)
        return status


Conversation = Callable[[Editor], Coroutine[Any, Any, None]]


@pytest.fixture
def converse() -> Callable[[Conversation], None]:
    """Give a function that leads a conversation with an editor, and makes an end of the server whatever happens."""

    def leading(conversation: Conversation) -> None:
        async def whole() -> None:
            editor = Editor()
            try:
                async with asyncio.timeout(4 * PATIENCE):
                    await conversation(editor)
            finally:
                process = getattr(editor, "process", None)
                if process is not None and process.returncode is None:
                    process.kill()
                    await process.wait()
                for task in editor.client._async_tasks:
                    task.cancel()
                await asyncio.gather(*editor.client._async_tasks, return_exceptions=True)
                transport = getattr(process, "_transport", None)
                if transport is not None:
                    transport.close()

        asyncio.run(whole())

    return leading
