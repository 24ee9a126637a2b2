"""What several files give of one deployment is one document, in which an address names one thing."""

from __future__ import annotations

from sparekey.deployments import deployments
from sparekey.model.declaration import Declaration, Document
from sparekey.model.problem import Problem
from sparekey.model.resource import Head
from sparekey.model.span import Pointer, Span
from sparekey.model.value import Body, Known, Unknown


def _at(file: str, line: int = 1) -> Span:
    return Span(file=file, start_line=line, start_column=1, end_line=line, end_column=1)


def _declared(address: str, file: str) -> Declaration:
    head = Head(deployment="k8s", address=address, at=_at(file))
    return Declaration(format="kubernetes", type="apps/Deployment", head=head, body=Body(value=Known(value={}, at=_at(file))))


def _document(file: str, *addresses: str, deployment: str = "k8s", format_: str = "kubernetes") -> Document:
    return Document(
        format=format_,
        deployment=deployment,
        declarations=tuple(_declared(address, file) for address in addresses),
        problems=(Problem(kind="bad-yaml", blame="input", message=file, at=_at(file)),),
        unmapped={"Service": 1},
        partial=(Unknown(reason=file, at=_at(file)),),
        headers={Pointer(file=file, pointer="/x"): _at(file)},
    )


def test_files_of_one_deployment_are_put_together() -> None:
    (whole,) = deployments([_document("a.yaml", "one", "two"), _document("b.yaml", "three")])
    assert [d.head.address for d in whole.declarations] == ["one", "two", "three"]
    assert [p.message for p in whole.problems] == ["a.yaml", "b.yaml"]
    assert whole.unmapped == {"Service": 2}
    assert [u.reason for u in whole.partial] == ["a.yaml", "b.yaml"]
    assert len(whole.headers) == 2


def test_what_belongs_to_different_deployments_stays_apart() -> None:
    parts = [_document("a", "x"), _document("b", "x", deployment="other"), _document("c", "x", format_="arm")]
    assert deployments(parts) == tuple(parts)


def test_of_two_declarations_of_one_thing_neither_is_certain_and_none_is_lost() -> None:
    (whole,) = deployments([_document("a.yaml", "x", "y"), _document("b.yaml", "x")])
    heads = {d.head.address: d.head for d in whole.declarations}
    assert list(heads) == ["x#1", "y", "x#2"]
    assert heads["y"].presence.answer == "yes"
    for address, file in (("x#1", "a.yaml"), ("x#2", "b.yaml")):
        assert heads[address].presence.answer == "maybe"
        (cause,) = heads[address].presence.because
        assert cause.unknown is not None
        assert (cause.unknown.reason, cause.at.file) == ("which of 2 declarations of x counts?", file)
