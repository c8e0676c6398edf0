"""What is wrong with a spec, its rules and its fixtures, each with file and line."""

from __future__ import annotations

import json
import urllib.parse
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from specs import pointers, structure
from specs.errors import SpecError
from specs.files import REMOTE, read_from
from specs.loading import HERE, carried, fixtures_of, load, names
from specs.model import Api, Fixture, MediaType, Operation
from specs.provenance import EXTENSION, Source, Strength
from specs.reading import SourceFile, read
from specs.rulebook import validator
from specs.validation import Validators

MAX_CROSS_CHECKED = 1024 * 1024
"""Characters up to which a document is read by the other libraries as well; they take minutes for the largest ones."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong (`error`) or unwise (`warning`)."""

    file: Path | str
    line: int | None
    message: str
    pointer: str = ""
    level: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        line = f":{self.line}" if self.line else ""
        place = f" (at {self.pointer})" if self.pointer else ""
        return f"{self.file}{line}: {self.level}: {self.message}{place}"


@dataclass(frozen=True)
class Linted:
    """An API under inspection: its values, its spec and rules as files, and the folder of the doc pages, if given."""

    api: Api
    spec: SourceFile
    rules: SourceFile | None
    pages: Path | None
    files: dict[Path, SourceFile] = field(default_factory=dict)

    @property
    def ours(self) -> bool:
        """Whether the spec names the sources of its facts, or has rules, which makes it owe them."""
        return EXTENSION in self.spec.value or self.rules is not None

    def in_spec(self, message: str, pointer: str, level: Literal["error", "warning"] = "error") -> Finding:
        """A finding in the spec's own file."""
        return Finding(self.spec.shown, self.spec.line(pointer), message, pointer, level)

    def in_rules(self, message: str, pointer: str) -> Finding:
        """A finding in the rules."""
        assert self.rules is not None  # noqa: S101 (only called for rules that were read)
        return Finding(self.rules.path, self.rules.line(pointer), message, pointer)

    def in_fixture(self, fixture: Fixture, message: str, pointer: str) -> Finding:
        """A finding in a fixture."""
        file = self.files.setdefault(fixture.file, read(fixture.file))
        return Finding(file.path, file.line(pointer), message, pointer)


def lint(
    name: str | Path, *, pages: Path | None = None, allow_outside: bool = False, allow_remote: bool = False
) -> list[Finding]:
    """Everything that is wrong with a bundled API, a file, or (with leave) what is at a URL.

    What cannot be read at all is one finding.

    With `pages`, the folder of the documentation pages, the pages named have to be there and to have the lines named.
    """
    path = HERE / name / "openapi.yaml" if str(name) in names() else Path(name)
    path = path / "openapi.yaml" if path.is_dir() else path
    is_remote = str(name).startswith(REMOTE)
    try:
        api = load(name, allow_outside=allow_outside, allow_remote=allow_remote)
        spec = read_from(str(name)) if is_remote else read(path)
        rules_file = path.parent / "rules.yaml"
        rules = read(rules_file) if rules_file.exists() and not is_remote else None
    except SpecError as error:
        message = f"{error.message}. {error.hint}" if error.hint else error.message
        return [Finding(error.file or str(name), error.line, message, error.pointer or "")]
    linted = Linted(api, spec, rules, pages)
    return [finding for check in CHECKS for finding in check(linted)]


def _warnings(linted: Linted) -> Iterator[Finding]:
    for warning in linted.api.warnings:
        yield Finding(linted.spec.shown, None, warning, level="warning")


def _sources(linted: Linted) -> Iterator[Finding]:
    """Facts without a source, and sources that are none."""
    for pointer, node, _ in structure.walk(linted.spec.value, structure.root(linted.spec.value)):
        if isinstance(node, Mapping) and EXTENSION in node:
            for error in validator("source").iter_errors(node[EXTENSION]):
                yield linted.in_spec(f"x-source: {error.message}", pointers.join(pointer, EXTENSION))
    if not linted.ours:
        return
    seen: set[tuple[str, int | None]] = set()
    for claim in linted.api.claims:
        reason = _unsourced(claim.source, linted.pages)
        place = linted.spec.line(claim.pointer) if claim.pointer else None
        if reason and (reason, place) not in seen:
            seen.add((reason, place))
            yield linted.in_spec(f"a fact without source: {claim.text}: {reason}", claim.pointer)


def _unsourced(source: Source, pages: Path | None) -> str:
    if not source.page:
        return "no page is named; say x-source: {page: ..., section: ...} here or further up"
    if not source.section and source.strength is not Strength.ASSUMED:
        return "no section of the page is named"
    if pages is not None:
        page = pages / source.page
        if not page.is_file():
            return f"the page {source.page} is not in {pages}"
        if source.line and source.line > len(page.read_text("utf-8").splitlines()):
            return f"the page {source.page} has no line {source.line}"
    return ""


def _examples(linted: Linted) -> Iterator[Finding]:
    """Examples that contradict their schema."""
    validators = Validators(linted.api.document)
    for operation in linted.api.operations:
        contents = [*(operation.body.content if operation.body else ())]
        for response in operation.responses:
            contents.extend(response.content)
        for media in contents:
            yield from _examples_of(linted, validators, media)


def _examples_of(linted: Linted, validators: Validators, media: MediaType) -> Iterator[Finding]:
    if media.schema is None or not media.is_json:
        return
    for example in media.examples:
        if example.fixture is not None:
            continue  # held against its schema as a fixture
        for wrong in validators.mismatches(example.value, f"{media.pointer}/schema"):
            message = f"the example {example.name!r} contradicts its schema: {wrong.message}"
            yield linted.in_spec(message, f"{example.pointer}/value{wrong.at}", "error" if linted.ours else "warning")


def _fixtures(linted: Linted) -> Iterator[Finding]:
    """Fixtures nobody refers to, of operations that are not there, or that contradict their schema."""
    referred = {
        example.fixture
        for operation in linted.api.operations
        for media in _media(operation)
        for example in media.examples
        if example.fixture
    }
    validators = Validators(linted.api.document)
    for fixture in linted.api.fixtures:
        operation = linted.api.by_id.get(fixture.operation)
        if operation is None:
            yield linted.in_fixture(fixture, f"there is no operation {fixture.operation!r}", "/operation")
            continue
        if fixture.name not in referred:
            yield linted.in_fixture(fixture, "no example of the spec refers to this fixture", "/response")
        yield from _fixture_bodies(linted, fixture, operation, validators)


def _media(operation: Operation) -> Iterator[MediaType]:
    yield from operation.body.content if operation.body else ()
    for response in operation.responses:
        yield from response.content


def _fixture_bodies(
    linted: Linted, fixture: Fixture, operation: Operation, validators: Validators
) -> Iterator[Finding]:
    if fixture.request and fixture.request.has_body and operation.body and operation.body.content:
        schema = f"{operation.body.content[0].pointer}/schema"
        for wrong in validators.mismatches(fixture.request.body, schema):
            message = f"the request contradicts its schema: {wrong.message}"
            yield linted.in_fixture(fixture, message, f"/request/body/value{wrong.at}")
    if fixture.response.status:
        response = operation.response_for(fixture.response.status)
        fitting = [response] if response else []
    else:
        fitting = list(operation.responses)
    if not fitting:
        message = f"the status {fixture.response.status} is no response of {operation.id}"
        yield linted.in_fixture(fixture, message, "/response/status")
    wrongs = [
        [
            wrong
            for media in response.content[:1]
            for wrong in validators.mismatches(fixture.response.body, f"{media.pointer}/schema")
        ]
        for response in fitting
    ]
    for wrong in min(wrongs, key=len, default=[]):
        message = f"the response contradicts its schema: {wrong.message}"
        yield linted.in_fixture(fixture, message, f"/response/body/value{wrong.at}")


def _behaviours(linted: Linted) -> Iterator[Finding]:
    """Rules about operations, resources, parameters and statuses that are not there."""
    api, rules = linted.api, linted.api.rules
    for name, behaviour in rules.behaviours.items():
        where = pointers.join("/operations", name)
        operation = api.by_id.get(name)
        if operation is None:
            yield linted.in_rules(f"there is no operation {name!r} in the spec", where)
            continue
        key = behaviour.key
        names_in_path = {parameter.name for parameter in operation.parameters if parameter.location == "path"}
        if key and key.location == "path" and key.name not in names_in_path:
            yield linted.in_rules(f"there is no path parameter {key.name!r}", f"{where}/key")
        for kind, problem in rules.problems.kinds.items():
            if kind in ("unauthenticated", "malformed", "invalid") and operation.response_for(problem.status) is None:
                message = f"{kind} is answered with {problem.status}, which is no response of {name}"
                yield linted.in_rules(message, pointers.join("/problems/kinds", kind, "status"))


def _events_and_state(linted: Linted) -> Iterator[Finding]:
    """Events the spec does not know, and resources in the seed state that no rule is about."""
    api, rules = linted.api, linted.api.rules
    for event in rules.webhooks:
        where = pointers.join("/webhooks", event.event)
        if event.event not in {webhook.name for webhook in api.webhooks}:
            yield linted.in_rules(f"the spec has no webhook {event.event!r}", where)
        if event.after not in api.by_id:
            yield linted.in_rules(f"there is no operation {event.after!r} in the spec", f"{where}/after")
    for kind in api.seed.resources:
        if kind not in rules.resources:
            state = (fixtures_of(linted.spec.path.resolve()) or linted.spec.path.parent) / "state.yaml"
            yield Finding(state, None, f"the state holds {kind!r}, of which there is no rule")


def _cross_check(linted: Linted) -> Iterator[Finding]:
    """What openapi-spec-validator and prance say of a file."""
    if linted.spec.url:
        return
    if len(linted.spec.text) > MAX_CROSS_CHECKED:
        yield Finding(linted.spec.path, None, "too large to be checked with other libraries as well", level="warning")
        return
    yield from _spec_validator(linted)
    if str(linted.spec.value.get("openapi", "")).startswith("3."):
        yield from _prance(linted)


def _spec_validator(linted: Linted) -> Iterator[Finding]:
    import openapi_spec_validator as validators

    kinds: dict[str, Any] = {
        "2.0": validators.OpenAPIV2SpecValidator,
        "3.0": validators.OpenAPIV30SpecValidator,
        "3.1": validators.OpenAPIV31SpecValidator,
        "3.2": getattr(validators, "OpenAPIV32SpecValidator", None),
    }
    value = linted.spec.value
    kind = kinds.get(str(value.get("openapi", value.get("swagger")))[:3])
    if kind is None:
        return
    base = "file://" + urllib.parse.quote(str(linted.spec.path.resolve()))
    try:
        for error in kind(value, base_uri=base).iter_errors():
            pointer = pointers.join("", *error.absolute_path)
            yield linted.in_spec(f"openapi-spec-validator: {error.message.splitlines()[0][:300]}", pointer)
    except Exception as error:
        yield linted.in_spec(f"openapi-spec-validator gave up: {_first_line(error)}", "")


def _prance(linted: Linted) -> Iterator[Finding]:
    import prance
    from prance.util.resolver import RESOLVE_FILES, RESOLVE_INTERNAL  # and nothing of the network

    settings = {"backend": "openapi-spec-validator", "resolve_types": RESOLVE_FILES | RESOLVE_INTERNAL}
    try:
        if carried(linted.spec.path):  # its fixtures are not where its references say: prance gets what they lead to
            text = json.dumps(linted.api.document)
            prance.ResolvingParser(spec_string=text, **settings)
        else:
            prance.ResolvingParser(str(linted.spec.path.resolve()), **settings)
    except prance.ValidationError:  # openapi-spec-validator has said it
        return
    except Exception as error:
        if any(own in str(error) for own in _OF_PRANCE):
            return
        level: Literal["error", "warning"] = "error" if linted.ours else "warning"
        yield linted.in_spec(f"prance cannot read it: {_first_line(error)}", "", level)


_OF_PRANCE = ("Recursion reached limit", "Dict key must be str")
"""What only prance minds: schemas within themselves, and statuses without quotes."""


def _first_line(error: Exception) -> str:
    said = error.args[0] if error.args and isinstance(error.args[0], str) else str(error)
    return (said.strip().splitlines() or [type(error).__name__])[0][:300]


CHECKS: tuple[Callable[[Linted], Iterator[Finding]], ...] = (
    _warnings,
    _sources,
    _examples,
    _fixtures,
    _behaviours,
    _events_and_state,
    _cross_check,
)
