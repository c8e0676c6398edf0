"""The bodies of an event's messages: of the form that the document gives, filled from what happened.

Where a document shows no payload, the form is that of Standard Webhooks: `type`, `timestamp`, `data`. Where it does,
its members are told by their names and types: which says the event, the time, the resource; members that a resource has
are that resource's. What is required beyond that is made up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from mock_server.answers import compact
from mock_server.schemas import compile_schema, resolve
from mock_server.simulation.clock import written

if TYPE_CHECKING:
    from jsonschema_rs import Validator

    from mock_server.served import Served
    from specs import MediaType, Operation

Json = Any
_EVENT = {"event", "type", "eventtype", "eventname", "topic", "name"}
_TIME = {"timestamp", "time", "date", "created", "createdat", "occurredat", "sentat", "eventtime"}
_DATA = {"data", "payload", "object", "resource", "body"}
_MESSAGE = {"eventid", "messageid", "webhookid", "deliveryid"}
_JSON = "application/json"
_UNKNOWN = object()


@dataclass(frozen=True, slots=True)
class Happened:
    """What a body speaks of: the resource as it was shown (None for made up data), its kind and id, the time of the
    world, and the id of the message.
    """

    resource: Mapping[str, Json] | None
    kind: str
    identity: Json
    now: datetime
    message: str


class Payloads:
    """Makes the bodies of one event of an API."""

    def __init__(self, event: str, served: Served, callback: Operation | None = None) -> None:
        """`callback` is what the document has of the event where it is none of its webhooks."""
        self.event, self._served, self._document = event, served, served.api.document
        self._is_callback = callback is not None
        operation = callback or next((hook.operation for hook in served.api.webhooks if hook.name == event), None)
        self._media = _json_media(operation)
        self.method = operation.method if operation is not None else "POST"
        self.media_type = self._media.name if self._media is not None and "*" not in self._media.name else _JSON
        times = {rule.times[name] for rule in served.api.rules.resources.values() for name in rule.times}
        self._notation = times.pop() if len(times) == 1 else "milliseconds"

    def text(self, happened: Happened) -> str:
        """One body as it is sent. Raises Refusal `unservable` where none fits the document."""
        return compact(self.body(happened)).decode()

    def body(self, happened: Happened) -> Json:
        """One body. Raises Refusal `unservable` where none fits the document."""
        filled = self._filled(happened)
        if not self._is_callback:
            usual = {"type": self.event, "timestamp": self._written(happened), "data": happened.resource or {}}
            if self._media is None or self._media.schema is None or (not filled and self._fits(usual)):
                return usual
            if self._fits(filled):
                return filled
        base = self._base
        if isinstance(base, Mapping):
            whole = {**base, **filled}
            if self._fits(whole):
                return whole
            known = {name: value for name, value in filled.items() if self._fits({**base, name: value})}
            if self._fits({**base, **known}):
                return {**base, **known}
        return base

    def _filled(self, happened: Happened) -> dict[str, Json]:
        """The members that what happened says something of."""
        properties = _properties(self._media.schema if self._media else None, self._document)
        has_data = any(_plain(name) in _DATA | {_plain(happened.kind)} for name in properties)
        filled: dict[str, Json] = {}
        for name, schema in properties.items():
            value = self._member(name, resolve(schema, self._document), happened, has_data=has_data)
            if value is not _UNKNOWN:
                filled[name] = value
        return filled

    def _member(self, name: str, schema: Json, happened: Happened, *, has_data: bool) -> Json:  # noqa: PLR0911
        schema = schema if isinstance(schema, Mapping) else {}
        plain, resource = _plain(name), happened.resource or {}
        if "const" in schema:
            return schema["const"]
        if not has_data and name in resource:
            return resource[name]
        if plain in _EVENT and _allows(schema, "string"):
            return self.event
        if plain in _TIME or schema.get("format") == "date-time":
            return self._written(happened) if _allows(schema, "string") else int(happened.now.timestamp())
        if plain in _MESSAGE or (plain == "id" and has_data):
            return happened.message
        if plain in _DATA | {_plain(happened.kind)} and _allows(schema, "object"):
            return _UNKNOWN if happened.resource is None else self._data(name, schema, happened)
        if plain == f"{_plain(happened.kind)}id" and happened.identity is not None:
            return happened.identity
        return resource.get(name, _UNKNOWN)

    def _data(self, name: str, schema: Mapping[str, Json], happened: Happened) -> Json:
        """What stands for the resource: itself, or what the document has in its place, with its values."""
        properties = _properties(schema, self._document)
        if not properties:
            return happened.resource
        named = {member for member in properties if _plain(member) == f"{_plain(happened.kind)}id"}
        resource = {**(happened.resource or {}), **dict.fromkeys(named, happened.identity)}
        if compile_schema(schema, self._document).is_valid(resource):
            return resource
        shown = {member: value for member, value in resource.items() if member in properties}
        made = self._base.get(name) if isinstance(self._base, Mapping) else None
        return {**made, **shown} if isinstance(made, Mapping) else shown

    def _written(self, happened: Happened) -> str:
        return written(happened.now, self._notation)

    @cached_property
    def _base(self) -> Json:
        """A body that is valid: the first example that is, else one that was made up."""
        media = self._media
        if media is None:
            return {}
        for example in media.examples:
            if self._fits(example.value):
                return example.value
        if media.schema is None:
            return {}
        return self._served.generated(media.schema, f"webhook {self.event}", writing=True)

    def _fits(self, value: Json) -> bool:
        return self._validator is None or self._validator.is_valid(value)

    @cached_property
    def _validator(self) -> Validator | None:
        return (
            compile_schema(self._media.schema, self._document)
            if self._media and self._media.schema is not None
            else None
        )


def _json_media(operation: Operation | None) -> MediaType | None:
    body = operation.body if operation is not None else None
    return next((media for media in body.content if media.is_json), None) if body is not None else None


def _plain(name: str) -> str:
    return name.replace("_", "").replace("-", "").lower()


def _allows(schema: Mapping[str, Json], kind: str) -> bool:
    given = schema.get("type")
    return given is None or given == kind or (isinstance(given, list) and kind in given)


def _properties(schema: Json, document: Mapping[str, Json]) -> dict[str, Json]:
    """The members of an object that a schema speaks of, those of `allOf` included."""
    schema = resolve(schema, document)
    if not isinstance(schema, Mapping):
        return {}
    properties: dict[str, Json] = {}
    for part in schema.get("allOf", ()):
        properties.update(_properties(part, document))
    properties.update(schema.get("properties") or {})
    return properties
