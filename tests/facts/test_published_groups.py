"""Connector groups that are declared as objects of the directory: they join what is counted, and add nothing to it."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.azure_estates import INSTALL, Hidden, Written, entry, machine, tags, value

from sparekey.config import Config
from sparekey.estates import MappedDocument, apply_mappings, join
from sparekey.facts import connectors, published_groups
from sparekey.mappings import azurerm_compute, msgraph
from sparekey.model.declaration import Declaration, Document
from sparekey.model.kinds.derived import Unclassified
from sparekey.model.kinds.hybrid import Connector, ConnectorGroup
from sparekey.model.resource import Head
from sparekey.model.seams import ProviderMapping
from sparekey.model.span import Pointer
from sparekey.model.value import Body, Unknown

URL = "onPremisesPublishingProfiles/applicationProxy/connectorGroups"
LEAK = Unknown(reason="what is in other.json?", at=Pointer(file="other.json", pointer=""))


def published(name: object, address: str = "msgraph_resource.g") -> Written:
    """A declared connector group."""
    kind, label = address.split(".")
    return Written(kind, label, {"url": URL, "body": {"name": name, "region": "eur"}, "id": Hidden()})


def declared(written: Written) -> Declaration:
    at = Pointer(file=written.deployment, pointer=f"/{written.type}.{written.name}")
    head = Head(deployment=written.deployment, address=f"{written.type}.{written.name}", at=at)
    return Declaration(
        format="terraform-plan", type=written.type, head=head, body=Body(value=value(dict(written.values), at)), action="create"
    )


def groups(
    *things: Written,
    inventory: Sequence[Connector] = (),
    complete: bool = False,
    leaks: Sequence[Unknown] = (),
    elsewhere: Sequence[Written] = (),
) -> dict[str, ConnectorGroup | Unclassified]:
    """Every connector group and unclassified subject of both derivations, by address."""
    mappings: list[ProviderMapping] = [msgraph.MAPPING, azurerm_compute.MAPPING]
    documents = [
        apply_mappings(
            Document(format="terraform-plan", deployment=name, declarations=tuple(map(declared, found)), partial=tuple(partial)),
            mappings,
        )
        for name, found, partial in (("plan.json", things, leaks), ("dev.json", elsewhere, ()))
    ]
    listed = Document(format="declared", deployment="sparekey.yaml", declarations=())
    documents.append(MappedDocument(document=listed, resources={e.head.address: (e,) for e in inventory}))
    said = {"connector": Pointer(file="sparekey.yaml", pointer="/complete/0")} if complete else {}
    estate = next(e for e in join(documents, Config(complete=said)) if e.name == "plan.json")
    found: dict[str, ConnectorGroup | Unclassified] = {}
    for derivation in (connectors.DERIVATION, published_groups.DERIVATION):
        for each in derivation.derive(estate, Config()):
            assert isinstance(each, ConnectorGroup | Unclassified)
            assert each.head.address not in found, "one subject twice"
            found[each.head.address] = each
    return found


NAMES = st.sampled_from(["hr", "HR ", "payroll", "default"])
HOSTS = st.lists(st.sampled_from([tags("hr"), tags("payroll"), tags(None), None]).map(lambda t: (t, INSTALL)), max_size=3).map(
    lambda found: [machine(f"m{i}", t, user_data=script) for i, (t, script) in enumerate(found)]
)


@given(hosts=HOSTS, names=st.lists(NAMES, max_size=3), complete=st.booleans())
@settings(max_examples=80, deadline=None)
def test_a_declaration_changes_no_count(*, hosts: list[Written], names: list[str], complete: bool) -> None:
    """What is a subject without it stays as it is; what it adds has no connector for certain, and exists."""
    before = groups(*hosts, complete=complete)
    written = [published(name, f"msgraph_resource.g{i}") for i, name in enumerate(names)]
    after = groups(*hosts, *written, complete=complete)
    assert before.items() <= after.items()
    wanted = {f"connector_group/{name.strip().casefold()}" for name in names}
    assert after.keys() - before.keys() == wanted - before.keys()
    for address in after.keys() - before.keys():
        group = after[address]
        assert isinstance(group, ConnectorGroup)
        assert group.connectors.least == 0
        assert group.head.presence.answer == "yes"
        assert complete or group.connectors.most is None


def test_complete_connectors_close_it_and_leaks_open_it_again() -> None:
    (closed,) = groups(published("hr"), complete=True).values()
    assert isinstance(closed, ConnectorGroup)
    assert (closed.connectors.least, closed.connectors.most, closed.members.open) == (0, 0, None)
    (leaking,) = groups(published("hr"), complete=True, leaks=[LEAK]).values()
    assert isinstance(leaking, ConnectorGroup)
    assert leaking.connectors.most is None
    assert LEAK in {cause.unknown for cause in leaking.connectors.missing}


def test_what_may_be_its_connector_keeps_it_open() -> None:
    """A connector that may have been moved, one that cannot be classified, one of another deployment."""
    roaming = machine("m", None, user_data=INSTALL)
    for things, elsewhere in (([roaming], []), ([machine("m", Hidden())], []), ([], [machine("d", tags("hr"))])):
        group = groups(published("hr"), *things, elsewhere=elsewhere, complete=True)["connector_group/hr"]
        assert isinstance(group, ConnectorGroup)
        assert group.connectors.most is None
        assert group.connectors.missing


def test_the_inventory_names_it() -> None:
    found = groups(published("HR"), inventory=[entry("c1", "hr"), entry("c2", "hr")])
    group = found["connector_group/hr"]
    assert isinstance(group, ConnectorGroup)
    assert (group.connectors.least, group.connectors.most) == (2, 2)
    assert len(found) == 1


def test_a_name_that_cannot_be_read_leaves_a_question() -> None:
    (only,) = groups(published(Hidden())).values()
    assert isinstance(only, Unclassified)
    assert only.could_be == ("connector_group", "sign_in_path")
    assert only.hidden.members
