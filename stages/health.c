#include "stages/health.h"

#include <string.h>
#include <time.h>

#include "stages/loop.h"

const struct hold_reason hold_reasons[] = {
    {"disk-full", "make room on that disk"},
    {"read-only", "mount that disk for writing"},
    {"file-limit", "raise the limit of file sizes (ulimit -f)"},
    {"descriptors", "raise the limit of open files (ulimit -n)"},
    {"memory", "give it more memory"},
    {"index-full", "raise --index-limit, or `winnow index forget`"},
    {"source-away", "look at the queue or disk that documents come from"},
    {"sink-away", "look at what the records go to"},
    {"refused", "put each one's certificate where the other looks (--peers)"},
    {"batch-lacking", "raise --document-timeout and --document-memory to what they were"},
    {"other", "do what it says"},
};

const size_t n_hold_reasons = sizeof(hold_reasons) / sizeof(hold_reasons[0]);

/* What has no reason of its own is away at the end where the stage stands. */
size_t
health_reason(const char *of, const char *reason)
{
	size_t other = n_hold_reasons - 1, i = 0;

	while (i < other && strcmp(hold_reasons[i].name, reason) != 0)
		i++;
	if (i == other && strcmp(of, "read") == 0)
		return health_reason("", "source-away");
	if (i == other && strcmp(of, "write") == 0)
		return health_reason("", "sink-away");
	return i;
}

static uint64_t
ago(uint64_t ms)
{
	uint64_t now = loop_now();

	return now > ms ? now - ms : 0;
}

static void
print_since(struct buf *out, uint64_t ms)
{
	uint64_t seconds = ago(ms) / 1000;
	time_t then = time(NULL) - (time_t)seconds;
	char when[32];
	struct tm tm;

	strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&then, &tm));
	buf_print(out, "since %s (%llu s)", when, (unsigned long long)seconds);
}

static bool
is_held(const struct meter *m)
{
	for (int i = 0; i < METER_HOLDS; i++)
		if (atomic_load(&m->holds[i].who) != 0)
			return true;
	return false;
}

static void
print_holds(struct buf *out, const struct watched *w)
{
	char words[METER_WORDS_BYTES];

	for (int i = 0; i < METER_HOLDS; i++) {
		const struct meter_hold *h = &w->meter->holds[i];
		const struct hold_reason *reason;

		if (atomic_load(&h->who) == 0)
			continue;
		meter_read(&h->reason, words);
		reason = &hold_reasons[health_reason(w->stage, words)];
		meter_read(&h->why, words);
		buf_print(out, "%s: holds (%s) ", w->stage, reason->name);
		print_since(out, atomic_load(&h->since));
		buf_print(out, ": %s; to do: %s\n", words, reason->advice);
	}
}

static bool
has_mismatch(const struct meter *m)
{
	uint64_t at = meter_get(m, METER_MISMATCH_AT);

	return at != 0 && ago(at) < HEALTH_MISMATCH_MS;
}

static void
print_unready(struct buf *out, const struct watched *w)
{
	const struct meter *m = w->meter;
	char words[METER_WORDS_BYTES];

	print_holds(out, w);
	if (has_mismatch(m)) {
		meter_read(&m->mismatch, words);
		buf_print(out, "%s: %s\n", w->stage, words);
	}
	if (meter_get(m, METER_STOPPING) != 0)
		buf_print(out, "%s: stopping\n", w->stage);
	else if (meter_get(m, METER_BEGUN) == 0 && !is_held(m)) {
		meter_read(&m->doing, words);
		buf_print(out, "%s: %s\n", w->stage, words[0] != '\0' ? words : "starting");
	}
}

bool
health_ready(const struct health *h, struct buf *out)
{
	size_t before = out->n;

	for (size_t i = 0; i < h->n; i++)
		print_unready(out, &h->processes[i]);
	return out->n == before;
}

/* One process that does one thing for too long. A start is for whoever started it to wait for. */
static void
print_stuck(struct buf *out, const struct health *h, const struct watched *w)
{
	const struct meter *m = w->meter;
	uint64_t since = meter_get(m, METER_TURNED_AT);

	if (meter_get(m, METER_WAITS) != 0 || meter_get(m, METER_BEGUN) == 0 || is_held(m) ||
	    ago(since) <= h->stall_ms)
		return;
	buf_print(out, "%s: stuck ", w->stage);
	print_since(out, since);
	buf_str(out, ", without saying why\n");
}

/* A chain that has begun, with work in flight, of which no process came further for too long. */
static void
print_stalled(struct buf *out, const struct health *h)
{
	uint64_t flight = 0, newest = 0;

	for (size_t i = 0; i < h->n; i++) {
		const struct meter *m = h->processes[i].meter;
		uint64_t at = meter_get(m, METER_PROGRESS_AT);

		if (is_held(m) || meter_get(m, METER_BEGUN) == 0)
			return;
		flight += meter_get(m, METER_BATCHES);
		newest = at > newest ? at : newest;
	}
	if (flight == 0 || ago(newest) <= h->stall_ms)
		return;
	buf_print(out, "the chain: %llu batches in flight, and nothing has moved ",
	    (unsigned long long)flight);
	print_since(out, newest);
	buf_str(out, "\n");
}

bool
health_live(const struct health *h, struct buf *out)
{
	size_t before = out->n;

	if (h->stall_ms == UINT64_MAX)
		return true;
	for (size_t i = 0; i < h->n; i++)
		print_stuck(out, h, &h->processes[i]);
	if (h->is_chain)
		print_stalled(out, h);
	return out->n == before;
}
