"""What Terraform 1.11.4 itself answers to some hundreds of calls (`terraform plan`, saved beside this file)."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from tests.formats.terraform.lang.asking import ask, refusal

from sparekey.formats.terraform.lang.library import functions
from sparekey.formats.terraform.lang.shown import type_json, value_json

_LINES = (Path(__file__).parent / "answers.jsonl").read_text(encoding="utf-8").split("\n")
CASES = [json.loads(line, parse_float=Decimal) for line in _LINES if line]

# The names that `terraform metadata functions -json` lists, but for `core::`.
NAMES = """
abs abspath alltrue anytrue base64decode base64encode base64gzip base64sha256 base64sha512 basename bcrypt can ceil
chomp chunklist cidrhost cidrnetmask cidrsubnet cidrsubnets coalesce coalescelist compact concat contains csvdecode
dirname distinct element endswith ephemeralasnull file filebase64 filebase64sha256 filebase64sha512 fileexists filemd5
fileset filesha1 filesha256 filesha512 flatten floor format formatdate formatlist indent index issensitive join
jsondecode jsonencode keys length log lookup lower matchkeys max md5 merge min nonsensitive one parseint pathexpand
plantimestamp pow range regex regexall replace reverse rsadecrypt sensitive setintersection setproduct setsubtract
setunion sha1 sha256 sha512 signum slice sort split startswith strcontains strrev substr sum templatefile templatestring
textdecodebase64 textencodebase64 timeadd timecmp timestamp title tobool tolist tomap tonumber toset tostring transpose
trim trimprefix trimspace trimsuffix try upper urlencode uuid uuidv5 values yamldecode yamlencode zipmap
"""
OF_THE_EVALUATOR = {"try", "can"}
NO_LONGER_THERE = {"list", "map"}


def test_every_function_is_there_and_no_other() -> None:
    own = {name for name in functions() if "::" not in name}
    assert own | OF_THE_EVALUATOR == {*NAMES.split(), *NO_LONGER_THERE}


def test_the_cases_cover_every_function_of_these_families() -> None:
    assert len(CASES) > 300
    assert len({case["expr"].partition("(")[0] for case in CASES if "value" in case}) > 55


def same(one: Any, other: Any) -> bool:
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(item, other[name]) for name, item in one.items())
    return isinstance(one, bool) == isinstance(other, bool) and one == other


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["expr"])
def test_terraform_says_the_same(case: dict[str, Any]) -> None:
    if "error" in case:
        error = refusal(case["expr"])
        assert error is not None
        assert error.summary == case["error"]
        return
    value = ask(case["expr"])
    assert same(value_json(value), case["value"])
    if case["value"] is not None:
        assert type_json(value.type) == case["type"]
