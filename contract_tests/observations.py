"""Holds an answer against every claim about the response that it is: status, media type, headers, and body."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import jsonschema_rs

from contract_tests.answers import Answer, brief, steps
from contract_tests.places import NOTHING, child, find, matches
from contract_tests.results import Failure
from contract_tests.verdicts import Ledger
from specs import Api, Claim
from specs.pointers import split


class Observer:
    """Knows the response claims of an API. `hold` is called once for every answer that is a documented one."""

    def __init__(self, api: Api, ledger: Ledger) -> None:
        self._ledger, self._validators = ledger, Validators(api.document)
        self._cause: Claim | None = None
        self._misplaced = False
        self._claims: dict[tuple[str, str], list[Claim]] = {}
        self._etags: dict[tuple[str, str], dict[str, Answer]] = {}
        self._by_body: dict[tuple[str, bytes], Answer] = {}
        for claim in api.claims:
            if claim.part == "response" and claim.strength.rank > 0:
                self._claims.setdefault((claim.operation, claim.status), []).append(claim)

    def hold(self, answer: Answer, status: str, tainted: Sequence[str] = (), *, misplaced: bool = False) -> None:
        """Hold `answer` against the response `status` (`200`, `default`) of its operation. `tainted` are places that
        are not judged: what stands there was asked for by a request that should have been refused. `misplaced`: it is
        another kind of answer, with the status of this one, so that all that is wrong with it is one fault.
        """
        self._misplaced = misplaced
        self._cause = None
        claims = self._claims.get((answer.call.operation.id, status), ())
        for claim in sorted(claims, key=lambda claim: _order(claim, answer)):
            if claim.kind == "status":
                self._status(claim, answer)
            elif claim.kind == "media-type":
                self._media_type(claim, answer)
            elif claim.kind == "header":
                self._header(claim, answer)
            elif answer.json is not NOTHING:
                if not any(_within(claim.at, place) for place in tainted):
                    self._schema(claim, answer)
            elif claim.at == "":
                self._tell(
                    claim, answer, f"JSON ({claim.text})", brief(answer.body.decode("utf-8", "replace")) or "no body"
                )

    def _tell(self, claim: Claim, answer: Answer, expected: str, got: str, where: str = "", *before: Answer) -> None:
        place = f"{claim.operation}:{where}" if claim.location == "body" else f"{claim.operation}#{claim.name.lower()}"
        self._ledger.breaks(
            claim, Failure(expected, got, where or claim.name, steps([*before, answer])), [place], self._cause
        )
        if self._cause is None and (answer.json is NOTHING or self._misplaced) and self._ledger.judges(claim):
            self._cause = claim

    def _status(self, claim: Claim, answer: Answer) -> None:
        if str(answer.status) == claim.expected or (claim.expected.upper() == "2XX" and answer.is_success):
            self._ledger.keep(claim)
        else:
            self._tell(claim, answer, f"status {claim.expected}", f"status {answer.status}")

    def _media_type(self, claim: Claim, answer: Answer) -> None:
        sent = answer.headers.get("content-type", "")
        if claim.keyword == "charset":
            charset = sent.lower().partition("charset=")[2].split(";")[0].strip(' "')
            kept = charset == str(claim.expected).lower()
        else:
            kept = answer.media_type == claim.expected
        if kept:
            self._ledger.keep(claim)
        else:
            self._tell(claim, answer, claim.text, f"Content-Type: {sent}" if sent else "no Content-Type")

    def _header(self, claim: Claim, answer: Answer) -> None:
        value = answer.headers.get(claim.name.lower())
        if claim.keyword == "required":
            if value is None:
                self._tell(claim, answer, claim.text, f"no header {claim.name}")
            else:
                self._ledger.keep(claim)
        elif value is not None:
            self._header_value(claim, answer, value)
        if claim.name.lower() == "content-length" and claim.keyword == "pattern" and value is not None:
            self._length(claim, answer, value)

    def _header_value(self, claim: Claim, answer: Answer, value: str) -> None:
        if claim.keyword == "consistent":
            self._consistent(claim, answer, value)
            return
        if claim.keyword == "made":
            kept, expected = value == digest(claim.expected, answer.body), digest(claim.expected, answer.body)
        elif claim.keyword == "const":
            kept, expected = _words(value) == _words(str(claim.expected)), str(claim.expected)
        else:
            kept, expected = self._valid(claim, value), claim.text
        if kept:
            self._ledger.keep(claim)
        else:
            self._tell(claim, answer, f"{claim.name}: {expected}", f"{claim.name}: {value}")

    def _length(self, claim: Claim, answer: Answer, value: str) -> None:
        if value.isdigit() and int(value) != len(answer.body):
            self._tell(claim, answer, f"Content-Length: {len(answer.body)}, the body's", f"Content-Length: {value}")

    def _consistent(self, claim: Claim, answer: Answer, value: str) -> None:
        """Equal bodies have equal values, different bodies different ones."""
        seen = self._etags.setdefault((claim.operation, claim.name), {})
        before, twin = seen.get(value), self._by_body.get((claim.id, answer.body))
        if before is not None and before.body != answer.body:
            self._tell(
                claim, answer, f"another {claim.name} for another body", f"{claim.name}: {value} again", "", before
            )
        elif twin is not None and twin.headers.get(claim.name.lower()) != value:
            got = f"{claim.name}: {twin.headers.get(claim.name.lower())}, then {value}"
            self._tell(claim, answer, f"the same {claim.name} for the same body", got, "", twin)
        elif seen and before is None:
            self._ledger.keep(claim)
        seen.setdefault(value, answer)
        self._by_body.setdefault((claim.id, answer.body), answer)

    def _schema(self, claim: Claim, answer: Answer) -> None:
        if claim.keyword == "required":
            self._required(claim, answer)
            return
        for where, value in matches(answer.json, claim.at):
            if self._valid(claim, value):
                self._ledger.keep(claim)
            elif not self._admits_null(claim, value):
                self._tell(claim, answer, claim.text, brief(value), where)

    def _admits_null(self, claim: Claim, value: Any) -> bool:
        """Null where the type admits it is never blamed by another keyword."""
        if value is not None or claim.keyword == "type":
            return False
        types = [
            c.expected for c in self._claims[claim.operation, claim.status] if c.at == claim.at and c.keyword == "type"
        ]
        return any("null" in kinds for kinds in types)

    def _required(self, claim: Claim, answer: Answer) -> None:
        parent, _, token = claim.at.rpartition("/")
        name = split("/" + token)[0]
        for where, holder in matches(answer.json, parent):
            if not isinstance(holder, dict):
                continue
            if child(holder, name) is NOTHING:
                got = f"no such member, only {', '.join(sorted(holder)) or 'an empty object'}"
                self._tell(claim, answer, claim.text, got, f"{where}/{token}")
            else:
                self._ledger.keep(claim)

    def _valid(self, claim: Claim, value: Any) -> bool:
        return self._validators.valid(claim, value)


def digest(made: Mapping[str, Any], body: bytes) -> str:
    """The header that `made` says is made of a body: `W/"<digits>"`."""
    digits = hashlib.new(made["algorithm"], body).hexdigest()[: made.get("digits")]
    return f'{"W/" if made.get("weak") else ""}"{digits}"'


def _order(claim: Claim, answer: Answer) -> int:
    """What explains the rest comes first: the status, and of an answer that is no JSON, that it is none."""
    return 0 if claim.kind == "status" else int(claim.kind != "response-schema" or answer.json is not NOTHING) + 1


def _words(value: str) -> list[str]:
    """The members of a header's list; white space around commas says nothing."""
    return [word.strip() for word in value.split(",")]


def _within(at: str, place: str) -> bool:
    """Whether the place of a claim (with `*`) is `place`, or below it."""
    tokens, outer = split(at), split(place)
    return len(tokens) >= len(outer) and all(a in (b, "*") or b == "*" for a, b in zip(tokens, outer, strict=False))


class Validators:
    """The validators of single keywords, compiled once for each place of a document."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document
        self._compiled: dict[tuple[str, str], jsonschema_rs.Draft202012Validator] = {}

    def valid(self, claim: Claim, value: Any) -> bool:
        """Whether `value` keeps the one keyword of a schema that the claim is about."""
        key = (claim.pointer, claim.keyword)
        if key not in self._compiled:
            schema = self._schema(claim.pointer.rpartition("/")[0], claim.keyword, claim.expected)
            self._compiled[key] = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
        return self._compiled[key].is_valid(value)

    def _schema(self, holder: str, keyword: str, value: Any) -> dict[str, Any]:
        """A document of its own: the keyword, those that it reads, and whatever its references lead to."""
        schema: dict[str, Any] = {
            name: self._document[name] for name in ("components", "paths") if name in self._document
        }
        beside = find(self._document, holder)
        if keyword == "if":
            schema |= {name: beside[name] for name in ("then", "else") if name in beside}
        if keyword == "additionalProperties":
            schema |= {name: beside[name] for name in ("properties", "patternProperties") if name in beside}
        return {**schema, keyword: value}
