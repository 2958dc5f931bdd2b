"""Pages of rules from Markdown to HTML: no raw HTML, no images, links to the web only."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from apilint.report.page import page
from apilint.rule import Rule

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markupsafe import Markup

_DEEPER = {"h1": "h3", "h2": "h4", "h3": "h5", "h4": "h6", "h5": "h6"}


def rule_page(rule: Rule) -> str:
    """The page of a rule as HTML, without its name and summary, which stand above it already."""
    html: str = _markdown().render(page(rule).split("\n\n", 2)[-1])
    return html


def inline(text: str) -> Markup:
    """A visible text in which backticks mark what is code, as escaped HTML."""
    from markupsafe import Markup, escape

    parts = text.split("`")
    if len(parts) % 2 == 0:
        return escape(text)
    code = Markup("<code>{}</code>")
    return Markup("").join(code.format(part) if at % 2 and part else part for at, part in enumerate(parts))


@functools.cache
def _markdown() -> MarkdownIt:
    from markdown_it import MarkdownIt

    class WebOnly(MarkdownIt):
        def validateLink(self, url: str) -> bool:  # noqa: N802 - the library's name
            return url.lower().startswith(("https://", "http://"))

    markdown = WebOnly("commonmark", {"html": False})
    markdown.disable("image")
    markdown.add_render_rule("link_open", _link_open)
    markdown.core.ruler.push("deeper", _deeper)
    return markdown


def _link_open(renderer: Any, tokens: Sequence[Any], index: int, options: Any, env: Any) -> str:
    tokens[index].attrSet("rel", "noreferrer noopener")
    return str(renderer.renderToken(tokens, index, options, env))


def _deeper(state: Any) -> None:
    """Put headings below those of the page, and make blocks of code no wider than it."""
    for token in state.tokens:
        token.tag = _DEEPER.get(token.tag, token.tag)
