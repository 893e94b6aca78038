"""The scenario's short texts, written for it: what is said of the restriction, a summons, and one statement that is wrong."""

import msgspec

__all__ = ["NOTICES", "Notice"]


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """One text as `read` takes it."""

    url: str
    title: str
    published: str
    publisher: str
    kind: str
    language: str
    text: str
    origin: str = "simulated"


_MARK = "This text is simulated and was written for a demonstration."
_MARK_ZH = "本文为演示而写，内容均为模拟。"

NOTICES = (
    Notice(
        url="https://example.org/simulated/users-report",
        title="Signal users in China report trouble",
        published="2021-03-16",
        publisher="simulated-gazette",
        kind="article",
        language="en",
        text=(
            "Signal users in China report trouble\n\n"
            "The Wall Street Journal reported on March 15, citing people familiar with the matter, that Signal has been "
            "blocked in mainland China since March 14 and that new users could not register, while Signal users who went "
            "through a virtual private network were not affected.\n\n"
            f"{_MARK}\n"
        ),
    ),
    Notice(
        url="https://example.org/simulated/monitor-note",
        title="Monitor: Signal blocked since the 15th",
        published="2021-03-17",
        publisher="simulated-monitor-digest",
        kind="report",
        language="en",
        text=(f"{_MARK}\n\nData from GreatFire.org show that Signal has been blocked in China since March 15.\n"),
    ),
    Notice(
        url="https://example.org/simulated/evening-paper",
        title="Chat app out of reach",
        published="2021-03-17",
        publisher="simulated-evening-paper",
        kind="article",
        language="en",
        text=(
            "Chat app out of reach\n\n"
            "Signal, a messaging app, has been inaccessible in China since Monday, March 15, users say.\n\n"
            f"{_MARK}\n"
        ),
    ),
    Notice(
        url="https://example.org/simulated/blog",
        title="It began much earlier",
        published="2021-03-17",
        publisher="simulated-blog",
        kind="post",
        language="en",
        text=(f"It began much earlier\n\nAccording to one blog, Signal has been blocked in China since March 5.\n\n{_MARK}\n"),
    ),
    Notice(
        url="https://example.org/simulated/summons",
        title="国家网信办约谈11家企业",
        published="2021-03-19",
        publisher="simulated-gazette",
        kind="notice",
        language="zh",
        text=(
            f"{_MARK_ZH}\n\n"
            "3月18日，国家网信办约谈映客、小米、快手、字节跳动、鲸准数服、云账户、喜马拉雅、阿里巴巴、网易云音乐、腾讯、去演等11家企业，"
            "内容涉及语音社交软件的安全。\n"
        ),
    ),
)
