"""What is known of a text in part: what may stand before it decides whether it is run."""

from __future__ import annotations

import pytest

from sparekey.facts.connector_hosts import readable_texts
from sparekey.facts.roles import ANY_AGENT
from sparekey.facts.script_text import UNSEEN, read
from sparekey.model.known_parts import whole_words
from sparekey.model.span import Pointer
from sparekey.model.value import Limits, Unknown, ValueSet

AT = Pointer(file="main.tf", pointer="")
INSTALLS = "Install-ADDSForest -DomainName a.test"


@pytest.mark.parametrize(
    "pieces,certain",
    [
        ((f"{INSTALLS} -Password ", None), True),
        (("net use Z: ", None, f"; {INSTALLS}"), True),
        (("echo", None, f" {INSTALLS}"), False),
        (("echo ", None, f" {INSTALLS}"), False),
        ((None, f" {INSTALLS}"), False),
    ],
)
@pytest.mark.parametrize("told", ["ends", "parts"])
def test_a_command_of_which_the_first_word_is_not_known_runs_nothing_for_certain(
    pieces: tuple[str | None, ...], told: str, *, certain: bool
) -> None:
    limits = Limits(prefix=pieces[0], suffix=pieces[-1])
    parts = whole_words(pieces) if told == "parts" else ()
    unknown = Unknown(reason="what?", at=AT, limits=limits, parts=parts)
    (found,) = readable_texts([ValueSet(members=(unknown,), at=AT)], ANY_AGENT)
    assert UNSEEN in found.value
    assert ("Install-ADDSForest" in read(found.value).sure) is certain
