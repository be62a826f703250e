#!/bin/sh
# Run a test command; a sanitizer's report in any of its processes fails it, whatever it exits with.
# (Criterion exits 0 when a test leaks, and a stage that dies is started again.)
set -u
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT
export ASAN_OPTIONS="log_path=$logs/asan:detect_leaks=1:${ASAN_OPTIONS:-}"
export UBSAN_OPTIONS="log_path=$logs/ubsan:print_stacktrace=1:${UBSAN_OPTIONS:-}"
export TSAN_OPTIONS="log_path=$logs/tsan:${TSAN_OPTIONS:-}"
"$@"
status=$?
for report in "$logs"/*; do
	[ -e "$report" ] || continue
	# the leak checker says only this of a process that is killed while it looks: no report
	grep -qv '^==[0-9]*==Unable to get registers from thread [0-9]*\.$' "$report" || continue
	echo "sanitizer report: $report"
	cat "$report"
	status=1
done
exit $status
