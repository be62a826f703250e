#!/usr/bin/env bash
# bench.sh [summarize | MB]: figures of the chain on a generated corpus, or of `summarize` alone;
# rows for RESULTS.md.
set -euo pipefail
cd "$(dirname "$0")/../.."
if [ "${1:-}" = summarize ]; then
	shift
	exec /usr/bin/env python3 tests/bench/summarize.py "$@"
fi
exec /usr/bin/env python3 tests/bench/chain.py "$@"
