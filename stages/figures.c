#include "stages/figures.h"

#include <stdio.h>
#include <string.h>

#include "proto/header.h"
#include "stages/loop.h"

enum { STAGE_LABEL_BYTES = 64 };

/*
 * One line: the figures of one family stand together, and its first one has the words. With stage
 * NULL there is a line for each stage, which is its label.
 */
static const struct figure {
	const char *family, *unit, *help;
	bool grows; /* a counter */
	const char *stage, *label;
	enum meter_value value;
} table[] = {
    {"winnow_read_documents", NULL, "Documents taken from the sources by this process.", true,
	"read", NULL, METER_READ_DOCUMENTS},
    {"winnow_read_bytes", "bytes", "Raw bytes of these documents.", true, "read", NULL,
	METER_READ_BYTES},
    {"winnow_replays", NULL, "Batches that were sent again.", true, "read", NULL, METER_REPLAYS},
    {"winnow_batches_in_flight", NULL, "Batches whose outcome is not durable yet.", false, "read",
	NULL, METER_BATCHES},
    {"winnow_in_flight_bytes", "bytes", "Bytes of these batches.", false, "read", NULL,
	METER_FLIGHT_BYTES},
    {"winnow_documents", NULL, "Documents of this run whose outcome is durable.", true, "write",
	"outcome=\"record\"", METER_RECORDS},
    {"winnow_documents", NULL, NULL, true, "write", "outcome=\"dead_letter\"", METER_REFUSED},
    {"winnow_documents", NULL, NULL, true, "write", "outcome=\"empty\"", METER_SKIPPED},
    {"winnow_documents", NULL, NULL, true, "write", "outcome=\"filtered\"", METER_FILTERED},
    {"winnow_failed_documents", NULL, "Records with an error: a later stage failed on them.", true,
	"write", NULL, METER_FAILED},
    {"winnow_paragraphs", NULL, "Paragraphs of this run, by what became of them.", true, "write",
	"verdict=\"kept\"", METER_KEPT},
    {"winnow_paragraphs", NULL, NULL, true, "write", "verdict=\"exact\"", METER_EXACT},
    {"winnow_paragraphs", NULL, NULL, true, "write", "verdict=\"near\"", METER_NEAR},
    {"winnow_earlier_drops", NULL, "Paragraphs dropped whose owner came in an earlier run.", true,
	"write", NULL, METER_EARLIER},
    {"winnow_input_bytes", "bytes", "Raw bytes of the documents whose outcome is durable.", true,
	"write", NULL, METER_BYTES_IN},
    {"winnow_output_bytes", "bytes", "Bytes in the sink.", true, "write", NULL, METER_BYTES_OUT},
    {"winnow_index_entries", NULL, "Paragraphs, and documents as a whole, that have an owner.",
	false, "dedup", NULL, METER_INDEX_OWNERS},
    {"winnow_index_documents", NULL, "Documents in the index.", false, "dedup", NULL,
	METER_INDEX_DOCUMENTS},
    {"winnow_index_memory_bytes", "bytes", "Memory that the index takes.", false, "dedup", NULL,
	METER_INDEX_BYTES},
    {"winnow_index_limit_bytes", "bytes", "Memory that the index may take.", false, "dedup", NULL,
	METER_INDEX_LIMIT},
    {"winnow_index_log_bytes", "bytes", "Log of the index behind its last snapshot.", false,
	"dedup", NULL, METER_INDEX_DISK},
    {"winnow_index_room_paragraphs", NULL, "About so many more paragraphs have room in the index.",
	false, "dedup", NULL, METER_INDEX_ROOM},
    {"winnow_process_starts", NULL, "How often a process of the stage was started.", true, NULL,
	NULL, METER_STARTS},
    {"winnow_processes", NULL, "Processes of the stage that have begun.", false, NULL, NULL,
	METER_BEGUN},
    {"winnow_strangers", NULL, "Messages that were not ours, and were ignored.", true, NULL, NULL,
	METER_STRANGERS},
    {"winnow_lost_connections", NULL, "Connections to workers that broke.", true, NULL, NULL,
	METER_LOSSES},
    {"winnow_refused_peers", NULL, "Connections that were refused, for want of a key.", true, NULL,
	NULL, METER_PEERS_REFUSED},
};

enum { FIGURES = sizeof(table) / sizeof(table[0]) };

static uint64_t
sum(const struct health *h, const char *of, enum meter_value v)
{
	uint64_t n = 0;

	for (size_t i = 0; i < h->n; i++)
		if (strcmp(h->processes[i].stage, of) == 0)
			n += meter_get(h->processes[i].meter, v);
	return n;
}

/* Whether the i-th process is the first one of its stage. */
static bool
is_first(const struct health *h, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (strcmp(h->processes[k].stage, h->processes[i].stage) == 0)
			return false;
	return true;
}

static bool
has_stage(const struct health *h, const char *of)
{
	for (size_t i = 0; i < h->n; i++)
		if (strcmp(h->processes[i].stage, of) == 0)
			return true;
	return false;
}

static void
print_head(
    struct buf *out, const char *family, const char *type, const char *unit, const char *help)
{
	buf_print(out, "# TYPE %s %s\n", family, type);
	if (unit != NULL)
		buf_print(out, "# UNIT %s %s\n", family, unit);
	buf_print(out, "# HELP %s %s\n", family, help);
}

static void
print_line(struct buf *out, const struct figure *f, const char *label, uint64_t n)
{
	const char *total = f->grows ? "_total" : "";

	if (label != NULL)
		buf_print(out, "%s%s{%s} %llu\n", f->family, total, label, (unsigned long long)n);
	else
		buf_print(out, "%s%s %llu\n", f->family, total, (unsigned long long)n);
}

static void
print_figure(struct buf *out, const struct health *h, const struct figure *f)
{
	char label[STAGE_LABEL_BYTES];

	if (f->stage != NULL && !has_stage(h, f->stage))
		return;
	if (f->help != NULL)
		print_head(out, f->family, f->grows ? "counter" : "gauge", f->unit, f->help);
	if (f->stage != NULL) {
		print_line(out, f, f->label, sum(h, f->stage, f->value));
		return;
	}
	for (size_t i = 0; i < h->n; i++) {
		const char *of = h->processes[i].stage;

		if (!is_first(h, i))
			continue;
		snprintf(label, sizeof(label), "stage=\"%s\"", of);
		print_line(out, f, label, sum(h, of, f->value));
	}
}

/* dead letters by reason */

static void
print_dead_letters(struct buf *out, const struct health *h)
{
	char name[METER_NAME_BYTES + 1];
	uint64_t count;

	if (!has_stage(h, "write"))
		return;
	print_head(
	    out, "winnow_dead_letters", "counter", NULL, "Documents refused for good, by reason.");
	for (size_t i = 0; i < h->n; i++)
		for (size_t k = 0; k < METER_ROWS; k++)
			if (meter_read_row(h->processes[i].meter, k, name, &count))
				buf_print(out, "winnow_dead_letters_total{reason=\"%s\"} %llu\n",
				    name, (unsigned long long)count);
}

/* holds and states */

/* Seconds that the longest hold has lasted for that reason; -1: there is none. */
static double
held_for(const struct health *h, size_t reason)
{
	char words[METER_WORDS_BYTES];
	double longest = -1;

	for (size_t i = 0; i < h->n; i++)
		for (int k = 0; k < METER_HOLDS; k++) {
			const struct meter_hold *hold = &h->processes[i].meter->holds[k];
			double seconds =
			    1e-3 * ((double)loop_now() - (double)atomic_load(&hold->since));

			if (atomic_load(&hold->who) == 0)
				continue;
			meter_read(&hold->reason, words);
			if (health_reason(h->processes[i].stage, words) == reason &&
			    seconds > longest)
				longest = seconds < 0 ? 0 : seconds;
		}
	return longest;
}

static void
print_holds(struct buf *out, const struct health *h)
{
	double longest = 0;

	print_head(out, "winnow_hold", "gauge", NULL,
	    "Whether something is waited for that is full or away, by reason.");
	for (size_t i = 0; i < n_hold_reasons; i++) {
		double seconds = held_for(h, i);

		buf_print(
		    out, "winnow_hold{reason=\"%s\"} %d\n", hold_reasons[i].name, seconds >= 0);
		longest = seconds > longest ? seconds : longest;
	}
	print_head(out, "winnow_hold_seconds", "gauge", "seconds", "How long it has been waited.");
	buf_print(out, "winnow_hold_seconds %.3f\n", longest);
}

static void
print_bool(struct buf *out, const char *family, const char *help, bool is)
{
	print_head(out, family, "gauge", NULL, help);
	buf_print(out, "%s %d\n", family, is);
}

static void
print_states(struct buf *out, const struct health *h)
{
	struct buf why = {0};
	bool mismatch = false;

	for (size_t i = 0; i < h->n; i++) {
		uint64_t at = meter_get(h->processes[i].meter, METER_MISMATCH_AT);
		mismatch = mismatch || (at != 0 && loop_now() < at + HEALTH_MISMATCH_MS);
	}
	print_bool(out, "winnow_ready", "Whether /readyz says so.", health_ready(h, &why));
	print_bool(out, "winnow_stalled", "Whether /healthz fails.", !health_live(h, &why));
	print_bool(
	    out, "winnow_version_mismatch", "Whether a peer speaks another version.", mismatch);
	buf_done(&why);
}

/* times */

static void
print_oldest(struct buf *out, const struct health *h)
{
	uint64_t at = sum(h, "read", METER_OLDEST_AT), now = loop_now();

	if (!has_stage(h, "read"))
		return;
	print_head(out, "winnow_oldest_unacknowledged_seconds", "gauge", "seconds",
	    "Age of the oldest document whose outcome is not durable yet, since it was read.");
	buf_print(out, "winnow_oldest_unacknowledged_seconds %.3f\n",
	    at == 0 || at > now ? 0.0 : 1e-3 * (double)(now - at));
}

static void
print_bucket(struct buf *out, const char *of, size_t i, uint64_t n)
{
	char le[32] = "+Inf";

	if (i < METER_BUCKETS) {
		snprintf(le, sizeof(le) - 2, "%g", meter_bounds[i]);
		if (strchr(le, '.') == NULL)
			strcat(le, ".0");
	}
	buf_print(out, "winnow_batch_seconds_bucket{stage=\"%s\",le=\"%s\"} %llu\n", of, le,
	    (unsigned long long)n);
}

static void
print_times(struct buf *out, const struct health *h, const char *of)
{
	uint64_t us = 0, n = 0;

	for (size_t i = 0; i <= METER_BUCKETS; i++) {
		for (size_t k = 0; k < h->n; k++)
			if (strcmp(h->processes[k].stage, of) == 0)
				n += atomic_load(&h->processes[k].meter->took[i]);
		print_bucket(out, of, i, n);
	}
	for (size_t k = 0; k < h->n; k++)
		if (strcmp(h->processes[k].stage, of) == 0)
			us += atomic_load(&h->processes[k].meter->took_us);
	buf_print(
	    out, "winnow_batch_seconds_count{stage=\"%s\"} %llu\n", of, (unsigned long long)n);
	buf_print(out, "winnow_batch_seconds_sum{stage=\"%s\"} %.6f\n", of, 1e-6 * (double)us);
}

static void
print_all_times(struct buf *out, const struct health *h)
{
	print_head(out, "winnow_batch_seconds", "histogram", "seconds",
	    "How long a batch takes: in read from its making until it is durable; in a worker its "
	    "work; in dedup and write until what it brings is durable.");
	for (size_t i = 0; i < h->n; i++)
		if (is_first(h, i))
			print_times(out, h, h->processes[i].stage);
}

void
figures_print(struct buf *out, const struct health *h)
{
	print_head(out, "winnow_build", "info", NULL, "What this is.");
	buf_print(out, "winnow_build_info{version=\"%s\",wire=\"%d\"} 1\n", WINNOW_VERSION,
	    HEADER_VERSION);
	for (size_t i = 0; i < FIGURES; i++)
		print_figure(out, h, &table[i]);
	print_dead_letters(out, h);
	print_oldest(out, h);
	print_all_times(out, h);
	print_holds(out, h);
	print_states(out, h);
	buf_str(out, "# EOF\n");
}
