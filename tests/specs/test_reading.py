"""Files to values: what stays text, and how a broken file is told."""

from pathlib import Path

import pytest

from specs import UnreadableDocument
from specs.reading import read


def value_of(folder: Path, text: str, name: str = "a.yaml") -> object:
    path = folder / name
    path.write_bytes(text.encode())
    return read(path).value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2024-01-16T14:00:00Z", "2024-01-16T14:00:00Z"),
        ("2024-01-16", "2024-01-16"),
        ("012", 12),
        ("0x1f", 31),
        ("0o17", 15),
        ("yes", "yes"),
        ("on", "on"),
        ("true", True),
        ("1.5e3", 1500.0),
        ("1_000", "1_000"),
        ("12:30:45", "12:30:45"),
        ("~", None),
        ("", None),
        ("-3", -3),
    ],
)
def test_scalars_are_read_as_json_has_them(tmp_path: Path, text: str, value: object) -> None:
    assert value_of(tmp_path, f"a: {text}\n") == {"a": value}


def test_keys_are_text(tmp_path: Path) -> None:
    assert value_of(tmp_path, "200: a\ntrue: b\nnull: c\n1.0: d\n") == {
        "200": "a",
        "true": "b",
        "null": "c",
        "1.0": "d",
    }


def test_anchors_and_merges_work(tmp_path: Path) -> None:
    assert value_of(tmp_path, "a: &a {x: 1}\nb: {<<: *a, y: 2}\n") == {"a": {"x": 1}, "b": {"x": 1, "y": 2}}


def test_the_nearer_of_several_merged_objects_wins(tmp_path: Path) -> None:
    text = "a: &a {x: 1, y: 1}\nb: &b {y: 2, z: 2}\nc: {<<: [*a, *b], z: 3}\n"
    value = value_of(tmp_path, text)
    assert isinstance(value, dict)
    assert value["c"] == {"x": 1, "y": 1, "z": 3}


def test_an_anchor_may_be_named_again(tmp_path: Path) -> None:
    assert value_of(tmp_path, "a: &x 1\nb: *x\nc: &x [2]\nd: *x\n") == {"a": 1, "b": 1, "c": [2], "d": [2]}


def test_a_key_may_be_an_alias_of_text(tmp_path: Path) -> None:
    assert value_of(tmp_path, "a: &k b\n*k : 1\n") == {"a": "b", "b": 1}


def test_tags_say_what_a_scalar_is(tmp_path: Path) -> None:
    assert value_of(tmp_path, "a: !!str 1\nb: !!float 2\nc: ! 3\nd: !!int '4'\n") == {
        "a": "1",
        "b": 2.0,
        "c": "3",
        "d": 4,
    }


def test_text_may_be_utf_16(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes('{"a": "ä"}'.encode("utf-16"))
    assert read(tmp_path / "a.json").value == {"a": "ä"}


def test_json_is_read_whatever_the_file_is_called(tmp_path: Path) -> None:
    assert value_of(tmp_path, '{"a": [1, "\\ud83d\\ude00"]}', "a.yaml") == {"a": [1, "😀"]}


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.yaml", "a: 1\nb: [1\n", "a.yaml:3: is not YAML"),
        ("a.yaml", "a: 1\na: 2\n", "a.yaml:2: is not YAML: the key 'a' stands here twice"),
        ("a.yaml", "? [1]\n: 2\n", "a key must be text"),
        ("a.json", '{\n"a": }', "a.json:2: is not JSON"),
        ("a.json", '{"a": 1,\n"a": 2}', "a.json:2: the key 'a' stands twice"),
        ("a.json", "[" * 200_000, "nested too deeply"),
        ("a.yaml", "[" * 5000 + "]" * 5000, "nested too deeply"),
        ("a.yaml", "a: !!python/object/apply:os.system [ls]\n", "is not YAML"),
        ("a.yaml", "a: &a [*a]\n", "unfold to more"),
        ("a.yaml", "a: 1\n---\nb: 2\n", "a.yaml:2: is not YAML: a second document"),
        ("a.yaml", "a: !Sub x\n", "a.yaml:1: is not YAML: the tag !Sub is not known"),
        ("a.yaml", "a: *b\n", "a.yaml:1: is not YAML: there is no anchor 'b' above"),
        ("a.yaml", "a: &b x\nc: {<<: *b}\n", "a.yaml:2: is not YAML: only objects can be merged"),
        ("a.yaml", "? &a [x]\n: 1\n", "a key must be text"),
    ],
)
def test_a_broken_file_is_told_with_its_place(tmp_path: Path, name: str, text: str, message: str) -> None:
    with pytest.raises(UnreadableDocument) as refused:
        value_of(tmp_path, text, name)
    assert message in str(refused.value)


def test_aliases_that_unfold_without_end_are_refused(tmp_path: Path) -> None:
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    bomb += "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 10))
    with pytest.raises(UnreadableDocument, match="unfold"):
        value_of(tmp_path, bomb)


def test_a_file_that_is_not_there_or_not_text_is_told(tmp_path: Path) -> None:
    with pytest.raises(UnreadableDocument, match="no such file"):
        read(tmp_path / "nope.yaml")
    with pytest.raises(UnreadableDocument, match="is a folder"):
        read(tmp_path)
    (tmp_path / "b.yaml").write_bytes(b"a: 1\nb: \xff\n")
    with pytest.raises(UnreadableDocument, match=r"b\.yaml:2: is not UTF-8"):
        read(tmp_path / "b.yaml")


def test_a_place_has_its_line(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("a:\n  b:\n    - 1\n    - c: 2\n")
    file = read(tmp_path / "a.yaml")
    assert [file.line(p) for p in ("", "/a", "/a/b", "/a/b/1", "/a/b/1/c", "/a/nope")] == [1, 1, 2, 4, 4, 1]
