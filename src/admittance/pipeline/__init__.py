"""Floor 3: the only composer. Steps of floor 2 take tables and give tables; this is where they meet each other and the lake.

What may enter: which step feeds which, what is redone and what is kept, and the reports of it. No rule, no threshold, no
wording of a result. Time and progress come in as arguments.
"""

from admittance.pipeline.crawl import CrawlReport, app_ids_of, crawl_appstore
from admittance.pipeline.editions import (
    KeptList,
    OtherFile,
    PublishedList,
    editions_holding,
    keep_list,
    published_lists,
    sites_of,
)
from admittance.pipeline.fetching import Fetcher, Reach
from admittance.pipeline.files import Access
from admittance.pipeline.ingest import ingest
from admittance.pipeline.judging import judge_files
from admittance.pipeline.progress import Progress, silent
from admittance.pipeline.reading import DocumentInput, decide, documents_in, open_questions, read_documents
from admittance.pipeline.report import IngestReport
from admittance.pipeline.run import RunReport, run

__all__ = [
    "Access",
    "CrawlReport",
    "DocumentInput",
    "Fetcher",
    "IngestReport",
    "KeptList",
    "OtherFile",
    "Progress",
    "PublishedList",
    "Reach",
    "RunReport",
    "app_ids_of",
    "crawl_appstore",
    "decide",
    "documents_in",
    "editions_holding",
    "ingest",
    "judge_files",
    "keep_list",
    "open_questions",
    "published_lists",
    "read_documents",
    "run",
    "silent",
    "sites_of",
]
