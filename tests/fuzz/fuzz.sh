#!/usr/bin/env bash
# fuzz.sh [TARGET [SECONDS]]: libFuzzer from the corpus; new finds that matter are for the corpus.
set -euo pipefail
cd "$(dirname "$0")/../.."
targets=${1:-$(ls tests/fuzz/corpus)}
seconds=${2:-60}
for target in $targets; do
	work=$(mktemp -d)
	echo "== fuzz_$target for $seconds s"
	build/fuzz/bin/fuzz_"$target" -max_total_time="$seconds" -print_final_stats=1 -close_fd_mask=1 \
		-artifact_prefix="$work/" "$work" "tests/fuzz/corpus/$target" ||
		{ echo "fuzz: fuzz_$target failed; its input is in $work" >&2; exit 1; }
	rm -rf "$work"
done
