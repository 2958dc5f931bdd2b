"""A policy as a file: what stands in it beside the configuration that all repositories start from."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from apilint.findings import Severity
from apilint.policy.model import Configuration, ConfigurationError, Lock, Policy, WaiverTerms
from apilint.policy.presets import PRESETS

if TYPE_CHECKING:
    from apilint.config.reading import Written
    from apilint.config.tree import Tree

_SEVERITIES = {severity.label: severity for severity in Severity}
_PLUGIN = re.compile(r"[A-Za-z0-9][\w.-]*(?:\s*==\s*\w[\w.+!-]*(?:\.\*)?)?")


def read(source: str, tree: Tree | None = None) -> Policy:
    """The policy in a file, or that of an installed package, given as `package:NAME`.

    `tree` is where files are read from, this machine if it is None. Raises `ConfigurationError`.
    """
    from apilint.config.packages import PREFIX

    if source.startswith(PREFIX):
        from apilint.config.packages import shipped
        from apilint.plugins import POLICIES

        return policy_of(*shipped(source[len(PREFIX) :], POLICIES))
    return policy_of(*_file(source, tree), tree)


def installed() -> Policy | None:
    """The policy that an installed distribution ships, which holds unless another is named.

    Raises `ConfigurationError` where there are two: neither may decide which of them counts.
    """
    from apilint.plugins import POLICIES, entry_points

    found = entry_points(POLICIES)
    if not found:
        return None
    from apilint.config.packages import opened, said

    if len(found) > 1:
        raise ConfigurationError(
            f"more than one policy is installed: {said(found)}; uninstall one, or name one with --policy package:NAME"
        )
    return policy_of(*opened(found[0]))


def policy_of(name: str, data: bytes, path: str, tree: Tree | None = None) -> Policy:
    """The policy in a text that is shown as `name`; `tree` is as in `read`. Raises `ConfigurationError`."""
    from apilint.config.reading import read as written_in

    written = written_in(name, data, path)
    configuration = _configuration(written, path, tree)
    value: Mapping[str, Any] = written.value
    locked: Mapping[str, Any] = value.get("locked", {})
    locks = _locks(written, locked.get("rules", {}), waivable="waiver_terms" in value)
    gate = locked.get("gate", {})
    preset = locked.get("preset")
    if preset is not None and preset not in PRESETS:
        from apilint.policy.selection import hint

        written.fail(f"no preset is called {preset!r}{hint(preset, PRESETS)}", "locked", "preset")
    for number, plugin in enumerate(value.get("plugins", ())):
        if not _PLUGIN.fullmatch(plugin):
            said = f"{plugin!r} is not the name of a distribution, as in acme-rules or acme-rules==2.*"
            written.fail(said, "plugins", number)
    start = configuration.fail_on
    floor = _SEVERITIES[gate["fail_on"]] if "fail_on" in gate else Severity.HIGH if start is None else start
    if start is not None and start > floor:
        said = f"the gate would begin at {start.label}, milder than what is locked, {floor.label}"
        written.fail(said, "gate", "fail_on")
    from apilint.config.values import level_of

    return Policy(
        name=name,
        configuration=configuration._replace(fail_on=floor if start is None else start),
        locks=locks,
        terms=_terms(value.get("waiver_terms", {})),
        plugins=tuple(value["plugins"]) if "plugins" in value else None,
        fail_on=floor,
        min_score=max((one for one in (gate.get("min_score"), configuration.min_score) if one), default=None),
        preset=preset,
        levels={name: level_of(one) for name, one in locked.get("levels", {}).items()},
        exclusions=not locked.get("exclude", _holds(value, configuration)),
        baselines=not locked.get("baseline", False),
        public=not locked.get("public", False),
        path=path,
    )


def _holds(value: Mapping[str, Any], configuration: Configuration) -> bool:
    """Whether a policy holds anybody to anything: what is left out of a search would not be held to it."""
    locked = value.get("locked", {})
    demands = (configuration.asks_more, configuration.levels, "gate" in value, "waiver_terms" in value)
    return any(locked[key] for key in locked if key != "exclude") or any(demands)


def _file(source: str, tree: Tree | None) -> tuple[str, bytes, str]:
    from apilint.config.reading import content
    from apilint.config.tree import Files

    path = os.path.abspath(source)
    data = content(tree or Files(), path, source)
    if data is None:
        raise ConfigurationError(f"there is no policy {source!r}")
    return (source if tree is None else tree.label(source)), data, path


def _configuration(written: Written, path: str, tree: Tree | None) -> Configuration:
    """What all repositories start from. Its globs are from no folder yet: from the root of each repository."""
    from apilint.config.discover import Discovery
    from apilint.config.extending import Chain
    from apilint.config.merge import nowhere

    if not isinstance(written.value, dict) or written.value.get("kind") != "policy":
        written.fail("it is no policy: a policy says version: 1 and kind: policy")
    folder = os.path.dirname(path)
    chain = Chain(Discovery(os.getcwd(), tree=tree), folder)
    return nowhere(chain.over(Configuration(), written, "", "policy")[0])


def _locks(written: Written, rules: Mapping[str, Any], *, waivable: bool) -> tuple[Lock, ...]:
    """The locks; waivers hold for what is locked only where the policy says what they have to be like."""
    written.look_up([("locked", "rules", pattern) for pattern in rules])
    found = []
    for pattern, value in rules.items():
        terms = value if isinstance(value, dict) else {"min_severity": value} if value in _SEVERITIES else {}
        found.append(
            Lock(
                pattern,
                written.origin("locked", "rules", pattern, key=True),
                _SEVERITIES.get(terms.get("min_severity", "")),
                terms.get("waivable", waivable),
                terms.get("inline", False),
                terms.get("baseline", False),
            )
        )
    return tuple(found)


def _terms(value: Mapping[str, Any]) -> WaiverTerms:
    return WaiverTerms(
        max_days=value.get("max_days"),
        max_renewals=value.get("max_renewals"),
        owners={
            pattern: tuple(names) if isinstance(names, list) else (names,)
            for pattern, names in value.get("owners", {}).items()
        },
        owners_from_codeowners=value.get("owners_from") == "CODEOWNERS",
        inline_up_to=_SEVERITIES.get(value.get("inline_up_to", "")),
        inline=value.get("inline", True),
        warn_days=value.get("warn_days", 14),
    )
