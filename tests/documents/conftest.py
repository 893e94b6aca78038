import json
from pathlib import Path

import msgspec
import pytest

from admittance.catalog import Catalog, load
from admittance.model.documents import Action, NetworkClaim, Reading

SEEDS = Path(__file__).parents[2].parent / "shared" / "seeds"
Plain = dict[str, object]


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    return load()


def seed(name: str) -> str:
    """The text of a founding document; its tests are skipped where it does not lie beside the checkout."""
    path = SEEDS / name
    if not path.is_file():
        pytest.skip(f"{name} does not lie in ../shared/seeds")
    return path.read_text("utf-8")


def as_json(reading: Reading) -> object:
    """The reading as any consumer of its JSON sees it."""
    loaded: object = json.loads(msgspec.json.encode(reading))
    return loaded


def action_in_short(action: Action) -> Plain:
    """What the corpus expects of an action; what is absent or usual is left out."""
    roles: dict[str, list[str]] = {}
    for mention in action.mentions:
        roles.setdefault(str(mention.role), []).append(mention.entity or mention.surface)
    short: Plain = {"type": str(action.type)}
    for role, names in roles.items():
        short[role] = names[0] if role == "regulator" else sorted(names)
    short["time"] = action.time.value
    if action.factuality.polarity != "affirmed":
        short["polarity"] = action.factuality.polarity
    short["modality"] = str(action.factuality.modality)
    if action.effective is not msgspec.UNSET:
        short["effective"] = action.effective.value
    if action.end is not msgspec.UNSET:
        short["end"] = action.end.value
    if action.deadline is not msgspec.UNSET:
        deadline: list[str | None] = [action.deadline.status]
        if action.deadline.duration is not msgspec.UNSET:
            deadline.append(action.deadline.duration)
        if action.deadline.time is not msgspec.UNSET:
            deadline.append(action.deadline.time.value)
        short["deadline"] = deadline
    if action.salience != "core":
        short["salience"] = action.salience
    if action.attribution:
        short["attribution"] = [voice.source or str(voice.source_class) for voice in action.attribution]
    return short


def claim_in_short(claim: NetworkClaim) -> Plain:
    """What the corpus expects of a network claim."""
    short: Plain = {
        "subject": claim.subject,
        "status": str(claim.status),
        "country": claim.place.country,
        "onset": claim.onset.value,
    }
    if claim.factuality.polarity != "affirmed":
        short["polarity"] = claim.factuality.polarity
    if claim.end is not msgspec.UNSET:
        short["end"] = claim.end.value
    if claim.vpn_unaffected is not msgspec.UNSET:
        short["vpn_unaffected"] = claim.vpn_unaffected
    if claim.partial is not msgspec.UNSET:
        short["partial"] = claim.partial
    if claim.attribution:
        short["attribution"] = [voice.source or str(voice.source_class) for voice in claim.attribution]
    return short
