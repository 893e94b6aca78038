from datetime import UTC, datetime, timedelta
from typing import Literal

import msgspec
import polars as pl
import pytest
from msgspec import UNSET, UnsetType

from admittance.catalog import Catalog, load
from admittance.model.corroboration import Corroboration
from admittance.model.documents import (
    Action,
    ActionType,
    Attribution,
    Document,
    Factuality,
    Granularity,
    Mention,
    Modality,
    NetworkClaim,
    Place,
    Reading,
    Role,
    Sha256,
    SourceClass,
    Span,
    Status,
    Time,
    TimeBasis,
)
from admittance.model.episode import Episode, EpisodeNetwork, Uncertainty
from admittance.model.ids import ActionId, Asn, ClaimId, Country, EpisodeId, FileId, RuleId, SubjectId, TargetId
from admittance.model.tables import empty_table, table_of, table_schema
from admittance.model.testimony import Testimony
from admittance.model.verdict import Cell, SnapshotVerdict
from admittance.model.vocabulary import Arm, Evidence, Gate, Layer, Origin, Pattern, State
from admittance.reconcile import RECONCILER_VERSION, corroborate

VERSIONS = '{"detector": "detect/1"}'
NETWORKS = (Asn(64512), Asn(64513), Asn(64514))
QUOTE = Span(start=0, end=1, quote="x")


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load()


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


NEVER = utc("2021-12-31")
ONSET_EARLIEST, ONSET_LATEST = utc("2021-03-14T18:00"), utc("2021-03-15T09:00")


def cells(
    *,
    blocked_from: datetime | None = ONSET_LATEST,
    blocked_until: datetime = NEVER,
    start: str = "2021-03-01",
    end: str = "2021-03-29",
    subject: str = "signal",
    target: str = "signal/chat",
    layer: Layer = Layer.TLS,
    arm: Arm = Arm.DIRECT,
    networks: tuple[Asn, ...] = NETWORKS,
    every: int = 4,
    gate: Gate = Gate.NETWORK,
) -> pl.DataFrame:
    rows: list[Cell] = []
    time = utc(start)
    while time < utc(end):
        bad = blocked_from is not None and blocked_from <= time < blocked_until
        rows.extend(
            Cell(
                subject=SubjectId(subject),
                target=TargetId(target),
                gate=gate,
                layer=layer,
                country=Country("CN"),
                network=network,
                resolver_network=None,
                arm=arm,
                origin=Origin.SIMULATED,
                time=time,
                blocked=0,
                likely_blocked=int(bad),
                throttled=0,
                impaired=0,
                down=0,
                ok=int(not bad),
                failed=0,
                insufficient=0,
                rules="{}",
                mechanisms="{}",
                reports=f"{network}-{time:%Y%m%dT%H}",
                bad_reports=f"{network}-{time:%Y%m%dT%H}" if bad else "",
                sources="ooni",
            )
            for network in networks
        )
        time += timedelta(hours=every)
    return table_of(Cell, rows)


def episode(
    *,
    onset_earliest: datetime | None = ONSET_EARLIEST,
    onset_latest: datetime = ONSET_LATEST,
    end_earliest: datetime | None = None,
    end_latest: datetime | None = None,
    gate: Gate = Gate.NETWORK,
    networks: tuple[Asn, ...] = NETWORKS,
    part: str | None = None,
) -> Episode:
    return Episode(
        part=part,
        id=EpisodeId(f"CN-2021-signal-{gate}-1"),
        subject=SubjectId("signal"),
        country=Country("CN"),
        gate=gate,
        state=State.LIKELY_BLOCKED,
        mechanism="tls.reset.sni",
        pattern=Pattern.CONTINUOUS,
        active_windows=(),
        onset=onset_latest,
        onset_earliest=onset_earliest,
        onset_latest=onset_latest,
        end=end_earliest,
        end_earliest=end_earliest,
        end_latest=end_latest,
        networks=tuple(
            EpisodeNetwork(
                asn=asn,
                onset=onset_latest,
                onset_earliest=onset_earliest,
                onset_latest=onset_latest,
                end=end_earliest,
                end_earliest=end_earliest,
                end_latest=end_latest,
                n=50,
                k=50,
                reports=20,
                targets=("signal/chat",),
                layers=("tls",),
                pattern=Pattern.CONTINUOUS,
                active_windows=(),
                bounding=True,
            )
            for asn in networks
        ),
        targets=(TargetId(f"signal/{part or 'chat'}"),),
        layers=(Layer.TLS,),
        scope="3 of 3 networks",
        networks_measured=3,
        n=150,
        k=150,
        reports=60,
        tunnel="ok",
        confidence=0.99,
        uncertainty=Uncertainty(
            reports=60, share_low=0.9, share_high=1.0, inconclusive=0.1, proven=0.0, failing=1.0, same_mechanism=1.0
        ),
        witnesses=("ooni",),
        versions="{}",
        origin=Origin.SIMULATED,
    )


def at(value: str | None, *, tz: str | UnsetType = UNSET, basis: TimeBasis = TimeBasis.EXPLICIT) -> Time:
    granularity = Granularity.NONE if value is None else Granularity.DAY
    return Time(value=value, granularity=granularity, basis=basis, tz=tz)


def factuality(polarity: Literal["affirmed", "denied"] = "affirmed", modality: Modality = Modality.EXECUTED) -> Factuality:
    return Factuality(polarity=polarity, modality=modality, certainty="certain")


SAYS = (Attribution(source=None, source_class=SourceClass.USERS),)


def claim(
    onset: Time,
    *,
    status: Status = Status.BLOCKED,
    subject: str = "signal",
    polarity: Literal["affirmed", "denied"] = "affirmed",
    modality: Modality = Modality.EXECUTED,
    place: Place | None = None,
    end: Time | UnsetType = UNSET,
    vpn_unaffected: bool | UnsetType = UNSET,
    role: str | UnsetType = UNSET,
    layer: Literal["dns", "tls"] | UnsetType = UNSET,
    gate: Gate = Gate.NETWORK,
) -> NetworkClaim:
    return NetworkClaim(
        id=ClaimId("claim"),
        subject=subject,
        status=status,
        gate=gate,
        place=place or Place(country="CN"),
        onset=onset,
        factuality=factuality(polarity, modality),
        attribution=SAYS,
        evidence=(QUOTE,),
        rule=RuleId("claim.test"),
        salience="core",
        end=end,
        vpn_unaffected=vpn_unaffected,
        role=role,
        layer=layer,
    )


def mention(role: Role, entity: str) -> Mention:
    return Mention(role=role, entity=entity, surface=entity, resolved_by="name", span=QUOTE)


def action(
    kind: ActionType, time: Time, *mentions: Mention, modality: Modality = Modality.EXECUTED, place: Place | UnsetType = UNSET
) -> Action:
    return Action(
        id=ActionId("action"),
        type=kind,
        mentions=mentions,
        time=time,
        factuality=factuality(modality=modality),
        attribution=SAYS,
        evidence=(QUOTE,),
        rule=RuleId("action.test"),
        salience="core",
        place=place,
    )


def reading(*, claims: tuple[NetworkClaim, ...] = (), actions: tuple[Action, ...] = (), name: str = "d1") -> Reading:
    return Reading(
        doc=Document(sha256=Sha256(name), language="en", extractor="documents/1"), actions=actions, network_claims=claims
    )


def snapshots(*days: str, state: State = State.OK, subject: str = "signal", store: str = "apple") -> pl.DataFrame:
    rows = [
        SnapshotVerdict(
            source="storefronts",
            origin=Origin.SIMULATED,
            subject=SubjectId(subject),
            gate=Gate.STORE,
            target=TargetId(f"{subject}/ios"),
            name=subject,
            place=store,
            item="874139669",
            country=Country("CN"),
            time=utc(day),
            state=state,
            rule=RuleId("store.test"),
            evidence=Evidence.DISCARDED if state is State.INSUFFICIENT else Evidence.SCORED,
            mechanism=None,
            severity=None,
            count=None,
            reason="r",
            ruleset="1",
            catalog="1",
            file=FileId("f"),
            offset=0,
            line_sha256="h",
        )
        for day in days
    ]
    return table_of(SnapshotVerdict, rows)


def edges(
    catalog: Catalog,
    *readings: Reading,
    episodes: list[Episode] | None = None,
    seen: pl.DataFrame | None = None,
    stores: pl.DataFrame | None = None,
    testimonies: pl.DataFrame | None = None,
) -> list[Corroboration]:
    table = corroborate(
        readings,
        episodes=[episode()] if episodes is None else episodes,
        cells=(cells() if seen is None else seen).lazy(),
        snapshots=empty_table(SnapshotVerdict) if stores is None else stores,
        testimonies=(empty_table(Testimony) if testimonies is None else testimonies).lazy(),
        catalog=catalog,
        versions=VERSIONS,
        origin=Origin.SIMULATED,
    )
    assert table.schema == table_schema(Corroboration)
    return msgspec.convert(table.to_dicts(), list[Corroboration])


def edge(
    catalog: Catalog,
    record: NetworkClaim | Action,
    *,
    episodes: list[Episode] | None = None,
    seen: pl.DataFrame | None = None,
    stores: pl.DataFrame | None = None,
) -> Corroboration:
    told = reading(claims=(record,)) if isinstance(record, NetworkClaim) else reading(actions=(record,))
    (only,) = edges(catalog, told, episodes=episodes, seen=seen, stores=stores)
    assert only.reason.endswith(".")
    return only


@pytest.mark.parametrize(
    ("onset", "tz", "status"),
    [
        ("2021-03-14", UNSET, "supported"),  # users, through a newspaper
        ("2021-03-15", UNSET, "supported"),  # a monitor
        ("2021-03-15", "+08:00", "supported"),
        ("2021-03-14", "+08:00", "contradicted"),  # that day ended in China two hours before the bracket begins
        ("2021-03-14T20:00Z", UNSET, "supported"),
        ("2021-03-05", UNSET, "contradicted"),
        ("2021-03-20", UNSET, "contradicted"),
        ("2021-03", UNSET, "supported"),
        ("2021", UNSET, "supported"),
        ("2021-03-28", UNSET, "contradicted"),
        ("2021-04-02", UNSET, "too_early"),
        ("2020-03-14", UNSET, "unobservable"),
        ("XXXX-03-14", UNSET, "undetermined"),
        (None, UNSET, "undetermined"),
    ],
)
def test_claimed_onsets(catalog: Catalog, onset: str | None, tz: str | UnsetType, status: str) -> None:
    assert edge(catalog, claim(at(onset, tz=tz))).status == status


def test_reason_says_which_part_agrees_and_which_does_not(catalog: Catalog) -> None:
    early, late = edge(catalog, claim(at("2021-03-05"))), edge(catalog, claim(at("2021-03-20")))
    assert "Signal in CN was reachable from 2021-03-04 10:00 to 2021-03-07 12:00 UTC" in early.reason
    assert "began between 2021-03-14 18:00 and 2021-03-15 09:00 UTC" in early.reason
    assert "was restricted, as stated, but" in late.reason
    assert late.episode == episode().id


def test_reachable_and_no_episode_contradicts(catalog: Catalog) -> None:
    found = edge(catalog, claim(at("2021-03-15")), episodes=[], seen=cells(blocked_from=None))
    assert (found.status, found.episode) == ("contradicted", None)
    assert "no restriction was found" in found.reason


def test_failures_without_an_episode_contradict_nothing(catalog: Catalog) -> None:
    assert edge(catalog, claim(at("2021-03-20")), episodes=[]).status == "undetermined"


def test_thin_data_contradicts_nothing(catalog: Catalog) -> None:
    thin = cells(blocked_from=None, networks=NETWORKS[:2], every=48)
    found = edge(catalog, claim(at("2021-03-15")), episodes=[], seen=thin)
    assert (found.status, "too little data" in found.reason) == ("undetermined", True)


def test_one_network_does_not_speak_for_a_country(catalog: Catalog) -> None:
    one = cells(blocked_from=None, networks=NETWORKS[:1])
    assert edge(catalog, claim(at("2021-03-15")), episodes=[], seen=one).status == "undetermined"


def test_one_day_does_not_speak_for_a_year(catalog: Catalog) -> None:
    day = pl.concat(
        [cells(blocked_from=None, end="2021-03-02"), cells(blocked_from=None, start="2022-03-01", end="2022-03-02")]
    )
    assert edge(catalog, claim(at("2021")), episodes=[], seen=day).status == "undetermined"
    quiet = cells(blocked_from=None, start="2020-12-01", end="2022-03-01", every=24)
    assert edge(catalog, claim(at("2021")), episodes=[], seen=quiet).status == "contradicted"


def test_reachability_just_before_an_onset_tells_of_an_earlier_gap(catalog: Catalog) -> None:
    seen = cells(start="2021-03-09")
    found = edge(catalog, claim(at("2021-03-07")), seen=seen)
    assert (found.status, "until a restriction began" in found.reason) == ("contradicted", True)
    assert edge(catalog, claim(at("2021-02-07")), seen=seen).status == "unobservable"


def test_names_that_resolve_are_no_access(catalog: Catalog) -> None:
    dns = cells(blocked_from=None, layer=Layer.DNS)
    assert edge(catalog, claim(at("2021-03-15")), episodes=[], seen=dns).status == "unobservable"
    assert edge(catalog, claim(at("2021-03-15"), layer="dns"), episodes=[], seen=dns).status == "contradicted"


def test_tunnel_measurements_do_not_contradict_a_block(catalog: Catalog) -> None:
    tunnel = cells(blocked_from=None, arm=Arm.TUNNEL)
    assert edge(catalog, claim(at("2021-03-15")), episodes=[], seen=tunnel).status == "unobservable"


@pytest.mark.parametrize("onset", ["2021-03-28", "2021-04-15"])
def test_too_early_while_data_is_arriving(catalog: Catalog, onset: str) -> None:
    quiet = cells(blocked_from=None, end="2021-03-28T12:00")
    assert edge(catalog, claim(at(onset)), episodes=[], seen=quiet).status == "too_early"


def test_a_gap_in_the_data_is_unobservable(catalog: Catalog) -> None:
    gap = pl.concat([cells(blocked_from=None, end="2021-03-05"), cells(blocked_from=None, start="2021-03-25")])
    assert edge(catalog, claim(at("2021-03-15")), episodes=[], seen=gap).status == "unobservable"


def test_no_data_at_all_is_unobservable(catalog: Catalog) -> None:
    assert edge(catalog, claim(at("2021-03-15")), episodes=[], seen=empty_table(Cell)).status == "unobservable"
    assert edge(catalog, claim(at("2021-03-15"), subject="telegram")).status == "unobservable"
    assert edge(catalog, claim(at("2021-03-15"), place=Place(country="RU"))).status == "unobservable"


def test_an_onset_before_the_first_measurement_is_undetermined(catalog: Catalog) -> None:
    since_ever = episode(onset_earliest=None, onset_latest=utc("2021-03-01T00:00"))
    seen = cells(blocked_from=utc("2021-03-01"))
    assert edge(catalog, claim(at("2020-03-14")), episodes=[since_ever], seen=seen).status == "undetermined"
    assert edge(catalog, claim(at("2021-03-01")), episodes=[since_ever], seen=seen).status == "supported"


@pytest.mark.parametrize(
    ("status", "polarity", "day", "expected"),
    [
        (Status.ACCESSIBLE, "affirmed", "2021-03-08", "supported"),
        (Status.ACCESSIBLE, "affirmed", "2021-03-20", "contradicted"),
        (Status.ACCESSIBLE, "denied", "2021-03-20", "supported"),
        (Status.ACCESSIBLE, "denied", "2021-03-08", "contradicted"),
        (Status.BLOCKED, "denied", "2021-03-08", "supported"),
        (Status.BLOCKED, "denied", "2021-03-20", "contradicted"),
        (Status.BLOCKED, "denied", "2021-03-15", "undetermined"),  # restricted during a part of it
        (Status.RESTORED, "affirmed", "2021-03-20", "contradicted"),
        (Status.RESTORED, "denied", "2021-03-20", "supported"),
        (Status.RESTORED, "affirmed", "2021-04-20", "too_early"),
        (Status.ACCESSIBLE, "affirmed", "2021-04-20", "too_early"),
        (Status.ACCESSIBLE, "denied", "2021-04-20", "too_early"),
    ],
)
def test_denials_and_openings_are_reversed(
    catalog: Catalog, status: Status, polarity: Literal["affirmed", "denied"], day: str, expected: str
) -> None:
    assert edge(catalog, claim(at(day), status=status, polarity=polarity)).status == expected


@pytest.mark.parametrize(("day", "expected"), [("2021-03-20", "supported"), ("2021-03-24", "contradicted")])
def test_restorations(catalog: Catalog, day: str, expected: str) -> None:
    ended = episode(end_earliest=utc("2021-03-20T06:00"), end_latest=utc("2021-03-20T12:00"))
    seen = cells(blocked_until=utc("2021-03-20T08:00"))
    assert edge(catalog, claim(at(day), status=Status.RESTORED), episodes=[ended], seen=seen).status == expected


@pytest.mark.parametrize(("end", "expected"), [("2021-03-20", "supported"), ("2021-03-25", "contradicted")])
def test_a_stated_end_is_checked_too(catalog: Catalog, end: str, expected: str) -> None:
    ended = episode(end_earliest=utc("2021-03-20T06:00"), end_latest=utc("2021-03-20T12:00"))
    found = edge(catalog, claim(at("2021-03-15"), end=at(end)), episodes=[ended])
    assert found.status == expected
    assert "which meets 2021-03-15 in any time zone" in found.reason
    assert "it ended between 2021-03-20 06:00 and 2021-03-20 12:00 UTC" in found.reason


def test_what_is_dated_by_publication_only_tells_the_state(catalog: Catalog) -> None:
    assert edge(catalog, claim(at("2021-03-20", basis=TimeBasis.PUBLICATION))).status == "supported"
    assert edge(catalog, claim(at("2021-03-08", basis=TimeBasis.PUBLICATION))).status == "contradicted"


def test_what_comes_and_goes_was_not_away_all_day(catalog: Catalog) -> None:
    recurring = msgspec.structs.replace(episode(), pattern=Pattern.RECURRING)
    assert edge(catalog, claim(at("2021-03-20"), status=Status.ACCESSIBLE), episodes=[recurring]).status == "undetermined"
    assert edge(catalog, claim(at("2021-03-14")), episodes=[recurring]).status == "supported"


def test_an_episode_below_the_floor_supports_nothing(catalog: Catalog) -> None:
    weak = msgspec.structs.replace(episode(), state=State.INSUFFICIENT)
    assert edge(catalog, claim(at("2021-03-14")), episodes=[weak]).status == "undetermined"


def test_vague_times_stay_undetermined(catalog: Catalog) -> None:
    assert edge(catalog, claim(at("2021-03", basis=TimeBasis.VAGUE))).status == "undetermined"


@pytest.mark.parametrize("modality", [Modality.PLANNED, Modality.EXPECTED, Modality.THREATENED, Modality.HYPOTHETICAL])
def test_what_is_not_said_to_have_happened_is_undetermined(catalog: Catalog, modality: Modality) -> None:
    assert edge(catalog, claim(at("2021-03-15"), modality=modality)).status == "undetermined"


@pytest.mark.parametrize(
    ("tunnel_blocked", "said", "expected", "words"),
    [
        (None, True, "supported", "the tunnel arm was unaffected, as stated"),
        (ONSET_LATEST, True, "contradicted", "but the tunnel arm was affected, other than stated"),
        (ONSET_LATEST, False, "supported", "the tunnel arm was affected, as stated"),
    ],
)
def test_vpn_users_are_checked_in_the_tunnel_arm(
    catalog: Catalog, tunnel_blocked: datetime | None, said: bool, expected: str, words: str
) -> None:
    seen = pl.concat([cells(), cells(arm=Arm.TUNNEL, blocked_from=tunnel_blocked, networks=NETWORKS[:1])])
    found = edge(catalog, claim(at("2021-03-14"), vpn_unaffected=said), seen=seen)
    assert found.status == expected
    assert words in found.reason


def test_vpn_users_without_a_tunnel_arm_leave_the_rest_standing(catalog: Catalog) -> None:
    found = edge(catalog, claim(at("2021-03-14"), vpn_unaffected=True))
    assert (found.status, "was not measured well enough" in found.reason) == ("supported", True)


def test_functions_without_a_target_are_unobservable(catalog: Catalog) -> None:
    failing = edge(catalog, claim(at("2021-03-14"), status=Status.REGISTRATION_FAILING))
    assert (failing.status, failing.gate) == ("unobservable", "function")
    assert "registration" in failing.reason
    audio = edge(catalog, claim(at("2021-03-15"), subject="clubhouse", role="audio", gate=Gate.FUNCTION))
    assert audio.status == "unobservable"
    assert edge(catalog, claim(at("2021-03-15"), gate=Gate.LISTING)).status == "unobservable"


def function(role: str, *, blocked_from: datetime | None = ONSET_LATEST) -> pl.DataFrame:
    """Cells of one function of Signal."""
    return cells(target=f"signal/{role}", gate=Gate.FUNCTION, layer=Layer.ENDPOINTS, blocked_from=blocked_from)


def test_a_function_is_looked_for_at_its_own_gate_alone(catalog: Catalog) -> None:
    said = claim(at("2021-03-15"), role="messaging", gate=Gate.FUNCTION)
    messaging = episode(gate=Gate.FUNCTION, part="messaging")
    found = edge(catalog, said, episodes=[episode(), messaging], seen=pl.concat([cells(), function("messaging")]))
    assert (found.status, found.episode) == ("supported", "CN-2021-signal-function-1")
    at_network = edge(catalog, said, episodes=[episode()], seen=cells())
    assert at_network.status == "unobservable"
    web = pl.concat([cells(), function("web", blocked_from=None)])
    assert edge(catalog, claim(at("2021-03-15"), role="web"), seen=web).status == "contradicted"


def test_a_function_that_was_tried_needs_no_target_of_its_own(catalog: Catalog) -> None:
    said = claim(at("2021-03-15"), role="registration", gate=Gate.FUNCTION)
    assert edge(catalog, said, episodes=[], seen=cells()).status == "unobservable"
    tried = edge(catalog, said, episodes=[], seen=function("registration", blocked_from=None))
    assert tried.status == "contradicted"


def test_a_stated_layer_must_be_the_measured_one(catalog: Catalog) -> None:
    assert edge(catalog, claim(at("2021-03-15"), layer="tls")).status == "supported"
    found = edge(catalog, claim(at("2021-03-15"), layer="dns"))
    assert (found.status, "at tls, not at dns" in found.reason) == ("contradicted", True)


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("site:signal.org", "supported"),
        ("site:chat.signal.org", "supported"),
        ("site:signal.org/chat.signal.org", "supported"),
        ("site:www.signal.org", "unobservable"),
    ],
)
def test_a_host_is_a_face_of_its_owner(catalog: Catalog, subject: str, expected: str) -> None:
    found = edge(catalog, claim(at("2021-03-15"), subject=subject))
    assert (found.subject, found.status) == ("signal", expected)


def test_a_host_of_a_site_is_not_its_sibling(catalog: Catalog) -> None:
    seen = cells(subject="site:example.org", target="site:example.org/en.example.org", blocked_from=None)
    for subject, expected in (
        ("site:example.org", "contradicted"),
        ("site:en.example.org", "contradicted"),
        ("site:zh.example.org", "unobservable"),
    ):
        found = edge(catalog, claim(at("2021-03-15"), subject=subject), episodes=[], seen=seen)
        assert (found.subject, found.status) == ("site:example.org", expected)


@pytest.mark.parametrize(
    ("networks", "expected"),
    [
        (("AS64512",), "supported"),
        (("64513",), "supported"),
        (("AS64520",), "contradicted"),
        (("AS64999",), "unobservable"),
        (("Some Telecom",), "undetermined"),
    ],
)
def test_claims_on_networks(catalog: Catalog, networks: tuple[str, ...], expected: str) -> None:
    seen = pl.concat([cells(), cells(blocked_from=None, networks=(Asn(64520),))])
    place = Place(country="CN", networks=networks)
    assert edge(catalog, claim(at("2021-03-15"), place=place), seen=seen).status == expected


def test_a_subdivision_is_supported_by_the_country_and_never_contradicted_by_it(catalog: Catalog) -> None:
    place = Place(country="CN", subdivision="CN-XJ")
    supported = edge(catalog, claim(at("2021-03-15"), place=place))
    assert (supported.status, "CN-XJ" in supported.reason) == ("supported", True)
    assert edge(catalog, claim(at("2021-03-05"), place=place)).status == "unobservable"


@pytest.mark.parametrize(
    ("modality", "day", "expected"),
    [
        (Modality.EXECUTED, "2021-03-15", "supported"),
        (Modality.EXECUTED, "2021-03-05", "contradicted"),
        (Modality.ORDERED, "2021-03-05", "supported"),  # carried out within 30 days
        (Modality.ORDERED, "2021-03-20", "undetermined"),  # it was restricted already
        (Modality.PLANNED, "2021-03-15", "undetermined"),
    ],
)
def test_blocks_are_checked_like_claims(catalog: Catalog, modality: Modality, day: str, expected: str) -> None:
    block = action(
        ActionType.BLOCK, at(day), mention(Role.REGULATOR, "cn-gov"), mention(Role.TARGET, "signal"), modality=modality
    )
    found = edge(catalog, block)
    assert (found.record_kind, found.country, found.status) == ("action", "CN", expected)


def test_an_order_that_nothing_followed_is_contradicted(catalog: Catalog) -> None:
    order = action(
        ActionType.BLOCK,
        at("2021-03-05"),
        mention(Role.REGULATOR, "cn-gov"),
        mention(Role.TARGET, "signal"),
        modality=Modality.ORDERED,
    )
    quiet = cells(blocked_from=None, end="2021-05-01")
    assert edge(catalog, order, episodes=[], seen=quiet).status == "contradicted"
    assert edge(catalog, order, episodes=[], seen=cells(blocked_from=None, end="2021-03-10")).status == "too_early"


def test_every_thing_acted_on_has_an_edge_of_its_own(catalog: Catalog) -> None:
    block = action(
        ActionType.BLOCK,
        at("2021-03-15"),
        mention(Role.REGULATOR, "cn-gov"),
        mention(Role.TARGET, "signal"),
        mention(Role.TARGET, "clubhouse"),
    )
    found = edges(catalog, reading(actions=(block,)))
    assert [(row.subject, row.status) for row in found] == [("clubhouse", "unobservable"), ("signal", "supported")]


def test_untestable_actions_have_no_edge(catalog: Catalog) -> None:
    summons = action(ActionType.SUMMONS, at("2021-03-18"), mention(Role.REGULATOR, "cn-cac"), mention(Role.TARGET, "tencent"))
    nowhere = action(ActionType.BLOCK, at("2021-03-18"), mention(Role.TARGET, "signal"))
    nothing = action(ActionType.SHUTDOWN, at("2021-03-18"), mention(Role.REGULATOR, "cn-gov"))
    assert edges(catalog, reading(actions=(summons, nowhere, nothing))) == []


def removal(*mentions: Mention, modality: Modality = Modality.EXECUTED, day: str = "2021-03-10") -> Action:
    people = (mention(Role.REGULATOR, "cn-gov"), mention(Role.IMPLEMENTER, "apple"))
    return action(ActionType.APP_REMOVAL, at(day), *people, *(mentions or (mention(Role.OBJECT, "signal"),)), modality=modality)


def test_removals_are_checked_in_storefronts(catalog: Catalog) -> None:
    listed = snapshots("2021-03-05", "2021-03-15", "2021-03-22")
    ordered = edge(catalog, removal(modality=Modality.ORDERED), stores=listed)
    assert (ordered.gate, ordered.status) == ("store", "contradicted")
    assert "ordered, but it is still listed" in ordered.reason
    assert "still listed; 2 of 2 snapshots" in edge(catalog, removal(), stores=listed).reason
    gone = pl.concat([snapshots("2021-03-05"), snapshots("2021-03-15", "2021-03-22", state=State.LIKELY_BLOCKED)])
    assert edge(catalog, removal(), stores=gone).status == "supported"
    once = pl.concat([snapshots("2021-03-05"), snapshots("2021-03-15", state=State.LIKELY_BLOCKED)])
    assert edge(catalog, removal(), stores=once).status == "undetermined"
    unproved = pl.concat([snapshots("2021-03-05"), snapshots("2021-03-15", "2021-03-22", state=State.INSUFFICIENT)])
    found = edge(catalog, removal(), stores=unproved)
    assert (found.status, "0 of 2 snapshots" in found.reason) == ("undetermined", True)
    assert edge(catalog, removal(), stores=snapshots("2021-03-15", "2021-03-22", state=State.FAILED)).status == "unobservable"
    assert edge(catalog, removal(), stores=snapshots("2021-03-01", "2021-03-05")).status == "too_early"
    assert edge(catalog, removal(day="2020-03-10"), stores=listed).status == "unobservable"
    assert edge(catalog, removal(), stores=snapshots("2021-03-15", "2021-03-22", store="gplay")).status == "unobservable"
    assert edge(catalog, removal(mention(Role.OBJECT, "telegram")), stores=listed).status == "unobservable"


def test_an_episode_at_the_store_supports_a_removal(catalog: Catalog) -> None:
    left = episode(gate=Gate.STORE, onset_earliest=utc("2021-03-09"), onset_latest=utc("2021-03-12"))
    found = edge(catalog, removal(), episodes=[left], stores=snapshots("2021-03-05"))
    assert (found.status, found.episode) == ("supported", left.id)


@pytest.mark.parametrize(
    ("earliest", "latest", "status", "told"),
    [
        (None, "2021-03-12", "supported", "is absent from the storefront at or before"),  # first read within a month
        (None, "2021-06-12", "undetermined", "no reading says how it was before"),  # first read long afterwards
        (None, "2021-02-12", "undetermined", "before the stated time already"),
        ("2021-02-09", "2021-02-12", "undetermined", "before the stated time already"),
        ("2021-05-09", "2021-05-12", "undetermined", "no removal is proved"),
    ],
)
def test_an_absence_supports_a_removal_only_where_it_can_be_that_one(
    catalog: Catalog, earliest: str | None, latest: str, status: str, told: str
) -> None:
    away = episode(gate=Gate.STORE, onset_earliest=utc(earliest) if earliest else None, onset_latest=utc(latest))
    seen = snapshots("2021-03-15", state=State.INSUFFICIENT)
    found = edge(catalog, removal(), episodes=[away], stores=seen)
    assert (found.status, told in found.reason) == (status, True), found.reason


def test_rows_are_stamped_and_in_an_order_of_their_own(catalog: Catalog) -> None:
    one = reading(claims=(claim(at("2021-03-15")),), name="a")
    two = reading(claims=(claim(at("2021-03-05")),), name="b")
    rows = edges(catalog, two, one, two)
    assert rows == edges(catalog, one, two)
    assert [row.document for row in rows] == ["a", "b"]
    assert msgspec.json.decode(rows[0].versions) == {
        "detector": "detect/1",
        "extractor": "documents/1",
        "reconciler": RECONCILER_VERSION,
    }
    assert {row.origin for row in rows} == {Origin.SIMULATED}
    assert edges(catalog) == []


def test_row_order_of_cells_does_not_matter(catalog: Catalog) -> None:
    record = claim(at("2021-03-05"))
    assert edge(catalog, record, seen=cells()) == edge(catalog, record, seen=cells().reverse())
