#!/usr/bin/env bash
# bench.sh [MB]: whole-process figures of the chain on a generated corpus; rows for RESULTS.md.
# bench.sh dedup [MB]: duplicates, and peers beside them.
set -euo pipefail
cd "$(dirname "$0")/../.."
case "${1:-}" in
dedup)
	shift
	exec /usr/bin/env python3 tests/bench/dedup.py "$@"
	;;
*) exec /usr/bin/env python3 tests/bench/chain.py "$@" ;;
esac
