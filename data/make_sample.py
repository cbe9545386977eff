"""Make the sample organisation: python data/make_sample.py --out data/sample.

The same seed gives the same bytes. See data/README.md for what is in it.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from organisation.files import write_files
from organisation.people import Organisation, make_people
from organisation.programmes import make_pairings, make_promotions
from organisation.truth import make_truth, sample_events

SEED = 2025


def write_sample(out: Path, *, seed: int = SEED) -> Organisation:
    """Write the tables, without the truth file; a few seconds."""
    org = make_people(seed)
    pairings = make_pairings(seed, org)
    write_files(out, org, sample_events(org, seed), pairings, make_promotions(seed, org, pairings))
    return org


def _tell(done: int, of: int) -> None:
    if done % 50 == 0 or done == of:
        sys.stderr.write(f"\r{done} of {of} redraws")
        sys.stderr.write("\n" if done == of else "")


def main() -> None:
    """Write the tables and the truth file; a minute or two."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("data/sample"), help="folder to write into")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--redraws", type=int, default=400, help="redraws behind the expected values")
    choices = parser.parse_args()
    org = write_sample(choices.out, seed=choices.seed)
    events = sample_events(org, choices.seed)
    truth = make_truth(org, events, seed=choices.seed, redraws=choices.redraws, progress=_tell)
    text = json.dumps(truth, indent=1, ensure_ascii=False)
    (choices.out / "truth.json").write_text(text + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
