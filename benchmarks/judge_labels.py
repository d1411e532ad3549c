"""The labelled calls of this repository for `harness judge calibrate`: `python3 -m benchmarks.judge_labels FOLDER`.

Calls of both sets, with one question for each criterion, so that every judge can be measured on the same labels. What
no judge should answer is left out. The calls are short, invented and in English: a start, not a proof.
"""

import csv
import json
import sys
from pathlib import Path

LABELS = Path(__file__).parent.parent / "tests" / "data" / "judge_labels"
SETS = ("development", "held_out")


def write_labels(folder: Path) -> Path:
    """Write `labels.csv` and the calls it names into a folder, and return the path of the labels."""
    (folder / "calls").mkdir(parents=True, exist_ok=True)
    rows: list[dict[str, str]] = []
    questions: dict[str, str] = {}
    for name in SETS:
        document = json.loads((LABELS / f"{name}.json").read_text(encoding="utf-8"))
        for call, lines in document["calls"].items():
            parted = (line.partition(": ") for line in lines)
            turns = [{"speaker": speaker, "text": text} for speaker, _, text in parted]
            path = folder / "calls" / f"{call}.json"
            path.write_text(json.dumps({"turns": turns}, ensure_ascii=False, indent=1), encoding="utf-8")
        for item in document["labels"]:
            if item["label"] == "abstain":
                continue
            question = questions.setdefault(item["criterion"], item["question"])
            rows.append(
                {
                    "call": f"calls/{item['call']}.json",
                    "criterion": item["criterion"],
                    "label": item["label"],
                    "question": question,
                }
            )
    labels = folder / "labels.csv"
    with labels.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, ("call", "criterion", "label", "question"))
        writer.writeheader()
        writer.writerows({(row["call"], row["criterion"]): row for row in rows}.values())
    return labels


if __name__ == "__main__":
    print(write_labels(Path(sys.argv[1])))
