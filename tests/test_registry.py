"""The registry finds one implementation per module, in one order, and refuses two of one name."""

from __future__ import annotations

from pathlib import Path

import pytest

from sparekey.registry import RegistryError, discover


def _package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, **modules: str) -> str:
    folder = tmp_path / name
    folder.mkdir()
    (folder / "__init__.py").touch()
    for module, text in modules.items():
        (folder / f"{module}.py").write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    return name


_THING = "class T:\n    name = {name!r}\nTHING = T()\n"


def test_finds_modules_and_packages_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name = _package(
        tmp_path, monkeypatch, "found_pkg", b=_THING.format(name="one"), a=_THING.format(name="two"), part="OTHER = 1\n"
    )
    (tmp_path / name / "c").mkdir()
    (tmp_path / name / "c" / "__init__.py").write_text("THING = 3\n", encoding="utf-8")
    found = discover(name, "THING")
    assert [getattr(each, "name", each) for each in found] == ["two", "one", 3]


def test_two_of_one_name_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name = _package(tmp_path, monkeypatch, "twice_pkg", b=_THING.format(name="same"), a=_THING.format(name="same"))
    with pytest.raises(RegistryError, match="same"):
        discover(name, "THING")


@pytest.mark.parametrize("package, constant", [("formats", "FORMAT"), ("mappings", "MAPPING"), ("reports", "REPORT")])
def test_every_seam_has_implementations(package: str, constant: str) -> None:
    assert len(discover(f"sparekey.{package}", constant)) >= 2
