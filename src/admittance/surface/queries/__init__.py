"""Every read, once: pure functions from a snapshot (and the catalog) to frozen structs, for all that show anything.

What may enter: a question that a page or a command asks, and the shape of its answer. A query opens nothing, keeps nothing and
prints nothing; whoever calls it holds the snapshot, so that one answer stands on one version of the lake.
"""

from admittance.surface.queries.card import Card, GateLine, cards
from admittance.surface.queries.categories import CategoryCount, Listing, category_counts, listings, subjects_of_category
from admittance.surface.queries.coverage import CoverageDay, CoverageSpan, coverage, coverage_spans
from admittance.surface.queries.demand import (
    NEAR_DAYS,
    DemandSeries,
    DemandValue,
    NearOnset,
    SpikeEntry,
    demand_series,
    near_onsets,
    spikes,
)
from admittance.surface.queries.documents import DocumentEntry, DocumentPage, document, documents
from admittance.surface.queries.episodes import (
    EpisodeFilter,
    EpisodePage,
    changes,
    content_last,
    episode,
    episodes,
)
from admittance.surface.queries.evidence import Evidence, EvidenceList, evidence_of_episode
from admittance.surface.queries.names import naming_catalog
from admittance.surface.queries.overview import FileEntry, LakeStatus, Overview, overview, status
from admittance.surface.queries.remote import RemoteLine
from admittance.surface.queries.service import Service
from admittance.surface.queries.statements import ActionEntry, ClaimEntry, StatementFilter, actions, claims
from admittance.surface.queries.topics import keywords_on

__all__ = [
    "NEAR_DAYS",
    "ActionEntry",
    "Card",
    "CategoryCount",
    "ClaimEntry",
    "CoverageDay",
    "CoverageSpan",
    "DemandSeries",
    "DemandValue",
    "DocumentEntry",
    "DocumentPage",
    "EpisodeFilter",
    "EpisodePage",
    "Evidence",
    "EvidenceList",
    "FileEntry",
    "GateLine",
    "LakeStatus",
    "Listing",
    "NearOnset",
    "Overview",
    "RemoteLine",
    "Service",
    "SpikeEntry",
    "StatementFilter",
    "actions",
    "cards",
    "category_counts",
    "changes",
    "claims",
    "content_last",
    "coverage",
    "coverage_spans",
    "demand_series",
    "document",
    "documents",
    "episode",
    "episodes",
    "evidence_of_episode",
    "keywords_on",
    "listings",
    "naming_catalog",
    "near_onsets",
    "overview",
    "spikes",
    "status",
    "subjects_of_category",
]
