#!/usr/bin/env bash
# bench.sh [MB]: whole-process figures of the chain on a generated corpus; rows for RESULTS.md.
# bench.sh dedup | summarize [...]: duplicates or summaries, with peers beside them.
set -euo pipefail
cd "$(dirname "$0")/../.."
case "${1:-}" in
dedup | summarize)
	part=$1
	shift
	exec /usr/bin/env python3 "tests/bench/$part.py" "$@"
	;;
*) exec /usr/bin/env python3 tests/bench/chain.py "$@" ;;
esac
