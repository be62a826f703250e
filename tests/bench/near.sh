#!/usr/bin/env bash
# near.sh CORPUS [MILLIONS]: how fast near-duplicates are found with so many sketches (10) in the
# table; CORPUS is a folder of make_corpus.py, of which the new paragraphs are taken.
set -euo pipefail
cd "$(dirname "$0")/../.."
corpus=${1:?usage: near.sh CORPUS [MILLIONS]}
cmake --preset release >/dev/null
cmake --build build/release --target near_bench >/dev/null
texts=$(mktemp)
trap 'rm -f "$texts"' EXIT
/usr/bin/env python3 - "$corpus" >"$texts" <<'PY'
import json
import sys

documents = [json.loads(line)["text"].split("\n") for line in open(sys.argv[1] + "/docs.jsonl")]
for row in list(open(sys.argv[1] + "/labels.tsv"))[1:]:
    document, paragraph, _, kind = row.rstrip("\n").split("\t")
    text = documents[int(document)][int(paragraph)]
    if kind == "new" and text.isascii():
        print(text)
PY
build/release/bin/near_bench "$texts" "${2:-10}"
