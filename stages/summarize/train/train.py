#!/usr/bin/env python3
"""Train the summary's model and write it to ../score_table.c. README.md says how to call it."""

import argparse
import json
import os
import pathlib
import random
import sys
import tempfile
import time

import catboost
import numpy as np

import articles as data
import forest

HERE = pathlib.Path(__file__).resolve().parent
SEED = 20231117
# weight of a sentence; what all the facts of a reference are worth beside ROUGE-1 and ROUGE-2; and
# the power of its length that a gain is multiplied by
SETS = {
    "cnndm_en": (1.3, 0.5, -0.5),
    "cnndm_gpt4ref_en": (1.0, 0.5, -0.4),
    "summeval_multiref_en": (1.0, 0.5, -0.4),
    "bbc_en": (0.6, 0.1, 0.0),
    "orangesum_fr": (1.5, 0.0, -0.5),
    "norsumm_no": (2.0, 0.2, 0.0),
    "uscorpus_ur": (1.5, 0.2, 0.0),
}
MEAN_WORDS, LEAST_WORDS = 22, 8
SENTENCES = 3
LOOKED_AT = 16         # so many of the best lines of an article are learnt from beside others
ALONE = {"iterations": 200, "learning_rate": 0.07}
BESIDE = {"iterations": 60, "learning_rate": 0.12}


def say(*what):
    print(f"[{time.process_time():5.0f} s]", *what, flush=True)


def targets(article, state, lines):
    """The gains that are learnt."""
    _, beta, exponent = SETS[article.set]
    gains = article.gains(state, lines)
    gain = gains[:, 0] + beta * gains[:, 1]
    scale = (np.maximum(article.words[lines], LEAST_WORDS) / MEAN_WORDS) ** exponent
    return np.where(gain > 0, gain * scale, gain)


def fit(rows, names, settings):
    """Trees for rows: [(features, target, weight, baseline)]."""
    x, y, w, base = (np.concatenate([r[k] for r in rows]) for k in range(4))
    model = catboost.CatBoostRegressor(
        depth=forest.LEVELS, loss_function="RMSE", random_seed=SEED, thread_count=1,
        border_count=128, l2_leaf_reg=5, bootstrap_type="No", random_strength=0,
        boosting_type="Plain", leaf_estimation_iterations=1, allow_writing_files=False,
        verbose=False, **settings)
    model.fit(catboost.Pool(x.astype(np.float32), y - base, weight=w, feature_names=names))
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "model.json")
        model.save_model(path, format="json")
        with open(path) as f:
            return forest.trees_of(json.load(f))


def rows_of(article, features, state, lines, baseline):
    """(features, target, weight, baseline) of the lines that may be chosen beside a state."""
    n = len(lines)
    weight = np.full(n, SETS[article.set][0] / np.sqrt(max(n, 1)))
    return features[lines], targets(article, state, lines), weight, baseline


def alone_rows(a):
    lines = np.flatnonzero(a.allowed)
    return rows_of(a, a.features, [], lines, np.zeros(len(lines)))


def best_alone(a):
    return [int(i) for i in np.argsort(-a.alone, kind="stable") if a.allowed[i]]


def states_of(a, rng):
    """Lists of chosen lines, the next choice beside which is learnt."""
    order = best_alone(a)
    if len(order) < 2:
        return []
    states = [order[:1], order[:2], order[:3], rng.sample(order[:8], min(2, len(order) - 1)),
              rng.sample(order[:6], 1)]
    unique = {tuple(sorted(s)): s for s in states if len(s) < len(order)}
    return [unique[k] for k in sorted(unique)]


def beside_rows(a):
    best = best_alone(a)[:LOOKED_AT]
    for state, beside in zip(a.states, a.beside):
        lines = [i for i in best if i not in state]
        yield rows_of(a, np.hstack([a.features, beside]), state, lines,
                      a.alone[lines] / forest.UNIT)


def measure(name, chosen):
    """(R1, R2, RL, facts, sentences, words) of [(article, lines)]; all but the last two in percent."""
    rows = []
    for a, lines in chosen:
        one, two = a.overlap(lines) if lines else (0, 0)
        lines = sorted(lines)
        longest = a.longest(lines) if lines else 0
        rows.append((100 * one, 100 * two, 100 * longest,
                     100 * a.fact_recall(lines) if a.facts else np.nan,
                     len(lines), sum(a.words[i] for i in lines)))
    found = np.nanmean(np.array(rows), axis=0)
    say(f"{name:22} R1 {found[0]:6.2f}  R2 {found[1]:6.2f}  RL {found[2]:6.2f}"
        f"  facts {found[3]:5.1f}  sentences {found[4]:4.2f}  words {found[5]:5.1f}")
    return found


def load():
    everything = {}
    for name in SETS:
        found = data.load(name)
        for a, answer in zip(found, data.probe(found)):
            a.set_lines(answer[0])
            a.features = answer[2]
            a.set = name
        everything[name] = found
        say(name, len(found), "articles", sum(len(a.texts) for a in found), "lines")
    return everything


def train(everything, names):
    """Trees without each fold and, last, of all: [(alone, beside)]."""
    all_articles = [a for found in everything.values() for a in found]
    n_alone = sum(not beside for _, beside in names)
    labels = [n for n, _ in names]
    rows = [alone_rows(a) for a in all_articles]
    alone = []
    for fold in [*range(data.FOLDS), None]:
        alone.append(fit([r for a, r in zip(all_articles, rows) if a.fold != fold],
                         labels[:n_alone], ALONE))
        say("alone without fold", fold)
    for a in all_articles:
        a.alone = forest.values(alone[a.fold], a.features).astype(np.int32)
    rng = random.Random(SEED)
    for a in all_articles:
        a.states = states_of(a, rng)
    for a, answer in zip(all_articles, data.probe(all_articles, scores=[a.alone for a in all_articles],
                                                  states=[a.states for a in all_articles])):
        a.beside = answer[3]
    rows = [list(beside_rows(a)) for a in all_articles]
    say(sum(len(r[1]) for rs in rows for r in rs), "rows beside")
    models = []
    for fold in [*range(data.FOLDS), None]:
        kept = [r for a, rs in zip(all_articles, rows) if a.fold != fold for r in rs]
        models.append((alone[data.FOLDS if fold is None else fold], fit(kept, labels, BESIDE)))
        say("beside without fold", fold)
    return models


def cross_validate(everything, models):
    """What each article's model, which has not seen it, chooses: {set: measures}."""
    chosen = {}
    with tempfile.TemporaryDirectory() as folder:
        for fold in range(data.FOLDS):
            path = os.path.join(folder, f"{fold}.model")
            pathlib.Path(path).write_bytes(forest.pack(*models[fold]))
            for name, found in everything.items():
                mine = [a for a in found if a.fold == fold]
                for a, answer in zip(mine, data.probe(mine, model=path, most=SENTENCES)):
                    chosen[name, a.id] = answer[4]
    return {name: measure(name, [(a, chosen[name, a.id]) for a in found])
            for name, found in everything.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=pathlib.Path, default=HERE.parent / "score_table.c")
    parser.add_argument("--check", action="store_true",
                        help="compare with what is there instead of writing; 1 if it differs")
    args = parser.parse_args()
    everything = load()
    models = train(everything, data.feature_names())
    table = forest.table(*models[-1])
    if args.check:
        same = args.out.read_text() == table
        say(args.out, "is the same" if same else "differs")
        return 0 if same else 1
    args.out.write_text(table)
    say(args.out, "is written; cross-validation:")
    cross_validate(everything, models)
    return 0


if __name__ == "__main__":
    sys.exit(main())
