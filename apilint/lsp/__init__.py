"""The editor's side: a language server that runs the same engine on texts that are not saved yet.

Imported by `apilint lsp` only, since it needs pygls, which the extra `lsp` installs. What editors and servers say
to each other is the Language Server Protocol 3.17 (https://microsoft.github.io/language-server-protocol/).
"""
