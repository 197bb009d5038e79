"""Reads alerts.yaml: targets, defaults, rules. Unknown words are refused with the line they stand in.

The models here are the file's grammar: its JSON Schema, published at `/data/alerts.schema.json`, is made from them.
Secrets never stand in the file: an address or a secret is `${NAME}`, the name of an environment variable.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails

from pipeline.alerts.rules import NOTICES, OPERATORS, Match, Rule, When
from pipeline.errors import UsageFault
from pipeline.settings import Settings

_VARIABLE = r"^\$\{[A-Za-z_][A-Za-z0-9_]*\}$"
_NAME = r"^[a-z0-9][a-z0-9_-]*$"
Secret = Annotated[
    str, Field(pattern=_VARIABLE, description="${NAME}: an environment variable; never the value itself")
]
Name = Annotated[str, Field(pattern=_NAME, max_length=60)]
Metric = Literal[
    "price", "markup", "hosting", "availability", "break-even", "staleness", "scrape-failure", "held", "delivery"
]


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _at_least(value: object) -> object:
    """ ">=10" is 10: the sign may be written, since that is what is meant."""
    return value.strip().removeprefix(">=").removesuffix("%").strip() if isinstance(value, str) else value


Names = Annotated[list[str], BeforeValidator(_listed, json_schema_input_type=str | list[str])]
Least = Annotated[Decimal, BeforeValidator(_at_least, json_schema_input_type=float | str), Field(gt=0)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class TargetSpec(_Strict):
    """Where messages go: exactly one of apprise, webhook, mailbox and terminal."""

    apprise: Secret | None = Field(default=None, description="An Apprise URL: mail, chat and the rest")
    webhook: Secret | None = Field(
        default=None, description="An address that takes signed POST requests (Standard Webhooks)"
    )
    secret: Secret | None = Field(default=None, description="The webhook's secret, whsec_...")
    old_secret: Secret | None = Field(
        default=None, description="The secret before, while it is being changed: both sign"
    )
    allow_private: bool = Field(
        default=False, description="Let the webhook be an address of this machine or its network"
    )
    mailbox: Secret | None = Field(default=None, description="A folder (Maildir) that takes messages as mails")
    terminal: bool = Field(default=False, description="Print messages where the run prints")

    @model_validator(mode="after")
    def _one_channel(self) -> Self:
        if sum((self.apprise is not None, self.webhook is not None, self.mailbox is not None, self.terminal)) != 1:
            raise ValueError("a target has exactly one of apprise, webhook, mailbox and terminal")
        if (self.webhook is None) != (self.secret is None):
            raise ValueError("a webhook has a secret, and nothing else has one")
        return self


class MatchSpec(_Strict):
    """Which events: what is left out matches all. Names may hold * and ?, or be lists."""

    metric: Metric | None = None
    provider: Names = Field(default_factory=list)
    model: Names = Field(default_factory=list)
    meter: Names = Field(default_factory=list)
    variant: Literal["base", "fine_tuned"] | None = None
    tier: Names = Field(default_factory=list)
    scenario: Names = Field(default_factory=list)


class WhenSpec(_Strict):
    """How far: what is left out fires on any move. A level stands alone; change_pct and change_abs hold together."""

    any: Literal[True] | None = None
    change_pct: Least | None = Field(default=None, description="Percent against the last value told")
    change_abs: Least | None = Field(default=None, description="In the value's own unit, against the last value told")
    crosses_above: Decimal | None = Field(default=None, ge=0)
    crosses_below: Decimal | None = Field(default=None, ge=0)
    rearm: Decimal | None = Field(default=None, ge=0, description="The value from which the level may fire again")
    direction: Literal["up", "down", "both"] = "both"

    @model_validator(mode="after")
    def _is_one_kind(self) -> Self:
        levels = [one for one in (self.crosses_above, self.crosses_below) if one is not None]
        changes = [one for one in (self.change_pct, self.change_abs) if one is not None]
        if len(levels) > 1 or (levels and changes) or (self.any and (levels or changes)):
            raise ValueError("either any, or change_pct and change_abs, or one of crosses_above and crosses_below")
        if self.rearm is not None and not levels:
            raise ValueError("rearm goes with crosses_above or crosses_below")
        if levels and self.direction != "both":
            raise ValueError("a level says its own direction")
        if self.rearm is not None and self.crosses_above is not None and self.rearm > self.crosses_above:
            raise ValueError("rearm lies below crosses_above")
        if self.rearm is not None and self.crosses_below is not None and self.rearm < self.crosses_below:
            raise ValueError("rearm lies above crosses_below")
        return self


class RuleSpec(_Strict):
    """One rule: which events, how far, to whom."""

    id: Name
    match: MatchSpec = MatchSpec()
    when: WhenSpec = WhenSpec()
    send: Annotated[list[Name], BeforeValidator(_listed, json_schema_input_type=str | list[str])]
    instant: bool = Field(default=False, description="A message of its own for what one look at one page brought")
    digest: Literal["run", "daily"] | None = Field(default=None, description="One message a run, or one a day (UTC)")
    snooze_until: date | None = Field(default=None, description="Record, send nothing before this day")
    mute: bool = Field(default=False, description="Record, send nothing")


class Defaults(_Strict):
    """What rules take that do not say."""

    digest: Literal["run", "daily"] = "run"


class AlertsFile(_Strict):
    """Alert rules of Fine-tune Prices."""

    version: Literal[1]
    targets: dict[Name, TargetSpec] = Field(default_factory=dict)
    defaults: Defaults = Defaults()
    operators: Annotated[list[Name], BeforeValidator(_listed, json_schema_input_type=str | list[str])] = Field(
        default_factory=list, description="Who hears of sources that fail, and of dead channels"
    )
    rules: list[RuleSpec] = Field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Target:
    """One target with the names of its variables looked up; `lacking` are those that are not set."""

    id: str
    kind: str  # apprise, webhook, mailbox or terminal
    address: str = ""
    secrets: tuple[str, ...] = ()
    allow_private: bool = False
    lacking: tuple[str, ...] = ()
    names: Mapping[str, str] | None = None  # each value by which its variable is named in messages

    def without_secrets(self, text: str) -> str:
        """The text with every value that came from a variable replaced by the variable's name."""
        for value, name in (self.names or {}).items():
            text = text.replace(value, f"${{{name}}}")
        return text


@dataclass(frozen=True, kw_only=True)
class Alerts:
    """The rules of an installation. `is_example`: nobody wrote a file, and the shipped example stands in."""

    path: Path
    is_example: bool
    targets: Mapping[str, Target]
    rules: tuple[Rule, ...]

    def rule(self, rule_id: str) -> Rule:
        """The rule of that name. Raises UsageFault."""
        for rule in self.rules:
            if rule.id == rule_id:
                return rule
        raise UsageFault(f"{self.path} has no rule {rule_id!r}; it has {', '.join(rule.id for rule in self.rules)}")


def schema() -> dict[str, Any]:
    """The grammar of alerts.yaml as a JSON Schema."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema"} | AlertsFile.model_json_schema()


def read_alerts(settings: Settings, environment: Mapping[str, str]) -> Alerts:
    """The rules of this installation; of the shipped example, only what needs no variable or has it.

    Raises UsageFault, naming file and line.
    """
    path, is_example = settings.alerts, settings.has_example_alerts
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageFault(f"{path} cannot be read ({getattr(error, 'strerror', None) or error})") from error
    file = parse(text, str(path))
    targets = {name: _target(name, spec, environment) for name, spec in file.targets.items()}
    if is_example:
        targets = {name: target for name, target in targets.items() if not target.lacking}
    rules = tuple(_rule(spec, file.defaults) for spec in file.rules)
    if file.operators:
        rules += tuple(
            Rule(id=OPERATORS, match=Match(metric=metric), when=When(), send=tuple(file.operators), instant=True)
            for metric in dict.fromkeys(NOTICES.values())
        )
    return Alerts(path=path, is_example=is_example, targets=targets, rules=rules)


def parse(text: str, name: str) -> AlertsFile:
    """The file's content, checked. Raises UsageFault, naming file and line."""
    try:
        tree = yaml.compose(text, Loader=yaml.SafeLoader)
        document = yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise UsageFault(f"{name}, line {line}: {error.problem or 'no YAML'}") from error
    except (yaml.YAMLError, ValueError) as error:
        raise UsageFault(f"{name}: {' '.join(str(error).split())}") from error
    if tree is not None:
        _refuse_twice(tree, name)
    try:
        file = AlertsFile.model_validate(document if document is not None else {})
    except ValidationError as error:
        raise UsageFault("; ".join(_words(one, tree, name) for one in error.errors()[:3])) from error
    _check_names(file, tree, name)
    return file


def _refuse_twice(node: yaml.Node, name: str) -> None:
    """YAML keeps the last of two equal keys in silence."""
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                raise UsageFault(f"{name}, line {key.start_mark.line + 1}: {key.value!r} stands here twice")
            seen.add(key.value)
            _refuse_twice(value, name)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            _refuse_twice(item, name)


def _check_names(file: AlertsFile, tree: yaml.Node | None, name: str) -> None:
    seen: set[str] = {OPERATORS}
    for index, rule in enumerate(file.rules):
        if rule.id in seen:
            line = _line(tree, ("rules", index, "id"))
            raise UsageFault(
                f"{name}, line {line}: the rule {rule.id!r} stands twice, or takes the name of the built-in one"
            )
        seen.add(rule.id)
    sent = [(("rules", index, "send"), target) for index, rule in enumerate(file.rules) for target in rule.send]
    for place, target in [*sent, *((("operators",), target) for target in file.operators)]:
        if target not in file.targets:
            known = ", ".join(file.targets) or "none"
            raise UsageFault(f"{name}, line {_line(tree, place)}: no target is called {target!r}; there are {known}")


def _words(error: ErrorDetails, tree: yaml.Node | None, name: str) -> str:
    place = tuple(error["loc"])
    what = ".".join(str(part) for part in place) or "the file"
    said = error["msg"].removeprefix("Value error, ")
    if error["type"] == "extra_forbidden":
        said = "this word is not known here"
    elif error["type"] == "string_pattern_mismatch" and error["ctx"]["pattern"] == _VARIABLE:
        said = "write ${NAME}, the name of an environment variable: addresses and secrets do not stand in the file"
    return f"{name}, line {_line(tree, place)}: {what}: {said}"


def _line(tree: yaml.Node | None, place: tuple[Any, ...]) -> int:
    """The line of the innermost node that the place names; of a key that is too many, its own."""
    node, line = tree, 1 if tree is None else tree.start_mark.line + 1
    for part in place:
        if isinstance(node, yaml.MappingNode):
            found = [(key, value) for key, value in node.value if key.value == str(part)]
            if not found:
                break
            line, node = found[0][0].start_mark.line + 1, found[0][1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
    return line


def _target(name: str, spec: TargetSpec, environment: Mapping[str, str]) -> Target:
    kind = next(kind for kind in ("apprise", "webhook", "mailbox", "terminal") if getattr(spec, kind))
    written = [] if spec.terminal else [str(getattr(spec, kind))]
    written += [secret for secret in (spec.secret, spec.old_secret) if secret is not None]
    variables = [one[2:-1] for one in written]
    values = [environment.get(variable, "") for variable in variables]
    return Target(
        id=name,
        kind=kind,
        address=values[0] if values else "",
        secrets=tuple(value for value in values[1:] if value),
        allow_private=spec.allow_private,
        lacking=tuple(name for name, value in zip(variables, values, strict=True) if not value),
        names={value: name for name, value in zip(variables, values, strict=True) if value},
    )


def _rule(spec: RuleSpec, defaults: Defaults) -> Rule:
    match, when = spec.match, spec.when
    return Rule(
        id=spec.id,
        match=Match(
            metric=match.metric,
            provider=tuple(match.provider),
            model=tuple(match.model),
            meter=tuple(match.meter),
            variant=match.variant,
            tier=tuple(match.tier),
            scenario=tuple(match.scenario),
        ),
        when=When(
            change_pct=when.change_pct,
            change_abs=when.change_abs,
            crosses_above=when.crosses_above,
            crosses_below=when.crosses_below,
            rearm=when.rearm,
            direction=when.direction,
        ),
        send=tuple(dict.fromkeys(spec.send)),
        instant=spec.instant,
        digest=spec.digest or defaults.digest,
        snooze_until=spec.snooze_until,
        mute=spec.mute,
    )


def schema_text() -> str:
    """The schema as it is published."""
    return json.dumps(schema(), indent=2) + "\n"
