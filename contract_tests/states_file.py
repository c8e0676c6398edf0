"""The states file: what stands at the target for the states that checks need (`an interview in status completed`)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from contract_tests.user_files import WrongFile, read
from specs import Api, Behaviour, Resource, pointers

SCHEMA = {
    "type": "object",
    "additionalProperties": {
        "type": "object",
        "minProperties": 1,
        "additionalProperties": {"type": ["string", "number", "boolean", "null"]},
    },
}

_WORDS = re.compile(r"[A-Za-z][\w .-]*[\w]")
_HINT = "`contract-tests states {api}` prints a file to begin with."


@dataclass(frozen=True, slots=True)
class Wanted:
    """A state that checks may need: its name, and the values that say what is in it, with documented ones.

    `identity` is the one value that has to be given.
    """

    name: str
    identity: str
    values: Mapping[str, Any]


def wanted(api: Api) -> tuple[Wanted, ...]:
    """The states of an API: that a resource exists, and each state its rules speak of."""
    return tuple(state for resource in api.rules.resources.values() for state in _states(api, resource))


def load(path: Path, api: Api) -> Mapping[str, Mapping[str, Any]]:
    """The states a YAML file gives, by name; case and punctuation of a name are of no weight. Raises WrongFile."""
    hint = _HINT.format(api=api.name)
    file = read(path, SCHEMA, hint=hint, empty={})
    known = {_plain(state.name): state for state in wanted(api)}
    states: dict[str, Mapping[str, Any]] = {}
    for name, values in file.value.items():
        place = pointers.join("", name)
        state = known.get(_plain(name))
        if state is None:
            names = [state.name for state in known.values()]
            close = get_close_matches(name, names, n=1)
            guess = f"did you mean {close[0]!r}?" if close else f"there are: {', '.join(map(repr, names)) or 'none'}"
            message = f"{name!r} is no state of {api.name}; {guess}"
            raise WrongFile(message, file=path, line=file.line(place), hint=hint)
        if values.get(state.identity) is None:
            message = f"{name!r} does not say its {state.identity}"
            raise WrongFile(message, file=path, line=file.line(place), hint=hint)
        states[state.name] = values
    return states


def template(api: Api) -> str:
    """A states file for an API, as text: every state, with the values of the documented examples."""
    states = wanted(api)
    head = [
        f"# What stands at the target for the states that the checks of {api.name} need.",
        "# The values are examples: put in their place what your target has, and delete what it does not have.",
        "# Claims that need a state which is not given are reported as not tested, by name.",
    ]
    if not states:
        return "\n".join([*head, f"# {api.name} has no rules, and needs no states.", "{}", ""])
    blocks = [
        "\n".join([f"{_scalar(s.name)}:", *(f"  {_scalar(k)}: {_scalar(v)}" for k, v in s.values.items())])
        for s in states
    ]
    return "\n".join([*head, "", "\n\n".join(blocks), ""])


def _states(api: Api, resource: Resource) -> Iterator[Wanted]:
    seeds = api.seed.resources.get(resource.name, ())
    others = _other_parameters(api, resource)
    yield Wanted(resource.phrase, resource.identity, {resource.identity: _identity(seeds, resource), **others})
    for state in resource.states:
        of_state = [seed for seed in seeds if seed.get(resource.state_field or "") == state.value]
        yield Wanted(state.name, resource.identity, {resource.identity: _identity(of_state, resource), **others})


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.casefold())


def _scalar(value: Any) -> str:
    """A value as YAML: JSON is, and simple words need no quotes."""
    simple = isinstance(value, str) and _WORDS.fullmatch(value) and value.lower() not in ("true", "false", "null")
    return value if simple else json.dumps(value, ensure_ascii=False)


def _identity(seeds: Any, resource: Resource) -> Any:
    return next((seed[resource.identity] for seed in seeds), f"the {resource.identity} of {resource.phrase}")


def _other_parameters(api: Api, resource: Resource) -> Mapping[str, Any]:
    """Path parameters that lead to the resource, beside its identity: those of the operations on it."""
    others: dict[str, Any] = {}
    for operation in api.operations:
        behaviour: Behaviour | None = api.rules.behaviours.get(operation.id)
        if behaviour is None or behaviour.resource != resource.name or behaviour.action == "create":
            continue
        key = behaviour.key.name if behaviour.key and behaviour.key.location == "path" else None
        for parameter in operation.parameters:
            if parameter.location == "path" and parameter.name != key:
                example = next((example.value for example in parameter.examples), f"the {parameter.name}")
                others.setdefault(parameter.name, example)
    return others
