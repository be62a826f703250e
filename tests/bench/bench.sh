#!/usr/bin/env bash
# bench.sh [MB]: whole-process figures of the chain on a generated corpus; rows for RESULTS.md.
set -euo pipefail
cd "$(dirname "$0")/../.."
exec /usr/bin/env python3 tests/bench/chain.py "$@"
