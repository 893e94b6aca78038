"""Floor 2: what observations mean, by rules that are data; the first that holds decides and signs the verdict.

What may enter: rules, fingerprints, controls, and the features they look at. Everything is a pure function of the
observations of one measurement and of versioned snapshots; nothing here reads the lake, remembers an earlier run or knows
what documents claim.
"""

from admittance.judge.attempts import judge_attempts
from admittance.judge.bearing import BEARING_COLUMNS, bearing_versions
from admittance.judge.controls import VOUCHING_COLUMNS, build_controls, can_vouch, controls_version
from admittance.judge.elsewhere import unhelped
from admittance.judge.fingerprints import Fingerprints
from admittance.judge.functions import judge_functions
from admittance.judge.judgements import Judgement, LayerJudgement, Layers, judgements
from admittance.judge.network import Judged, judge_network, judged
from admittance.judge.ruleset import LEARNING_VERSION, RULES, RULESET_VERSION, RULESET_VERSIONS
from admittance.judge.said import hashed
from admittance.judge.snapshots import judge_snapshots

__all__ = [
    "BEARING_COLUMNS",
    "LEARNING_VERSION",
    "RULES",
    "RULESET_VERSION",
    "RULESET_VERSIONS",
    "VOUCHING_COLUMNS",
    "Fingerprints",
    "Judged",
    "Judgement",
    "LayerJudgement",
    "Layers",
    "bearing_versions",
    "build_controls",
    "can_vouch",
    "controls_version",
    "hashed",
    "judge_attempts",
    "judge_functions",
    "judge_network",
    "judge_snapshots",
    "judged",
    "judgements",
    "unhelped",
]
