"""The metrics of speech and turn-taking by name, on plain JSON values: what independent cases are checked through.

Each method takes and returns exactly the fields of its group (evaluation.md, section 11).
"""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, TypeAlias

from harness.errors import UnknownNameError
from harness.model.entity import Entity, EntityKind
from harness.scorers.entities import entity_found
from harness.scorers.normalise import Normalizer, compares_characters, normalize_basic, normalize_whisper_en
from harness.scorers.turn_reference import TURN_METHODS
from harness.scorers.wer import Alignment, alternatives, character_errors, corpus, pipeline, word_errors

Json: TypeAlias = Mapping[str, Any]


def run(method: str, input: Json) -> Json:
    """Return what a method makes of an input.

    Raises:
        UnknownNameError: there is no such method.
        MissingExtraError: the method's optional package is not installed.
    """
    if method not in METHODS:
        raise UnknownNameError(kind="reference method", name=method, known=tuple(METHODS))
    return METHODS[method](input)


def _word_errors(given: Json) -> Json:
    found = word_errors(given["reference"], hypothesis=given["hypothesis"])
    counts = found.counts
    return {
        "hits": counts.hits,
        "substitutions": counts.substitutions,
        "deletions": counts.deletions,
        "insertions": counts.insertions,
        "errors": counts.errors,
        "n_ref": counts.reference_words,
        "n_hyp": found.hypothesis_words,
        "wer": counts.rate,
        "mer": found.match_error_rate,
        "wil": 1 - found.information_kept,
        "wip": found.information_kept,
        "split_unique": _has_one_split(given["reference"].split(), given["hypothesis"].split()),
    }


def _character_errors(given: Json) -> Json:
    counts = character_errors(given["reference"], hypothesis=given["hypothesis"]).counts
    return {"errors": counts.errors, "n_ref": counts.reference_words, "cer": counts.rate}


def _normalize_basic(given: Json) -> Json:
    return {"normalized": normalize_basic(given["text"], given["lang"])}


def _normalize_whisper_en(given: Json) -> Json:
    return {"normalized": normalize_whisper_en(given["text"])}


def _wer_pipeline(given: Json) -> Json:
    lang = given["lang"]
    found = pipeline(
        given["reference"],
        hypothesis=given["hypothesis"],
        lang=lang,
        normalizer=Normalizer(given["normalizer"]),
    )
    return {"metric": "cer" if compares_characters(lang) else "wer", **_rate(found)}


def _rate(found: Alignment) -> dict[str, Any]:
    counts = found.counts
    return {"errors": counts.errors, "n_ref": counts.reference_words, "rate": counts.rate}


def _corpus_wer(given: Json) -> Json:
    found = corpus((reference, hypothesis) for reference, hypothesis in given["utterances"])
    return {
        "corpus_wer": found.rate,
        "macro_wer": found.macro,
        "errors": found.counts.errors,
        "ref_words": found.counts.reference_words,
        "empty_ref_insertions": found.empty_reference_insertions,
    }


def _wer_alternatives(given: Json) -> Json:
    choice = alternatives(given["references"], hypothesis=given["hypothesis"])
    counts = choice.alignment.counts
    return {"chosen": choice.index, "errors": counts.errors, "n_ref": counts.reference_words, "wer": counts.rate}


def _entity_accuracy(given: Json) -> Json:
    hits = [
        entity_found(
            Entity(kind=EntityKind(item["type"]), value=item["value"], accept=tuple(item.get("accept", ()))),
            hypothesis=given["hypothesis"],
        )
        for item in given["entities"]
    ]
    return {"hits": hits, "entity_error_rate": hits.count(False) / len(hits) if hits else None}


def _has_one_split(reference: Sequence[str], hypothesis: Sequence[str]) -> bool:
    """Return whether every alignment with the fewest errors has the same hits, and so the same S, D and I."""
    # Each cell holds (errors, fewest hits, most hits) of the best alignments of two beginnings.
    above = [(column, 0, 0) for column in range(len(hypothesis) + 1)]
    for row, word in enumerate(reference, start=1):
        line = [(row, 0, 0)]
        for column, other in enumerate(hypothesis, start=1):
            hit = int(word == other)
            diagonal = above[column - 1]
            ways = [
                (diagonal[0] + 1 - hit, diagonal[1] + hit, diagonal[2] + hit),
                *((errors + 1, fewest, most) for errors, fewest, most in (above[column], line[column - 1])),
            ]
            least = min(errors for errors, _, _ in ways)
            optimal = [way for way in ways if way[0] == least]
            line.append((least, min(way[1] for way in optimal), max(way[2] for way in optimal)))
        above = line
    return above[-1][1] == above[-1][2]


METHODS: Mapping[str, Callable[[Json], Json]] = MappingProxyType(
    {
        "word_errors": _word_errors,
        "character_errors": _character_errors,
        "normalize_basic": _normalize_basic,
        "normalize_whisper_en": _normalize_whisper_en,
        "wer_pipeline": _wer_pipeline,
        "corpus_wer": _corpus_wer,
        "wer_alternatives": _wer_alternatives,
        "entity_accuracy": _entity_accuracy,
        **TURN_METHODS,
    }
)
"""Every method by name."""
