"""The two founding documents, read completely: what the first-light table asks for and nothing else."""

import re
from collections.abc import Sequence

import msgspec
import pytest

from admittance.catalog import Catalog
from admittance.documents import read_text
from admittance.model.documents import Action, NetworkClaim, Reading, Role
from tests.documents.conftest import as_json, seed
from tests.documents.test_corpus import validator

FIVE = {"alibaba", "taobao", "mogujie", "xiami", "peiyinxiu"}
ELEVEN = {
    "inke",
    "xiaomi",
    "kuaishou",
    "bytedance",
    "jingdata",
    "yunzhanghu",
    "ximalaya",
    "alibaba",
    "netease-cloud-music",
    "tencent",
    "quyan",
}


def one(catalog: Catalog, published: str | None = "2017-08-18") -> Reading:
    return read_text(seed("000_b6b5bf5e12eae52e.txt"), catalog=catalog, published=published)


def two(catalog: Catalog, published: str | None = "2021-03-19") -> Reading:
    return read_text(seed("004_4dc00e66460154f5.txt"), catalog=catalog, published=published)


def of(action: Action, role: Role) -> set[str | None]:
    return {mention.entity for mention in action.mentions if mention.role == role}


def only(actions: Sequence[Action], kind: str, salience: str = "core") -> Action:
    (found,) = [action for action in actions if action.type == kind and action.salience == salience]
    return found


def test_seed_one_holds_exactly_the_types_of_the_table(catalog: Catalog) -> None:
    reading = one(catalog)
    core = [str(action.type) for action in reading.actions if action.salience == "core"]
    background = [str(action.type) for action in reading.actions if action.salience == "background"]
    assert sorted(core) == sorted(
        [
            "warning",
            "listing_removal",
            "cleanup",
            "account_closure",
            "rectification_report",
            "registration_suspension",
            "service_suspension",
            "staff_punishment",
            "investigation",
            "service_shutdown",
            "app_removal",
            "law",
            "surveillance_tightening",
        ]
    )
    assert sorted(background) == ["account_closure", "company_statement", "content_restriction"]
    assert reading.network_claims == ()


@pytest.mark.parametrize(
    "kind",
    [
        "warning",
        "listing_removal",
        "cleanup",
        "account_closure",
        "rectification_report",
        "registration_suspension",
        "service_suspension",
        "staff_punishment",
    ],
)
def test_seed_one_notice(kind: str, catalog: Catalog) -> None:
    reading = one(catalog)
    action = only(reading.actions, kind)
    assert of(action, Role.REGULATOR) == {"cn-cac-zhejiang"}
    assert of(action, Role.TARGET) == FIVE
    assert action.time.value == "2017-08-17"
    assert action.part_of == only(reading.actions, "warning").part_of
    assert action.part_of is not msgspec.UNSET
    assert action.quantity is not msgspec.UNSET
    assert (action.quantity[0].value, action.quantity[0].named) == (5, 4)
    assert next(voice.source for voice in action.attribution) == "reuters"
    assert action.attribution[-1].source == "cn-cac-zhejiang" or action.attribution[-1].source_class == "regulator"
    if kind in {"registration_suspension", "service_suspension", "staff_punishment"}:
        assert action.scope == "some"
        assert action.factuality.modality == "ordered"


def test_seed_one_other_measures(catalog: Catalog) -> None:
    actions = one(catalog).actions
    report = only(actions, "rectification_report").deadline
    assert report is not msgspec.UNSET
    assert report.status == "unspecified"
    investigation = only(actions, "investigation")
    assert of(investigation, Role.TARGET) == {"wechat", "weibo"}
    assert (investigation.time.value, str(investigation.time.granularity)) == (None, "recent")
    assert investigation.stated_reason is not msgspec.UNSET
    shutdown = only(actions, "service_shutdown")
    assert (of(shutdown, Role.TARGET), shutdown.time.value) == ({"vpn-providers"}, "2017-22")
    assert shutdown.quantity is not msgspec.UNSET
    removal = only(actions, "app_removal")
    assert of(removal, Role.IMPLEMENTER) == {"apple", "app-stores", "vpn-providers"}
    assert of(removal, Role.OBJECT) == {"vpn-apps"}
    assert (removal.time.value, str(removal.factuality.modality)) == ("2017-22", "ordered")
    law = only(actions, "law")
    assert of(law, Role.TARGET) == {"telecom-operators", "tech-companies"}
    assert law.effective is not msgspec.UNSET
    assert law.effective.value == "2018-01/2018-03"
    tightening = only(actions, "surveillance_tightening")
    assert (str(tightening.time.granularity), tightening.time.latest) == ("before-event", "2017-10-18")
    assert str(tightening.factuality.modality) == "planned"
    for action in (investigation, shutdown, removal, law, tightening):
        assert of(action, Role.REGULATOR) == {"cn-gov"}


def test_seed_one_without_a_date_invents_no_day(catalog: Catalog) -> None:
    reading = one(catalog, None)
    values = {action.time.value for action in reading.actions if action.time.value is not None}
    assert not [value for value in values if re.search(r"\d{4}-\d\d-\d\d", value.replace("2017-10-18", ""))]
    assert reading.doc.published == "2017"
    assert only(reading.actions, "cleanup").time.value == "2017"


def claims(reading: Reading, subject: str) -> list[NetworkClaim]:
    return [claim for claim in reading.network_claims if claim.subject == subject]


def test_seed_two_actions(catalog: Catalog) -> None:
    actions = two(catalog).actions
    assert sorted((str(action.type), action.salience) for action in actions) == [
        ("block", "background"),
        ("block", "core"),
        ("security_assessment", "core"),
        ("summons", "core"),
    ]
    summons = only(actions, "summons")
    assert (of(summons, Role.REGULATOR), of(summons, Role.TARGET)) == ({"cn-cac"}, ELEVEN)
    assert summons.time.value == "2021-03-18"
    assert len(summons.evidence) >= 3
    assessment = only(actions, "security_assessment")
    assert (of(assessment, Role.REGULATOR), of(assessment, Role.CO_REGULATOR)) == ({"cn-cac"}, {"cn-mps"})
    assert of(assessment, Role.IMPLEMENTER) == {"cn-provincial-cac", "cn-provincial-psb"}
    assert of(assessment, Role.OBJECT) == {"deepfake-apps"}
    assert str(assessment.time.granularity) == "recent"
    block = only(actions, "block")
    assert (of(block, Role.REGULATOR), of(block, Role.TARGET)) == ({"cn-gov"}, {"clubhouse", "signal"})
    assert block.time.value is None
    assert block.stated_reason is not msgspec.UNSET
    assert block.stated_reason is not None
    assert block.stated_reason.topics is not msgspec.UNSET
    assert set(block.stated_reason.topics) == {"human-rights", "xinjiang", "tibet", "taiwan", "hong-kong", "june-4"}
    assert of(only(actions, "block", "background"), Role.TARGET) == {"facebook", "twitter"}


def test_seed_two_claims(catalog: Catalog) -> None:
    reading = two(catalog)
    signal = claims(reading, "signal")
    assert sorted((str(claim.status), claim.onset.value) for claim in signal) == [
        ("blocked", "2021-03-14"),
        ("blocked", "2021-03-15"),
        ("registration_failing", "2021-03-14"),
    ]
    wsj = [claim for claim in signal if claim.onset.value == "2021-03-14"]
    assert len({claim.part_of for claim in wsj}) == 1
    for claim in wsj:
        assert claim.part_of is not msgspec.UNSET
        assert claim.vpn_unaffected is True
        assert [voice.source for voice in claim.attribution] == ["wsj", "anonymous-sources", "users"]
        reported = claim.attribution[0].reported_on
        assert reported is not msgspec.UNSET
        assert reported.value == "2021-03-15"
    (greatfire,) = [claim for claim in signal if claim.onset.value == "2021-03-15"]
    assert [voice.source for voice in greatfire.attribution] == ["greatfire"]
    (clubhouse,) = claims(reading, "clubhouse")
    assert (str(clubhouse.status), clubhouse.partial, clubhouse.place.country) == ("blocked", True, "CN")
    assert [voice.source for voice in clubhouse.attribution] == ["users"]


def test_seed_two_without_a_date_leaves_the_year_open(catalog: Catalog) -> None:
    reading = two(catalog, None)
    assert only(reading.actions, "summons").time.value == "XXXX-03-18"
    assert {claim.onset.value for claim in claims(reading, "signal")} == {"XXXX-03-14", "XXXX-03-15"}


def test_seeds_are_valid_and_verbatim(catalog: Catalog) -> None:
    for name, read in (("000_b6b5bf5e12eae52e.txt", one), ("004_4dc00e66460154f5.txt", two)):
        text = seed(name)
        for published in ("2021-03-19", None):
            reading = read(catalog, published)
            plain = as_json(reading)
            validator().validate(plain)
            assert quotes_stand(plain, text) > 10


def quotes_stand(plain: object, text: str) -> int:
    """How many spans there are; every one has to be verbatim."""
    if isinstance(plain, list):
        return sum(quotes_stand(item, text) for item in plain)
    if not isinstance(plain, dict):
        return 0
    count = 0
    if "quote" in plain:
        assert text[plain["start"] : plain["end"]] == plain["quote"]
        count = 1
    return count + sum(quotes_stand(value, text) for value in plain.values())
