"""What certainly stands in a text of which a part is not known: whole words only, from what is written and never from a secret."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sparekey.formats.arm import FORMAT as ARM
from sparekey.formats.terraform import FORMAT
from sparekey.model.declaration import Document
from sparekey.model.known_parts import whole_words
from sparekey.model.seams import Reading, SourceFile
from sparekey.model.value import AnyValue, Unknown

VM = "azurerm_windows_virtual_machine"
SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"


@given(
    st.lists(st.none() | st.text("ab -.", max_size=6), max_size=6), st.lists(st.text("ab -", min_size=1, max_size=4), min_size=6)
)
def test_they_stand_there_whatever_the_rest_turns_out_to_be(parts: list[str | None], rest: list[str]) -> None:
    whole = "".join(rest[index] if part is None else part for index, part in enumerate(parts))
    assert all(found in whole for found in whole_words(parts))


@pytest.mark.parametrize(
    "parts, found",
    [
        (["run a.exe ", None, " b.exe"], ("run a.exe ", " b.exe")),
        (["run a.exe", None, "c.exe end"], ("run ", " end")),
        (["run a", ".exe -p ", None], ("run a.exe -p ",)),
        ([None, "word", None], ()),
        ([None], ()),
        ([], ()),
    ],
)
def test_words_that_may_go_on_are_left_out(parts: list[str | None], found: tuple[str, ...]) -> None:
    assert whole_words(parts) == found


def _terraform(folder: Path, written: str) -> AnyValue:
    text = f"""
variable "asked" {{
  type = string
}}

variable "secret" {{
  type      = string
  sensitive = true
  default   = "hunter2 b.exe"
}}

variable "hidden" {{
  type      = string
  sensitive = true
}}

locals {{
  script = "run a.exe ${{var.asked}} b.exe"
}}

resource "{VM}" "m" {{
  custom_data = {written}
}}
"""
    (folder / "main.tf").write_text(text)
    files = [SourceFile(path=folder / "main.tf", name="main.tf")]
    (document,) = FORMAT.read_folders(files, Reading(mapped=frozenset({VM}), scan_root=folder), replaced=frozenset())
    assert isinstance(document, Document)
    return document.declarations[-1].body.get("custom_data")


@pytest.mark.parametrize(
    "written, found",
    [
        ('"run a.exe ${var.asked} b.exe"', ("run a.exe ", " b.exe")),
        ("local.script", ("run a.exe ", " b.exe")),
        ('"run a.exe ${var.hidden} c.exe"', ("run a.exe ", " c.exe")),
        ('base64encode("run a.exe ${var.secret} c.exe")', ("run a.exe ", " c.exe")),
        ('format("run a.exe %s%5d c.exe", var.secret, 3)', ("run a.exe ", " c.exe")),
        ('join(" ", ["run a.exe", var.hidden, "x b.exe x"])', (" b.exe ",)),
        ('jsonencode({Run = "a.exe ${var.hidden}", other = [var.secret]})', ('"run":"a.exe ',)),
        ('var.asked == "" ? "a.exe" : "b.exe"', ()),
        ('"${var.asked == "" ? "a.exe" : "b.exe"} c.exe"', (" c.exe",)),
        ('replace("run a.exe ${var.hidden}", "a", "b")', ()),
        ("var.secret", ()),
        ("var.hidden", ()),
    ],
)
def test_what_source_says_around_a_secret(tmp_path: Path, written: str, found: tuple[str, ...]) -> None:
    value = _terraform(tmp_path, written)
    assert isinstance(value, Unknown)
    assert value.parts == found
    assert "hunter2" not in repr(value) + "".join(value.parts)


@pytest.mark.parametrize(
    "written, found",
    [
        ("[concat('run a.exe ', parameters('p'), ' b.exe')]", ("run a.exe ", " b.exe")),
        ("[concat('{ run a', '.exe } ', concat(parameters('p'), '; c'), '.exe')]", ("{ run a.exe } ", "; c.exe")),
        ("[format('run {{a.exe}} {0,-3} b{1}.exe', parameters('p'), parameters('q'))]", ("run {a.exe} ",)),
        ("[base64(concat('run a.exe ', parameters('p')))]", ("run a.exe ",)),
        ("[toLower(concat('run a.exe ', parameters('p')))]", ()),
        ("[if(equals(parameters('q'), 'x'), 'a.exe', 'b.exe')]", ()),
        ("[concat('run a.exe ', if(equals(parameters('q'), 'x'), 'b.exe ', ''))]", ("run a.exe ",)),
        ("[parameters('p')]", ()),
    ],
)
def test_what_a_template_says_around_a_secret(tmp_path: Path, written: str, found: tuple[str, ...]) -> None:
    machines = "Microsoft.Compute/virtualMachines"
    parameters = {"p": {"type": "secureString", "defaultValue": "hunter2"}, "q": {"type": "string"}}
    machine = {"type": machines, "apiVersion": "1", "name": "m", "properties": {"osProfile": {"customData": written}}}
    path = tmp_path / "main.json"
    path.write_text(
        json.dumps({"$schema": SCHEMA, "contentVersion": "1.0.0.0", "parameters": parameters, "resources": [machine]})
    )
    document = ARM.read(SourceFile(path=path, name="main.json"), Reading(mapped=frozenset({machines})))
    assert isinstance(document, Document)
    value = document.declarations[0].body.get("properties", "osProfile", "customData")
    assert isinstance(value, Unknown)
    assert value.parts == found
    assert "hunter2" not in repr(value) + "".join(value.parts)
