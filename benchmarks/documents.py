"""Documents read a second, on the scenario's notices repeated to about three kilobytes each."""

import tempfile
import time
from pathlib import Path

import msgspec

from admittance.catalog import load
from admittance.documents import read_text
from admittance.lab import write_scenario

ROUNDS = 5
CHARACTERS = 3_000


def documents_per_second() -> dict[str, object]:
    """Documents a second on one core, best of five; the first, which loads the lexicon, is not counted."""
    with tempfile.TemporaryDirectory() as place:
        lines = write_scenario(Path(place)).notices.read_bytes().splitlines()
    texts = [str(msgspec.json.decode(line)["text"]) for line in lines]
    long = [("\n\n".join([text] * (CHARACTERS // len(text) + 1)))[:CHARACTERS] for text in texts]
    catalog = load()
    read_text(long[0], catalog=catalog)
    best = float("inf")
    for _ in range(ROUNDS):
        begun = time.process_time()
        for text in long:
            read_text(text, catalog=catalog, published="2021-03-19")
        best = min(best, time.process_time() - begun)
    return {"benchmark": "documents_per_second", "characters": CHARACTERS, "documents_per_second": round(len(long) / best)}
