"""Many files made one, and what references may not do."""

import re
from pathlib import Path

import pytest

import specs

HEAD = "openapi: 3.1.0\ninfo: {title: T, version: '1'}\n"


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        path = folder / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.with_suffix(".yaml").write_text(text)
    return folder / "a.yaml"


def schema_of(api: specs.Api) -> object:
    return api.resolve(api.operations[0].responses[0].content[0].schema)


def one_schema(schema: str) -> str:
    content = f"{{application/json: {{schema: {schema}}}}}"
    return f"{HEAD}paths: {{/a: {{get: {{responses: {{200: {{content: {content}}}}}}}}}}}\n"


def test_a_schema_of_another_file_is_brought_in(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        a=one_schema("{$ref: 'b.yaml#/Thing'}"),
        b="Thing: {type: object, properties: {next: {$ref: '#/Thing'}, other: {$ref: 'sub/c.yaml'}}}\n",
        sub__c="type: string\n",
    )
    api = specs.load(path)
    thing = schema_of(api)
    assert thing == {
        "type": "object",
        "properties": {"next": {"$ref": "#/components/schemas/Thing"}, "other": {"$ref": "#/components/schemas/c"}},
    }
    assert api.at("/components/schemas/c") == {"type": "string"}


def test_a_reference_may_be_relative_to_the_name_of_the_schema_around_it(tmp_path: Path) -> None:
    schema = "{$id: 'https://schemas.example/line', properties: {from: {$ref: point}, to: {$ref: 'b.yaml#/To'}}}"
    point = "components: {schemas: {Point: {$id: 'https://schemas.example/point', type: array}}}\n"
    path = write(tmp_path, a=one_schema(schema) + point, b="To: {type: string}\n")
    thing = schema_of(specs.load(path))
    assert isinstance(thing, dict)
    assert thing["properties"] == {
        "from": {"$ref": "https://schemas.example/point"},
        "to": {"$ref": "#/components/schemas/To"},
    }


def test_two_schemas_of_one_name_stay_apart(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        a=one_schema("{oneOf: [{$ref: 'b.yaml#/T'}, {$ref: 'c.yaml#/T'}]}"),
        b="T: {type: string}\n",
        c="T: {type: integer}\n",
    )
    schemas = specs.load(path).document["components"]["schemas"]
    assert schemas == {"T": {"type": "string"}, "T_2": {"type": "integer"}}


def test_files_may_refer_to_each_other_in_a_ring(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        a=one_schema("{$ref: 'b.yaml#/B'}"),
        b="B: {properties: {c: {$ref: 'c.yaml#/C'}}}\n",
        c="C: {properties: {b: {$ref: 'b.yaml#/B'}}}\n",
    )
    schemas = specs.load(path).document["components"]["schemas"]
    assert schemas["C"] == {"properties": {"b": {"$ref": "#/components/schemas/B"}}}


def test_a_path_item_of_another_file_is_put_in_place(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        a=f"{HEAD}paths: {{/a: {{$ref: 'b.yaml'}}}}\n",
        b="get: {operationId: x, responses: {200: {$ref: 'a.yaml#/components/responses/R'}}}\n",
    )
    path.write_text(path.read_text() + "components: {responses: {R: {description: here}}}\n")
    assert specs.load(path).by_id["x"].responses[0].description == "here"


def test_references_inside_example_values_are_data(tmp_path: Path) -> None:
    text = (
        f"{HEAD}paths: {{/a: {{get: {{responses: {{200: {{content: {{application/json: "
        "{example: {$ref: 'nowhere.yaml'}, schema: {const: {$ref: '#/nowhere'}, "
        "properties: {$ref: {type: string}}}}}}}}}}\n"
    )
    api = specs.load(write(tmp_path, a=text))
    media = api.operations[0].responses[0].content[0]
    assert media.examples[0].value == {"$ref": "nowhere.yaml"}


def test_what_stands_beside_a_reference_is_kept(tmp_path: Path) -> None:
    path = write(tmp_path, a=one_schema("{$ref: 'b.yaml#/T', minLength: 3}"), b="T: {type: string}\n")
    schema = specs.load(path).operations[0].responses[0].content[0].schema
    assert schema == {"$ref": "#/components/schemas/T", "minLength": 3}


def test_a_reference_that_leads_nowhere_is_told_with_its_line(tmp_path: Path) -> None:
    path = write(
        tmp_path, a=HEAD + "paths:\n  /a:\n    get:\n      parameters:\n        - $ref: '#/components/parameters/P'\n"
    )
    with pytest.raises(specs.BadReference, match=r"a\.yaml:7: the reference .* leads nowhere"):
        specs.load(path)
    path = write(tmp_path, a=one_schema("{$ref: 'b.yaml#/Nope'}"), b="T: {}\n")
    with pytest.raises(specs.BadReference, match="leads nowhere"):
        specs.load(path)
    path = write(tmp_path, a=one_schema("{$ref: 'missing.yaml#/T'}"))
    with pytest.raises(specs.BadReference, match="no such file"):
        specs.load(path)


def test_references_leave_the_folder_only_with_leave(tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    path = write(inner, a=one_schema("{$ref: '../b.yaml#/T'}"))
    write(tmp_path, b="T: {type: string}\n")
    with pytest.raises(specs.UnsafeReference, match="--allow-outside"):
        specs.load(path)
    assert schema_of(specs.load(path, allow_outside=True)) == {"type": "string"}


def test_a_link_in_the_file_system_is_no_way_out(tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    path = write(inner, a=one_schema("{$ref: 'b.yaml#/T'}"))
    (tmp_path / "b.yaml").write_text("T: {type: string}\n")
    (inner / "b.yaml").symlink_to(tmp_path / "b.yaml")
    with pytest.raises(specs.UnsafeReference):
        specs.load(path)


def test_references_reach_the_network_only_with_leave(tmp_path: Path) -> None:
    path = write(tmp_path, a=one_schema("{$ref: 'http://127.0.0.1:9/b.yaml#/T'}"))
    with pytest.raises(specs.UnsafeReference, match="--allow-remote"):
        specs.load(path)


def test_ids_and_anchors_of_schemas_are_left_to_the_validator(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        a=one_schema("{$ref: 'urn:thing'}")
        + "components: {schemas: {T: {$id: 'urn:thing', $anchor: t, properties: {x: {$ref: '#t'}}}}}\n",
    )
    assert specs.load(path).operations[0].responses[0].content[0].schema == {"$ref": "urn:thing"}


def test_the_mapping_of_a_discriminator_is_turned_too(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        a=one_schema("{$ref: 'b.yaml#/Pet'}"),
        b="Pet: {oneOf: [{$ref: '#/Cat'}], discriminator: {propertyName: k, mapping: {cat: '#/Cat'}}}\n"
        "Cat: {type: object}\n",
    )
    pet = specs.load(path).document["components"]["schemas"]["Pet"]
    assert pet["discriminator"]["mapping"] == {"cat": "#/components/schemas/Cat"}


def test_a_pointer_may_lead_through_other_references(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        a=one_schema("{$ref: '#/components/schemas/A/properties/b/properties/c'}")
        + "components: {schemas: {A: {properties: {b: {$ref: 'b.yaml#/B'}}}}}\n",
        b="B: {$ref: '#/C'}\nC: {properties: {c: {type: string}}}\n",
    )
    assert schema_of(specs.load(path)) == {"type": "string"}


def test_references_that_chase_each_other_are_told(tmp_path: Path) -> None:
    path = write(tmp_path, a=one_schema("{$ref: 'b.yaml#/B/x'}"), b="B: {$ref: '#/C'}\nC: {$ref: '#/B'}\n")
    with pytest.raises(specs.BadReference, match="leads to itself"):
        specs.load(path)
    path = write(tmp_path, a=f"{HEAD}paths: {{/a: {{$ref: b.yaml}}}}\n", b="$ref: b.yaml\n")
    with pytest.raises(specs.BadReference, match="leads to itself"):
        specs.load(path)


def test_a_long_chain_of_references_over_files_is_followed(tmp_path: Path) -> None:
    chain = "".join(f"S{n}: {{properties: {{next: {{$ref: '#/S{n + 1}'}}}}}}\n" for n in range(2000))
    path = write(tmp_path, a=one_schema("{$ref: 'b.yaml#/S0'}"), b=chain + "S2000: {type: string}\n")
    assert specs.load(path).at("/components/schemas/S2000") == {"type": "string"}


@pytest.mark.parametrize("name", ["Page[Thing]", "My Thing", "Thing<int>", "Größe", "a|b"])
def test_a_name_may_have_letters_that_a_uri_has_not(tmp_path: Path, name: str) -> None:
    path = write(
        tmp_path,
        a=one_schema(f"{{$ref: '#/components/schemas/{name}'}}")
        + f"components: {{schemas: {{{name!r}: {{type: string}}}}}}\n",
    )
    api = specs.load(path)
    assert schema_of(api) == {"type": "string"}
    reference = api.operations[0].responses[0].content[0].schema["$ref"]
    assert re.fullmatch(r"[A-Za-z0-9#/%]+", reference)


def test_what_stands_where_nobody_looks_is_brought_to_the_components(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        a=one_schema("{$ref: '#/definitions/T'}").replace("3.1.0", "3.0.3")
        + "definitions: {T: {type: string, nullable: true}}\n",
    )
    assert schema_of(specs.load(path)) == {"type": ["string", "null"]}


def test_another_file_may_hold_a_whole_map(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        a=f"{HEAD}paths: {{$ref: 'paths.yaml'}}\ncomponents: {{schemas: {{$ref: 'schemas.yaml'}}}}\n",
        paths="/a: {get: {responses: {200: {content: {a/b: {schema: {$ref: 'a.yaml#/components/schemas/T'}}}}}}}\n",
        schemas="T: {$ref: 'sub/t.yaml'}\nU: {properties: {$ref: 'sub/members.yaml'}}\n",
        sub__t="type: string\n",
        sub__members="one: {type: integer}\n",
    )
    api = specs.load(path)
    assert schema_of(api) == {"type": "string"}
    assert api.resolve(api.at("/components/schemas/U/properties/one")) == {"type": "integer"}
    assert set(api.document["components"]["schemas"]) == {"T", "U", "one"}


def test_a_component_that_another_file_holds_keeps_its_name(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        a=one_schema("{$ref: 'pet.yaml'}") + "components: {schemas: {Cat: {$ref: cat.yaml}}}\n",
        pet="oneOf: [{$ref: cat.yaml}]\n",
        cat="properties: {next: {$ref: cat.yaml}}\n",
    )
    cat = {"$ref": "#/components/schemas/Cat"}
    assert specs.load(path).document["components"]["schemas"] == {
        "Cat": {"properties": {"next": cat}},
        "pet": {"oneOf": [cat]},
    }


def test_an_operation_of_another_file_is_put_in_place(tmp_path: Path) -> None:
    path = write(tmp_path, a=f"{HEAD}paths: {{/a: {{get: {{$ref: b.yaml}}}}}}\n", b="operationId: x\nresponses: {}\n")
    assert "x" in specs.load(path).by_id


def test_an_anchor_of_another_file_is_found(tmp_path: Path) -> None:
    path = write(
        tmp_path, a=one_schema("{$ref: 'b.yaml#t'}"), b="$defs: {T: {$anchor: t, type: string}}\ntype: object\n"
    )
    assert schema_of(specs.load(path)) == {"$anchor": "t", "type": "string"}
    with pytest.raises(specs.BadReference, match="leads nowhere"):
        specs.load(write(tmp_path, a=one_schema("{$ref: '#nowhere'}")))


def test_a_name_with_a_dot_in_a_mapping_is_no_file(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        a=one_schema("{$ref: 'b.yaml#/components/schemas/Pet'}")
        + "components: {schemas: {My.Dog: {$ref: 'b.yaml#/components/schemas/Dog'}}}\n",
        b="""\
components:
  schemas:
    Pet:
      oneOf: [{$ref: '#/components/schemas/My.Cat'}]
      discriminator: {propertyName: k, mapping: {cat: My.Cat, dog: My.Dog, cow: nowhere.yaml}}
    My.Cat: {type: object}
    Dog: {type: object}
""",
    )
    pet = specs.load(path).document["components"]["schemas"]["Pet"]
    mapping = {"cat": "#/components/schemas/My.Cat", "dog": "My.Dog", "cow": "nowhere.yaml"}
    assert pet["discriminator"]["mapping"] == mapping


SWAGGER = "swagger: '2.0'\ninfo: {title: T, version: '1'}\n"


def test_the_parts_of_a_swagger_document_may_stand_in_other_files(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        a=f"{SWAGGER}paths: {{/a: {{$ref: b.yaml}}}}\n",
        b="""\
post:
  parameters: [{$ref: 'c.yaml#/Body'}, {$ref: 'c.yaml#/Limit'}]
  responses: {200: {$ref: 'c.yaml#/Ok'}}
""",
        c="""\
Body: {in: body, name: b, schema: {$ref: '#/Thing'}}
Limit: {in: query, name: limit, type: integer}
Ok: {description: ok, schema: {$ref: '#/Thing'}}
Thing: {type: object, x-nullable: true}
""",
    )
    api = specs.load(path)
    (operation,) = api.operations
    assert operation.body is not None
    thing = {"type": ["object", "null"], "x-nullable": True}
    assert api.resolve(operation.body.content[0].schema) == thing
    assert schema_of(api) == thing
    assert [(p.name, p.schema) for p in operation.parameters] == [("limit", {"type": "integer"})]


def test_a_reference_of_swagger_into_a_response_is_followed(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        a=SWAGGER
        + "paths: {/a: {get: {responses: {200: {description: ok, schema: {$ref: '#/responses/R/schema'}}}}}}\n"
        + "responses: {R: {description: r, schema: {type: string, x-nullable: true}}}\n",
    )
    assert schema_of(specs.load(path)) == {"type": ["string", "null"], "x-nullable": True}


def test_a_tuple_of_swagger_refers_to_definitions(tmp_path: Path) -> None:
    tuple_ = "{type: array, items: [{$ref: '#/definitions/T'}], additionalItems: {$ref: '#/definitions/T'}}"
    path = write(
        tmp_path,
        a=SWAGGER
        + f"paths: {{/a: {{get: {{responses: {{200: {{description: ok, schema: {tuple_}}}}}}}}}}}\n"
        + "definitions: {T: {type: string}}\n",
    )
    turned = {"$ref": "#/components/schemas/T"}
    assert schema_of(specs.load(path)) == {"type": "array", "prefixItems": [turned], "items": turned}


def test_callbacks_may_refer_to_other_files(tmp_path: Path) -> None:
    post = "{post: {requestBody: {content: {a/b: {schema: {$ref: b.yaml}}}}, responses: {}}}"
    path = write(
        tmp_path,
        a=f"{HEAD}paths: {{/a: {{get: {{callbacks: {{done: {{'{{$url}}': {post}}}}}, responses: {{}}}}}}}}\n",
        b="type: string\n",
    )
    document = specs.load(path).document
    callback = document["paths"]["/a"]["get"]["callbacks"]["done"]["{$url}"]["post"]
    assert callback["requestBody"]["content"]["a/b"]["schema"] == {"$ref": "#/components/schemas/b"}
