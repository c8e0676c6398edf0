"""The one room of Schemathesis: many requests of all shapes, whose answers are held against the response claims.

Schemathesis generates and sends (its phases of examples, coverage, fuzzing and state); its own checks are off, because
an answer is judged here by claims. Settings: nothing is learnt from the target's errors or kept between runs: both
would hide a drift. No methods are tried that are not documented; the seed decides everything.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from random import Random
from typing import Any, Final

import schemathesis
from hypothesis import HealthCheck, Phase, find
from hypothesis import settings as hypothesis_settings
from hypothesis.errors import HypothesisException
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig
from schemathesis.core import NotSet
from schemathesis.core.errors import SchemathesisError
from schemathesis.engine import StopReason, events, from_schema
from schemathesis.engine.recorder import ScenarioRecorder
from schemathesis.reporting.har import HarWriter
from schemathesis.reporting.vcr import VcrWriter

from contract_tests.answers import Answer, parsed
from contract_tests.calls import Call
from contract_tests.places import NOTHING, put
from contract_tests.session import Session
from contract_tests.states import Base, States
from contract_tests.target import TargetGoneError
from specs import Operation
from specs.pointers import join

EXAMPLES: Final[Mapping[str, tuple[int, int]]] = {"gate": (15, 3), "thorough": (300, 60)}
"""Of each profile: how many requests fuzzing makes of an operation, and how many sequences through the links."""


SIMPLEST: Final = hypothesis_settings(
    database=None, max_examples=20, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
)


def run(session: Session, states: States) -> None:
    """Send many requests, and hold every answer against what is promised of it."""
    operations = [operation for operation in session.api.operations if session.may(operation)]
    bases = {operation.id: base for operation in operations if (base := states.base(operation)) is not None}
    if not operations:
        return
    logging.getLogger("schemathesis").setLevel(logging.CRITICAL)
    config = SchemathesisConfig.from_dict(settings(session))
    document = {**session.api.document, "paths": _paths(session, operations)}
    schema = schemathesis.openapi.from_dict(document, config=config)

    @schema.hook("map_path_parameters")
    def aim_path(context: Any, path_parameters: Any) -> Any:
        return _aimed_path(bases, session, context, path_parameters)

    @schema.hook("map_headers")
    def aim_headers(context: Any, headers: Any) -> Any:
        return _aimed_headers(bases, session, context, headers)

    @schema.hook("map_body")
    def aim_body(context: Any, body: Any) -> Any:
        return _aimed_body(bases, session, context, body)

    count = 0
    with _cassettes(session, config) as record:
        for event in from_schema(schema).execute():
            if isinstance(event, events.ScenarioFinished):
                record(event.recorder)
                count += _judge(session, event.recorder)
            elif isinstance(event, events.EngineFinished) and event.stop_reason is StopReason.SERVER_UNAVAILABLE:
                raise TargetGoneError("The target stopped answering while Schemathesis sent its requests")
            elif isinstance(event, events.Interrupted):
                raise KeyboardInterrupt
            elif isinstance(event, events.FatalError):
                session.note(f"Schemathesis ended early: {event.exception}")
    session.target.requests += count
    session.note(f"Schemathesis sent {count} requests ({session.options.profile}).")


def made_up(session: Session, operation: Operation) -> Call | None:
    """The simplest valid request of an operation for which the documentation shows none, or None."""
    schema = schemathesis.openapi.from_dict(
        dict(session.api.document), config=SchemathesisConfig.from_dict(settings(session))
    )
    try:
        strategy = schema[operation.path][operation.method.upper()].as_strategy(generation_mode=GenerationMode.POSITIVE)
        case = find(strategy, lambda _: True, settings=SIMPLEST, random=Random(session.options.seed))  # noqa: S311
    except (HypothesisException, SchemathesisError, LookupError, ValueError):
        return None
    body = NOTHING if isinstance(case.body, NotSet) else case.body
    secret = {scheme.parameter.lower() for scheme in session.api.security_schemes.values()} | {"authorization"}
    headers = {name: str(value) for name, value in dict(case.headers or {}).items() if name.lower() not in secret}
    query = {name: value for name, value in dict(case.query or {}).items() if name.lower() not in secret}
    values = dict(case.path_parameters or {})
    return Call(operation, values, query, headers, body, case.media_type or "application/json")


def settings(session: Session) -> dict[str, Any]:
    """The settings of Schemathesis, in the words of its configuration file."""
    examples, sequences = EXAMPLES[session.options.profile]
    return {
        "seed": session.options.seed,
        "base-url": session.target.base(session.api.operations[0]),
        "headers": session.target.usual_headers(session.api.operations[0]),
        "request-timeout": session.options.timeout,
        "workers": 1,
        "continue-on-failure": True,
        "cache": {"enabled": False},
        "checks": {"enabled": False},
        "generation": {
            "max-examples": examples,
            "deterministic": True,
            "no-shrink": True,
            "database": "none",
            "allow-x00": False,
            "with-security-parameters": False,
        },
        "phases": {
            "coverage": {"unexpected-methods": []},
            "fuzzing": {"error-feedback": {"enabled": False}, "extra-data-sources": {"responses": False}},
            "stateful": {"generation": {"max-examples": sequences}, "max-steps": 4},
        },
    }


def _paths(session: Session, operations: list[Operation]) -> dict[str, Any]:
    """The paths of the document with the operations that the run may use."""
    wanted = {(operation.path, operation.method.lower()) for operation in operations}
    methods = {"get", "put", "post", "delete", "options", "head", "patch", "trace"}
    return {
        path: {key: value for key, value in item.items() if key not in methods or (path, key) in wanted}
        for path, item in session.api.document.get("paths", {}).items()
        if any((path, method) in wanted for method in methods)
    }


def _base(bases: Mapping[str, Base], session: Session, context: Any) -> Base | None:
    operation = _operation(session, context.operation) if context.operation is not None else None
    return bases.get(operation.id) if operation is not None else None


def _operation(session: Session, generated: Any) -> Operation | None:
    """The operation that Schemathesis speaks of."""
    return next(
        (
            operation
            for operation in session.api.operations
            if operation.path == generated.path and operation.method.lower() == generated.method.lower()
        ),
        None,
    )


def _aimed_path(bases: Mapping[str, Base], session: Session, context: Any, values: Any) -> Any:
    """At a resource that exists: nothing is learnt from refusing strangers over and over."""
    base = _base(bases, session, context)
    return values if base is None or not isinstance(values, dict) else {**values, **base.call.path_values}


def _aimed_headers(bases: Mapping[str, Base], session: Session, context: Any, values: Any) -> Any:
    base = _base(bases, session, context)
    return values if base is None or not hasattr(values, "items") else {**dict(values.items()), **base.call.headers}


def _aimed_body(bases: Mapping[str, Base], session: Session, context: Any, body: Any) -> Any:
    base = _base(bases, session, context)
    key = base.behaviour.key if base is not None and base.behaviour is not None else None
    if base is None or key is None or key.location != "body" or not isinstance(body, dict):
        return body
    return put(body, key.name, base.key)


def _judge(session: Session, recorder: ScenarioRecorder) -> int:
    """Hold the answers of one scenario; gives how many there were."""
    count = 0
    for name, interaction in recorder.interactions.items():
        node = recorder.cases.get(name)
        operation = _operation(session, node.value.operation) if node is not None else None
        if operation is None or interaction.response is None:
            continue
        count += 1
        _hold(session, operation, interaction)
    return count


def _hold(session: Session, operation: Operation, interaction: Any) -> None:
    request, response = interaction.request, interaction.response
    headers = {key.lower(): ", ".join(values) for key, values in response.headers.items()}
    content = response.content or b""
    step = session.target.recorded(
        request.method,
        request.uri,
        {key: ", ".join(values) for key, values in request.headers.items()},
        request.body,
        (response.status_code, headers, content),
        response.elapsed,
    )
    call = Call(operation, body=NOTHING if request.body is None else request.body)
    answer = Answer(call, response.status_code, headers, content, parsed(content, headers), step)
    session.hold(answer, tainted=_shown(session, operation), robust=_sort(request.body))


def _shown(session: Session, operation: Operation) -> list[str]:
    """The places of answers that show what this or an earlier request sent: how much of a strange value must be kept
    is open, so they are not judged here.
    """
    behaviours = session.api.rules.behaviours
    mine = behaviours.get(operation.id)
    if mine is None or mine.output is None:
        return []
    saving = [b for b in behaviours.values() if b.resource == mine.resource]
    fields = {name for b in saving for e in b.effects if e.becomes.kind == "sent" for name in e.fields}
    return [join(mine.output, name) for name in sorted(fields)]


def _sort(body: bytes | None) -> str:
    """The kind of bad input that comes nearest to a generated body."""
    if body is None or not body.strip():
        return "empty-body"
    if len(body) > 5000:
        return "long-strings"
    return "unicode" if any(byte > 127 for byte in body) or b"\\u" in body else "wrong-types"


@contextmanager
def _cassettes(session: Session, config: SchemathesisConfig) -> Iterator[Any]:
    """Everything that is sent and comes back, written by Schemathesis's own reporters where a folder was named."""
    folder = session.options.report_dir
    if folder is None:
        yield lambda _: None
        return
    har, vcr = io.StringIO(), io.StringIO()
    with ExitStack() as stack:
        writers = (stack.enter_context(HarWriter(har, config.output)), VcrWriter(vcr, config.output))
        writers[0].open(config.seed)
        writers[1].open(config.seed, command="contract-tests run")
        stack.callback(writers[1].close)
        yield lambda recorder: [writer.write(recorder) for writer in writers]
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in (("schemathesis.har", har), ("schemathesis.yaml", vcr)):
        (folder / name).write_text(session.target.without_secrets(text.getvalue()), encoding="utf-8")
