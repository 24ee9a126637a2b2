"""Places: a span that is looked up later is the span that is looked up."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sparekey.model.finding import Evidence, SoughtEvidence
from sparekey.model.span import Pointer, SoughtSpan, Span

lines = st.integers(1, 4)


@st.composite
def spans(draw: st.DrawFn) -> Span:
    """Any span of two files."""
    start, end = sorted([(draw(lines), draw(lines)), (draw(lines), draw(lines))])
    file = draw(st.sampled_from(["a", "b"]))
    return Span(file=file, start_line=start[0], start_column=start[1], end_line=end[0], end_column=end[1])


def sought(span: Span) -> SoughtSpan:
    """The same span, looked up later."""
    return SoughtSpan(span.file, "/a", {"/a": span}.__getitem__)


@given(spans(), spans())
def test_spans_are_equal_as_what_they_say_is(one: Span, other: Span) -> None:
    same = repr(one) == repr(other)
    for left in (one, sought(one)):
        for right in (other, sought(other)):
            assert (left == right) is same
            assert not same or hash(left) == hash(right)
            assert left != Pointer(file="a", pointer="")


@given(spans())
def test_what_is_looked_up_is_kept_and_can_be_sent(span: Span) -> None:
    asked: list[str] = []

    def seek(key: str) -> Span:
        asked.append(key)
        return span

    late = SoughtSpan(span.file, "/x", seek)
    assert (late.file, asked) == (span.file, [])
    assert (late.start_line, late.end_column, late == span) == (span.start_line, span.end_column, True)
    assert asked == ["/x"]
    with pytest.raises(AttributeError):
        late.nowhere  # noqa: B018 - what no span has
    assert pickle.loads(pickle.dumps(sought(span))) == span


def test_evidence_that_is_looked_up_is_what_was_found() -> None:
    one = Evidence(at=Pointer(file="a", pointer=""), label="x", role="primary")
    asked: list[int] = []

    def seek() -> tuple[Evidence, ...]:
        asked.append(1)
        return (one,)

    late = SoughtEvidence(seek)
    assert asked == []
    assert (late[0], list(late), len(late), late == (one,), (one,) == late) == (one, [one], 1, True, True)
    assert hash(late) == hash((one,))
    assert late != ()
    assert asked == [1]
    assert pickle.loads(pickle.dumps(late)) == (one,)
