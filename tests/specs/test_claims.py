"""The claims that are derived: which, from where, how strong."""

from collections import Counter
from pathlib import Path

import pytest

import specs
from specs import Strength

CLAIMS = {name: {claim.id: claim for claim in specs.load(name).claims} for name in specs.names()}


@pytest.mark.parametrize("name", specs.names())
def test_every_claim_has_its_own_id_a_text_and_a_place_in_the_documentation(name: str) -> None:
    claims = specs.load(name).claims
    assert max(Counter(claim.id for claim in claims).values()) == 1
    for claim in claims:
        assert claim.text
        assert claim.source.page.endswith(".txt")
        assert claim.source.section


@pytest.mark.parametrize(
    ("api", "claim", "strength", "line"),
    [
        ("jobhive", "updateInterview/request/body/duration_minutes:maximum", "documented", 25),
        ("jobhive", "updateInterview/request/body/difficulty:enum", "documented", 28),
        ("jobhive", "updateInterview/request/body/skills/*:type", "inferred", 20),
        ("jobhive", "updateInterview/response/200:status", "inferred", 107),
        ("jobhive", "updateInterview/response/409/body/success:const", "assumed", 133),
        ("jobhive", "updateInterview/response/404/body/error/code:required", "documented", 135),
        ("jobhive", "updateInterview/rule/update-rules/company_name:in_progress", "documented", 57),
        ("jobhive", "updateInterview/rule/update-rules/instructions:in_progress", "assumed", 56),
        ("jobhive", "updateInterview/problem/not_found:status", "inferred", 135),
        ("jobhive", "webhook/interview.rescheduled:not-otherwise", "documented", 144),
        ("driver_interviews", "createInterview/request/body/interview/kind:required", "documented", 14),
        ("driver_interviews", "createInterview/request/body/interview/kind:type", "assumed", 14),
        ("driver_interviews", "createInterview/request/body/interview/location:optional", "documented", 19),
        ("driver_interviews", "createInterview/response/200:charset", "documented", 63),
        ("driver_interviews", "createInterview/response/200/header/X-Frame-Options:const", "documented", 58),
        ("driver_interviews", "createInterview/response/200/header/ETag:made", "inferred", 65),
        ("driver_interviews", "amendInterview/response/200/body/interview/location:required", "assumed", 101),
        ("driver_interviews", "amendInterview/rule/amended/status:constant", "documented", 95),
        (
            "kombo",
            "PatchAtsApplicationsApplicationIdInterviews/request/header/X-Integration-Id:required",
            "documented",
            71,
        ),
        (
            "kombo",
            "PatchAtsApplicationsApplicationIdInterviews/response/default/body/error/code:enum",
            "documented",
            170,
        ),
    ],
)
def test_a_claim_has_the_strength_and_the_line_of_its_page(api: str, claim: str, strength: str, line: int) -> None:
    found = CLAIMS[api][claim]
    assert (found.strength, found.source.line) == (strength, line)


def test_the_update_matrix_makes_a_claim_for_each_of_its_24_cells() -> None:
    cells = [claim for claim in CLAIMS["jobhive"].values() if claim.kind == "permit"]
    assert Counter(cell.expected for cell in cells) == {"permitted": 9, "refused": 14, "limited": 1}


def test_all_24_error_codes_and_null_are_claimed() -> None:
    claim = CLAIMS["kombo"]["PatchAtsApplicationsApplicationIdInterviews/response/default/body/error/code:enum"]
    assert len(claim.expected) == 25
    assert None in claim.expected


def test_a_document_without_sources_is_its_own_documentation(tmp_path: Path) -> None:
    path = tmp_path / "pets.yaml"
    path.write_text(
        """\
openapi: 3.1.0
info: {title: Pets, version: '1'}
paths:
  /pets:
    post:
      operationId: addPet
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}}
      responses: {'201': {description: made}}
components:
  schemas:
    Pet:
      type: object
      required: [name]
      properties: {name: {type: string, maxLength: 9}, tree: {$ref: '#/components/schemas/Pet'}}
"""
    )
    claims = {claim.id: claim for claim in specs.load(path).claims}
    claim = claims["addPet/request/body/name:maxLength"]
    assert (claim.strength, str(claim.source)) == (
        Strength.DOCUMENTED,
        "pets.yaml (#/components/schemas/Pet/properties/name)",
    )
    assert "addPet/request/body/tree:optional" in claims
