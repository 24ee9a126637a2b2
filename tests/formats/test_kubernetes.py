"""Kubernetes manifests: a bad document costs itself only, every place is exact, and nothing that is there is passed over in silence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from sparekey.config import Config
from sparekey.formats.kubernetes import FORMAT, KUSTOMIZATION, MOST_PROBLEMS
from sparekey.model.declaration import Document
from sparekey.model.seams import Reading, SourceFile
from sparekey.model.span import Span
from sparekey.model.value import Known, Unknown
from sparekey.run import check

DEPLOYMENT = "apps/Deployment"
MAPPED = frozenset(
    {DEPLOYMENT, "autoscaling/HorizontalPodAutoscaler", KUSTOMIZATION, "azuread_user", "Microsoft.KeyVault/vaults"}
)


def _file(tmp_path: Path, data: str | bytes, name: str = "dex.yaml", *, named: bool = False) -> SourceFile:
    path = tmp_path / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return SourceFile(path=path, name=f"k8s/{name}", named=named)


def read(tmp_path: Path, data: str | bytes, name: str = "dex.yaml", *, named: bool = False) -> Document:
    file = _file(tmp_path, data, name, named=named)
    assert FORMAT.claims(file, file.head()), "not claimed"
    document = FORMAT.read(file, Reading(mapped=MAPPED))
    assert isinstance(document, Document)
    return document


def deployment(name: str = "dex", **spec: object) -> str:
    held = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name, "namespace": "auth"}, "spec": spec}
    return yaml.safe_dump(held, sort_keys=False)


def addresses(document: Document) -> list[str]:
    return [declaration.head.address for declaration in document.declarations]


SERVICE = "apiVersion: v1\nkind: Service\nmetadata:\n  name: dex\n"


def test_one_document_for_each_file_of_a_folder(tmp_path: Path) -> None:
    document = read(tmp_path, f"# rendered\n---\n{deployment('a')}---\n{SERVICE}---\n\n---\n{deployment('b')}...\n# the end\n")
    assert document.deployment == "k8s"
    assert addresses(document) == ["Deployment/auth/a", "Deployment/auth/b"]
    assert dict(document.unmapped) == {"Service": 1}
    assert (document.problems, document.partial) == ((), ())


# Anything may stand before a document, and its places stay exact.
@given(st.lists(st.sampled_from([SERVICE, deployment("x"), "# text\n", "%YAML 1.2\n", "\n", "a: é\r\nb: 1\n"]), max_size=6))
def test_every_place_is_exact(tmp_path_factory: pytest.TempPathFactory, before: list[str]) -> None:
    text = "---\n".join([*before, deployment("last", replicas=2)])
    document = read(tmp_path_factory.mktemp("k"), text)
    last = document.declarations[-1]
    lines = text.split("\n")

    def shown(at: object) -> str:
        assert isinstance(at, Span)
        return lines[at.start_line - 1][at.start_column - 1 : at.end_column]

    assert shown(last.head.at) == "kind: Deployment"
    assert shown(last.body.get("spec", "replicas").at) == "replicas: 2"
    assert shown(last.body.get("metadata", "name").at) == "name: last"


BAD: dict[str, tuple[str, str | bytes]] = {
    "billion laughs": (
        "too-large",
        "apiVersion: apps/v1\nkind: Deployment\na0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        + "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]\n" for i in range(1, 12)),
    ),
    "tag": ("yaml-tag", "apiVersion: apps/v1\nkind: Deployment\nmetadata: !!python/object/apply:os.system [id]\n"),
    "tab": ("bad-yaml", "apiVersion: apps/v1\nkind: Deployment\n\tmetadata: {}\n"),
    "nul": ("bad-character", "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a\0b}\n"),
    "second kind": ("duplicate-key", "apiVersion: apps/v1\nkind: Service\nkind: Deployment\n"),
    "deep": ("too-deep", "apiVersion: apps/v1\nkind: Deployment\nspec: " + "[" * 5000),
    "deep in blocks": ("too-deep", "apiVersion: apps/v1\nkind: Deployment\nspec:\n  " + "- " * 5000 + "x\n"),
    "open bracket": ("bad-yaml", "apiVersion: apps/v1\nkind: Deployment\nspec: [1, 2\n"),
    "not utf-8": ("not-utf-8", b"apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: \xff}\n"),
    "alias without anchor": ("bad-yaml", "apiVersion: apps/v1\nkind: Deployment\nspec: *nobody\n"),
    "too large": ("too-large", "apiVersion: apps/v1\nkind: Deployment\nspec:\n" + "  a: b\n" * 600_000),
}


@pytest.mark.parametrize("what", BAD)
def test_a_bad_document_costs_itself_only(tmp_path: Path, what: str) -> None:
    kind, bad = BAD[what]
    raw = bad if isinstance(bad, bytes) else bad.encode()
    document = read(
        tmp_path, b"---\n".join([deployment("first").encode(), raw.rstrip(b"\n") + b"\n", deployment("last").encode()])
    )
    assert addresses(document) == ["Deployment/auth/first", "Deployment/auth/last"]
    (problem,) = document.problems
    assert (problem.kind, problem.incomplete, problem.blame) == (kind, True, "input")
    assert isinstance(problem.at, Span)
    assert 7 <= problem.at.start_line <= 8 + raw.count(b"\n")
    # What it holds may matter: said as a gap, and counted as something that is there.
    (gap,) = document.partial
    assert gap.limits is not None
    assert gap.limits.one_of == ("Deployment",)
    assert dict(document.unmapped) == {"Deployment": 1}


def test_a_tab_is_named(tmp_path: Path) -> None:
    (problem,) = read(tmp_path, BAD["tab"][1]).problems
    assert "tab" in problem.message
    assert isinstance(problem.at, Span)
    assert problem.at.start_line == 3


def test_a_bad_document_that_can_hold_nothing_of_interest_does_not_fail_the_run(tmp_path: Path) -> None:
    document = read(tmp_path, f"{deployment()}---\napiVersion: v1\nkind: [Service\n")
    assert [(p.kind, p.incomplete) for p in document.problems] == [("bad-yaml", False)]
    assert document.partial == ()


def test_very_many_bad_documents_are_told_in_one_sentence(tmp_path: Path) -> None:
    document = read(tmp_path, deployment() + "---\nkind: Deployment\na: [\n" * 1000)
    assert len(document.problems) == MOST_PROBLEMS + 1
    assert "900 more" in document.problems[-1].message


def test_uninteresting_documents_are_not_parsed(tmp_path: Path) -> None:
    """So one of them that is no YAML at all does no harm, and ten thousand cost next to nothing."""
    assert dict(read(tmp_path, "apiVersion: v1\nkind: Secret\ndata: [\n").unmapped) == {"Secret": 1}


@pytest.mark.parametrize(
    "text",
    [
        '{"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "dex", "namespace": "auth"}}',
        "apiVersion: apps/v1\nkind: >-\n  Deployment\nmetadata: {name: dex, namespace: auth}\n",
        "apiVersion: apps/v1\n'kind': \"Deployment\" # this\nmetadata: {name: dex, namespace: auth}\n",
        "apiVersion: apps/v1\r\nkind: Deployment\r\nmetadata: {name: dex, namespace: auth}\r\n",
        "apiVersion: extensions/v1beta1\nkind: Deployment\nmetadata: {name: dex, namespace: auth}\n",
        "apiVersion: v1\nkind: List\nitems:\n- apiVersion: apps/v1\n  kind: Deployment\n  metadata: {name: dex, namespace: auth}\n",
        "apiVersion: apps/v1\nkind: DeploymentList\nitems:\n- metadata: {name: dex, namespace: auth}\n",
        "x: &a 1\ny: &a 2\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: dex, namespace: auth}\nz: *a\n",
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: dex, namespace: auth}\nnote: |\n  \ta tab in a text\n  ---\n",
    ],
)
def test_every_way_to_write_a_kind(tmp_path: Path, text: str) -> None:
    document = read(tmp_path, text)
    assert addresses(document) == ["Deployment/auth/dex"]
    assert document.declarations[0].type == DEPLOYMENT
    assert document.problems == ()


def test_a_long_comment_costs_no_time(tmp_path: Path) -> None:
    """Each line could be read in two ways; a reader that tried all of them would never end."""
    document = read(tmp_path, f"{SERVICE}---\n" + "# licence\r\n" * 5000 + "x: 1\r\n")
    assert (document.declarations, document.problems) == ((), ())


def test_utf_16_and_a_byte_order_mark_are_read(tmp_path: Path) -> None:
    for data in (deployment().encode("utf-16"), b"\xef\xbb\xbf" + deployment().encode()):
        assert addresses(read(tmp_path, data)) == ["Deployment/auth/dex"]


CHART = "{{- if .Values.on }}\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {{ .Values.name }}\n{{- end }}\n"


def test_a_chart_template_is_said_to_need_rendering_and_fails_nothing(tmp_path: Path) -> None:
    document = read(tmp_path, f"{CHART}---\n{CHART}")
    assert [(p.kind, p.incomplete) for p in document.problems] == [("chart-template", False)]
    assert "render" in document.problems[0].message
    assert [gap.how for gap in document.partial] == ["render the chart first (helm template) and check the result"]
    assert read(tmp_path, CHART, named=True).problems[0].incomplete


def test_a_text_that_a_template_fills_in_is_unknown(tmp_path: Path) -> None:
    body = read(tmp_path, deployment(replicas="{{ n }}", note=["{{ x }}", "y"])).declarations[0].body
    assert isinstance(body.number("spec", "replicas"), Unknown)
    note = body.texts("spec", "note").members
    assert [isinstance(member, Known) for member in note] == [False, True]


def test_a_kustomization_needs_no_kind(tmp_path: Path) -> None:
    document = read(tmp_path, "resources: [dex.yaml]\n", "kustomization.yaml")
    assert [d.type for d in document.declarations] == [KUSTOMIZATION]


@pytest.mark.parametrize(
    "name, text",
    [
        ("compose.yaml", "services:\n  dex:\n    image: dex\n"),
        ("values.yaml", "kind: Deployment\nreplicas: 1\n"),
        ("nested.yaml", "controller:\n  apiVersion: apps/v1\n  kind: Deployment\n"),
        ("workflow.yml", "on: push\njobs: {}\n"),
        ("openapi.yaml", "openapi: 3.0.0\ninfo: {}\n"),
        ("empty.yaml", ""),
        ("template.json", '{"apiVersion": "v1", "kind": "List"}'),
    ],
)
def test_other_files_are_not_claimed(tmp_path: Path, name: str, text: str) -> None:
    file = _file(tmp_path, text, name)
    assert not FORMAT.claims(file, file.head())


def test_a_named_file_is_claimed_whatever_its_ending_unless_it_is_json(tmp_path: Path) -> None:
    named = _file(tmp_path, deployment(), "manifest.txt", named=True)
    assert FORMAT.claims(named, named.head())
    plan = _file(tmp_path, '{"planned_values": {\n"apiVersion": "apps/v1",\n"kind": "Deployment"}}', "plan.json", named=True)
    assert not FORMAT.claims(plan, plan.head())


_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=8)
    | st.sampled_from(["Deployment", "apps/v1", "List", "{{ x }}"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["apiVersion", "kind", "metadata", "name", "spec", "items", "replicas"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)


@given(st.lists(_JSON, max_size=3), st.text(max_size=40), st.integers(0, 80))
def test_whatever_stands_there_ends_in_a_document(
    tmp_path_factory: pytest.TempPathFactory, objects: list[object], noise: str, cut: int
) -> None:
    text = "---\n".join([*(json.dumps(each) for each in objects), noise, deployment()])
    whole = f"{text[: len(text) - cut]}\n---\n{deployment('kept')}"
    file = _file(tmp_path_factory.mktemp("k"), whole.encode(errors="replace"))
    document = FORMAT.read(file, Reading(mapped=MAPPED))
    assert isinstance(document, Document)
    assert "Deployment/auth/kept" in addresses(document)


@pytest.mark.parametrize(
    "beside, code, named",
    [
        (SERVICE, 0, False),
        (CHART, 0, False),
        (CHART, 3, True),
        ("apiVersion: v1\nkind: Service\nkind: Deployment\n", 3, False),
        ("apiVersion: v1\nkind: [ServiceAccount\n", 0, False),
        ("apiVersion: v1\nkind: [ServiceAccount\n", 3, True),
        ("apiVersion: v1\nkind: [Service\n", 3, False),
        (b"apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: \xff}\n", 3, False),
    ],
)
def test_the_run_says_whether_everything_was_read(tmp_path: Path, beside: str | bytes, code: int, *, named: bool) -> None:
    """And whatever stands beside it, what can be read is judged."""
    image = "quay.io/oauth2-proxy/oauth2-proxy:7"
    good = deployment("gate", replicas=2, template={"spec": {"containers": [{"name": "gate", "image": image}]}})
    other = tmp_path / "beside" / "other.yaml"
    other.parent.mkdir()
    other.write_bytes(beside if isinstance(beside, bytes) else beside.encode())
    (tmp_path / "good.yaml").write_text(good)
    run = check([tmp_path, other] if named else [tmp_path], Config())
    verdicts = {(o.rule, f.subject): f.verdict for o in run.outcomes for f in o.findings}
    assert verdicts["identity-provider-single-replica", "Deployment/auth/gate"] == "pass"
    assert run.exit_code == code
