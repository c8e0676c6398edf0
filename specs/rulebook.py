"""Reads `rules.yaml`, the fixtures and the seed state of an API; each is held against its schema first."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal

import jsonschema_rs

from specs.errors import InvalidRules
from specs.model import ExchangeRequest, ExchangeResponse, Fixture, Seed
from specs.provenance import Source
from specs.reading import SourceFile, read
from specs.rules import (
    Answered,
    Behaviour,
    Cell,
    Condition,
    Effect,
    Key,
    MadeHeader,
    Permits,
    Problem,
    Problems,
    Resource,
    Rules,
    State,
    Value,
    WebhookRule,
)

SCHEMAS = Path(__file__).parent / "schemas"


@cache
def validator(name: str) -> jsonschema_rs.Draft202012Validator:
    """The validator of a schema of the kit: `source`, `rules`, `fixture` or `state`."""
    shared = json.loads((SCHEMAS / "source.schema.json").read_text("utf-8"))
    registry = jsonschema_rs.Registry([("urn:understudy:source", shared)])
    schema = json.loads((SCHEMAS / f"{name}.schema.json").read_text("utf-8"))
    return jsonschema_rs.Draft202012Validator(schema, registry=registry)


def check(file: SourceFile, name: str) -> None:
    """Raises InvalidRules for the first place of `file` that breaks the schema `name`."""
    for error in validator(name).iter_errors(file.value):
        pointer = "".join(f"/{token}" for token in error.instance_path)
        raise InvalidRules(error.message, file=file.path, line=file.line(pointer), pointer=pointer)


def read_rules(path: Path, source: Source) -> Rules:
    """The rules of a file. Raises UnreadableDocument or InvalidRules."""
    file = read(path)
    if file.value is None:
        return Rules()
    check(file, "rules")
    _check_resources(file)
    value, source = file.value, source.within(file.value.get("source"))
    return Rules(
        resources={name: _resource(name, entry, source) for name, entry in (value.get("resources") or {}).items()},
        behaviours={name: _behaviour(name, entry, source) for name, entry in (value.get("operations") or {}).items()},
        headers={
            name: MadeHeader(name, entry["made"], source.within(entry.get("source")))
            for name, entry in (value.get("headers") or {}).items()
        },
        problems=_problems(value.get("problems") or {}, source),
        webhooks=tuple(
            WebhookRule(name, entry["after"], _condition(entry["when"]), source.within(entry.get("source")))
            for name, entry in (value.get("webhooks") or {}).items()
        ),
    )


def _check_resources(file: SourceFile) -> None:
    """Raises InvalidRules where a rule speaks of a resource that no rule describes."""
    resources = file.value.get("resources") or {}
    named = [
        (f"/operations/{name}/resource", entry["resource"])
        for name, entry in (file.value.get("operations") or {}).items()
    ]
    for name, resource in resources.items():
        for member, embed in (resource.get("embeds") or {}).items():
            named.append((f"/resources/{name}/embeds/{member}/resource", embed["resource"]))
    for pointer, name in named:
        if name not in resources:
            known = ", ".join(resources) or "none"
            raise InvalidRules(
                f"there is no resource {name!r}",
                file=file.path,
                line=file.line(pointer),
                pointer=pointer,
                hint=f"The file describes: {known}.",
            )


def _resource(name: str, entry: Mapping[str, Any], source: Source) -> Resource:
    source = source.within(entry.get("source"))
    times = entry.get("times") or {}
    states = entry.get("states") or {}
    article = "an" if name[:1] in "aeiou" else "a"
    return Resource(
        name=name,
        identity=entry["identity"],
        new_id={key: value for key, value in (entry.get("new_id") or {}).items() if key != "strength"} or None,
        order=tuple(entry.get("order") or ()),
        times=dict.fromkeys(times.get("fields") or (), times.get("notation", "seconds")),
        embeds={member: (embed["resource"], embed["by"]) for member, embed in (entry.get("embeds") or {}).items()},
        state_field=states.get("field"),
        states=tuple(
            State(f"{article} {name} in {states['field']} {value}", value, source.within((about or {}).get("source")))
            for value, about in (states.get("values") or {}).items()
        ),
        source=source,
    )


def _behaviour(name: str, entry: Mapping[str, Any], source: Source) -> Behaviour:
    source = source.within(entry.get("source"))
    return Behaviour(
        operation=name,
        action=entry["action"],
        resource=entry["resource"],
        key=next((Key(where, at) for where, at in (entry.get("key") or {}).items()), None),
        input=entry.get("input") or "",
        output=entry.get("output"),
        effects=tuple(
            Effect(
                effect["id"],
                tuple(effect["fields"]),
                _value(effect["becomes"]),
                _condition(effect.get("when", "always")),
                source.within(effect.get("source")),
            )
            for effect in entry.get("effects") or ()
        ),
        answer=tuple(
            Answered(
                answer["id"],
                answer["at"],
                _value(answer["is"]),
                _condition(answer.get("when", "always")),
                source.within(answer.get("source")),
            )
            for answer in entry.get("answer") or ()
        ),
        permits=_permits(entry["permits"], source) if entry.get("permits") else None,
        source=source,
    )


def _permits(entry: Mapping[str, Any], source: Source) -> Permits:
    source = source.within(entry.get("source"))

    def cells() -> Iterator[Cell]:
        for field, states in entry["fields"].items():
            here = source.within({"line": states["line"]}) if "line" in states else source
            for state, verdict in states.items():
                if state != "line":
                    yield Cell(field, state, verdict, here)

    return Permits(entry["id"], entry["by"], tuple(cells()))


def _value(entry: Any) -> Value:
    if isinstance(entry, str):
        return Value(entry)  # type: ignore[arg-type]  # the schema lists them
    if "constant" in entry:
        return Value("constant", constant=entry["constant"])
    kind, name = next(iter(entry.items()))
    return Value(kind, name)


def _condition(entry: Any) -> Condition:
    if entry == "always":
        return Condition()
    kinds: tuple[Literal["changed", "sent", "not_sent", "answered"], ...] = ("changed", "sent", "not_sent", "answered")
    kind = next(key for key in kinds if key in entry)
    fields = entry[kind] if isinstance(entry[kind], list) else [entry[kind]]
    return Condition(kind, tuple(fields), entry.get("equals"))


def _problems(entry: Mapping[str, Any], source: Source) -> Problems:
    source = source.within(entry.get("source"))
    refused = entry.get("refused_when") or {}
    kinds = {}
    for kind, problem in (entry.get("kinds") or {}).items():
        members = {key: value for key, value in problem.items() if key not in ("status", "source")}
        kinds[kind] = Problem(kind, problem["status"], members, source.within(problem.get("source")))
    return Problems(entry.get("envelope"), kinds, refused.get("at"), refused.get("equals"), source)


def read_fixtures(folder: Path, source: Source) -> tuple[Fixture, ...]:
    """The exchanges of a folder, by file name; `state.yaml` is none. Raises UnreadableDocument or InvalidRules."""
    files = sorted(path for path in folder.glob("*.yaml") if path.name != "state.yaml")
    return tuple(_fixture(read(path), source) for path in files)


def _fixture(file: SourceFile, source: Source) -> Fixture:
    check(file, "fixture")
    value = file.value
    request, response = value.get("request"), value["response"]
    return Fixture(
        name=file.path.stem,
        operation=value["operation"],
        title=value["title"],
        request=None
        if request is None
        else ExchangeRequest(
            request["method"],
            request["path"],
            request.get("headers") or {},
            (request.get("body") or {}).get("value"),
            "body" in request,
        ),
        response=ExchangeResponse(
            response.get("status"),
            response.get("headers") or {},
            (response.get("body") or {}).get("value"),
            "body" in response,
        ),
        source=source.within(value["source"]),
        file=file.path,
        assumed=tuple(entry["pointer"] for entry in value.get("assumed") or ()),
    )


def read_seed(path: Path) -> Seed:
    """The seed state of a file. Raises UnreadableDocument or InvalidRules."""
    file = read(path)
    check(file, "state")
    return Seed(
        {kind: tuple(entries) for kind, entries in file.value["resources"].items()},
        dict(file.value.get("next_id") or {}),
    )
