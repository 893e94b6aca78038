"""A measure names the earlier one of its text that it undoes, repeats or carries on."""

import pytest
from msgspec import UNSET

from admittance.catalog import Catalog
from admittance.documents import read_text


@pytest.mark.parametrize(
    ("text", "later", "earlier"),
    [
        ("Turkey blocked Instagram on August 2. Turkey lifted the ban on Instagram on August 10.", "unblock", "block"),
        ("Russia blocked Telegram in April 2018. On Friday, Roskomnadzor again blocked Telegram.", "block", "block"),
        (
            "China's cyberspace administration launched a campaign against unlicensed VPNs in January. On Tuesday the "
            "cyberspace administration ordered Apple to remove ExpressVPN from its App Store as part of the campaign.",
            "app_removal",
            "campaign",
        ),
        ("土耳其8月2日封锁了Instagram。8月10日，土耳其解除了对Instagram的封锁。", "unblock", "block"),
    ],
)
def test_what_goes_on_with_what(catalog: Catalog, text: str, later: str, earlier: str) -> None:
    actions = read_text(text, catalog=catalog, published="2024-08-17").actions
    (follower,) = [action for action in actions if action.follows is not UNSET]
    followed = next(action for action in actions if action.id == follower.follows)
    assert (str(follower.type), str(followed.type)) == (later, earlier)
    assert followed.follows is UNSET


@pytest.mark.parametrize(
    "text",
    [
        "Turkey blocked Instagram on August 2. Russia lifted its ban on Instagram on August 10.",
        "Russia blocked Signal on August 9. Russia blocked Telegram on August 10.",
    ],
)
def test_what_stands_by_itself(catalog: Catalog, text: str) -> None:
    for action in read_text(text, catalog=catalog, published="2024-08-17").actions:
        assert action.follows is UNSET
