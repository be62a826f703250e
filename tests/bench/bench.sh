#!/usr/bin/env bash
# bench.sh [MB]: whole-process figures of the chain on a generated corpus; rows for RESULTS.md.
# bench.sh dedup | summarize | archives [...]: one part of it, with peers beside it.
set -euo pipefail
cd "$(dirname "$0")/../.."
case "${1:-}" in
dedup | summarize | archives)
	part=$1
	shift
	exec /usr/bin/env python3 "tests/bench/$part.py" "$@"
	;;
*) exec /usr/bin/env python3 tests/bench/chain.py "$@" ;;
esac
