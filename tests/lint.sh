#!/bin/sh
# The rules of the house that a compiler does not check. Prints what breaks them; exit 1 if any.
set -u
cd "$(dirname "$0")/.."
failed=0

complain() { # WHAT LINES: one rule and the places that break it
	[ -n "$2" ] || return 0
	printf 'lint: %s\n%s\n' "$1" "$2"
	failed=1
}

sources=$(git ls-files 2>/dev/null -- '*.c' '*.h')
[ -n "$sources" ] || sources=$(find common proto stages tests -name '*.[ch]')
written=$(echo "$sources" | grep -v '_table\.c$')

complain 'not formatted (clang-format -i)' \
	"$(for f in $written; do clang-format --dry-run -Werror "$f" >/dev/null 2>&1 || echo "$f"; done)"

complain 'includes go down: common knows nothing of proto and stages' \
	"$(grep -nE '#include "(proto|stages)/' common/*.[ch])"
complain 'includes go down: proto knows nothing of stages' \
	"$(grep -nE '#include "stages/' proto/*.[ch])"
for folder in stages/*/; do
	room=$(basename "$folder")
	complain "a stage includes no other stage: $room" \
		"$(grep -nE '#include "stages/[a-z]+/' "$folder"*.[ch] | grep -v "\"stages/$room/")"
done

complain 'a stage prints nothing but through its sink and the log' \
	"$(grep -nE '\b(printf|puts|putchar)\(' stages/*.c stages/read/*.c stages/extract/*.c \
		stages/dedup/*.c stages/summarize/*.c stages/write/*.c)"
complain 'common and proto return errors, they do not log' \
	"$(grep -n 'log_line(' common/*.c proto/*.c | grep -v '^common/log.c')"
complain 'file names are unique in the tree' \
	"$(echo "$sources" | grep -v -e '/main\.c$' | xargs -n1 basename | sort | uniq -d)"
complain 'marks of unfinished work' \
	"$(echo "$sources" | xargs grep -nE 'TODO|FIXME|\bXXX\b|HACK')"
complain 'tests wait for events, they do not sleep' \
	"$(grep -rnE '\b(usleep|nanosleep|sleep) ?\(' tests --include='*.c' --include='*.py')"

exit $failed
