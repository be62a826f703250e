/*
 * stats and verify: what an index holds, from its files; and what the dedup that has it open says.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/json.h"
#include "common/memory_limit.h"
#include "proto/index_control.h"
#include "proto/index_export.h"
#include "proto/index_memory.h"
#include "stages/winnow/index_commands.h"
#include "stages/winnow/index_sum.h"

enum { STATUS_MS = 10000 };

/* verify */

static void
print_file(void *object, const char *name, uint64_t bytes, uint64_t groups, uint64_t torn)
{
	(void)object;
	printf("%s: %" PRIu64 " bytes", name, bytes);
	if (groups > 0)
		printf(", %" PRIu64 " commits", groups);
	if (torn > 0)
		printf(", and %" PRIu64 " bytes behind the last one, which do not count", torn);
	putchar('\n');
}

static void
print_sum(const struct index_sum *s)
{
	const struct run_table *runs = &s->runs;

	for (size_t i = 0; i < runs->n; i++)
		if (runs->runs[i].id != 0)
			printf("run %016" PRIx64 ": %" PRIu64 " batches%s\n", runs->runs[i].id,
			    runs->runs[i].next, i == runs->run ? ", the newest" : "");
	printf("index %016" PRIx64 ": %" PRIu64 " owners, %" PRIu64 " documents, %" PRIu64
	       " runs, %" PRIu64 " batches: whole\n",
	    s->files.id, s->paragraphs + s->wholes, s->documents, run_table_count(runs),
	    runs->n_batches);
}

int
index_verify(const struct index_words *w)
{
	struct index_sum s;
	int r = index_sum_open(&s, w->folder, print_file);

	if (r == 0)
		print_sum(&s);
	index_sum_close(&s);
	return r;
}

/* stats */

struct looked {
	struct index_sum sum;
	bool live;                    /* a dedup has it open */
	uint64_t memory, limit, disk; /* bytes; memory is as it would be if nobody has it open */
	uint64_t left;                /* paragraphs for which there is room */
	char when_full[32];
};

static uint64_t
number_in(const struct buf *answer, const char *name)
{
	const char *at = memmem(answer->p, answer->n, name, strlen(name));

	return at == NULL ? 0 : strtoull(at + strlen(name), NULL, 10);
}

/* Who has it open knows its limit. */
static int
ask_status(struct looked *s, const char *folder)
{
	const char *const key = "\"when_full\": \"";
	struct buf answer = {0};
	const char *at;
	int r = index_control_ask(folder, "status", STATUS_MS, &answer);

	if (r == 0) {
		s->live = true;
		buf_byte(&answer, '\0');
		s->memory = number_in(&answer, "\"memory\": ");
		s->limit = number_in(&answer, "\"limit\": ");
		at = memmem(answer.p, answer.n, key, strlen(key));
		if (at != NULL)
			sscanf(at + strlen(key), "%31[a-z-]", s->when_full);
	}
	buf_done(&answer);
	return r == ERR_STOP ? 0 : r;
}

static int
gather(struct looked *s, const struct index_words *w)
{
	const struct index_sum *sum = &s->sum;
	uint64_t owners;

	TRY(index_sum_open(&s->sum, w->folder, index_pass_file));
	TRY(ask_status(s, w->folder));
	owners = sum->paragraphs + sum->wholes;
	s->disk =
	    sum->files.snapshot_bytes + sum->files.log_bytes + sum->files.bytes + sum->files.torn;
	if (!s->live) {
		s->memory = index_memory(owners, sum->documents, sum->id_bytes);
		s->limit = w->settings->index_limit > 0 ? w->settings->index_limit : memory_limit();
	}
	s->left = index_memory_left(s->limit, owners, sum->documents, sum->id_bytes);
	return 0;
}

static void
print_age(const char *label, uint32_t minute)
{
	uint64_t now = (uint64_t)time(NULL) / 60;
	struct buf b = {0};

	export_minute(&b, minute);
	printf("%-12s %.*s", label, (int)b.n, b.p);
	if (minute > 0 && now >= minute)
		printf(", %" PRIu64 " days ago", (now - minute) / (24 * 60));
	putchar('\n');
	buf_done(&b);
}

static void
print_people(const struct looked *s, const char *folder)
{
	const struct index_sum *sum = &s->sum;
	struct span made = index_view_parameters(&sum->view);

	printf("index        %016" PRIx64 " in %s, %s\n", sum->files.id, folder,
	    s->live ? "open in a running dedup" : "not in use");
	printf("paragraphs   %" PRIu64 "\n", sum->paragraphs);
	printf("documents    %" PRIu64 " (%" PRIu64 " were forgotten or taken back)\n",
	    sum->documents, sum->gone);
	printf("runs         %" PRIu64 ", %" PRIu64 " batches\n", run_table_count(&sum->runs),
	    sum->runs.n_batches);
	printf("bytes        %" PRIu64 " on the disk: snapshot %" PRIu64 ", log %" PRIu64 "\n",
	    s->disk, sum->files.snapshot_bytes, s->disk - sum->files.snapshot_bytes);
	printf("load         %" PRIu64 " MB of memory of %" PRIu64 " MB (%.1f %%)%s%s\n",
	    s->memory >> 20, s->limit >> 20, 100.0 * (double)s->memory / (double)s->limit,
	    s->live ? "; when full: " : "", s->when_full);
	print_age("oldest", sum->oldest);
	print_age("newest", sum->newest);
	printf("room left    for about %" PRIu64 " paragraphs\n", s->left);
	printf("made with    {%.*s}\n", (int)made.n, made.p);
}

static void
put_number(struct buf *b, const char *name, uint64_t n)
{
	buf_print(b, ", \"%s\": %" PRIu64, name, n);
}

static void
put_age(struct buf *b, const char *name, uint32_t minute)
{
	buf_print(b, ", \"%s\": ", name);
	if (minute == 0) {
		buf_str(b, "null");
		return;
	}
	buf_byte(b, '"');
	export_minute(b, minute);
	buf_byte(b, '"');
}

static void
print_json(const struct looked *s)
{
	const struct index_sum *sum = &s->sum;
	struct span made = index_view_parameters(&sum->view);
	struct buf b = {0};

	buf_print(&b, "{\"index\": \"%016" PRIx64 "\", \"open\": %s", sum->files.id,
	    s->live ? "true" : "false");
	put_number(&b, "paragraphs", sum->paragraphs);
	put_number(&b, "wholes", sum->wholes);
	put_number(&b, "documents", sum->documents);
	put_number(&b, "gone", sum->gone);
	put_number(&b, "runs", run_table_count(&sum->runs));
	put_number(&b, "batches", sum->runs.n_batches);
	put_number(&b, "bytes", s->disk);
	put_number(&b, "snapshot_bytes", sum->files.snapshot_bytes);
	put_number(&b, "log_bytes", s->disk - sum->files.snapshot_bytes);
	put_number(&b, "memory", s->memory);
	put_number(&b, "limit", s->limit);
	put_number(&b, "room_left", s->left);
	put_age(&b, "oldest", sum->oldest);
	put_age(&b, "newest", sum->newest);
	buf_print(&b, ", \"made_with\": {%.*s}}\n", (int)made.n, made.p);
	fwrite(b.p, 1, b.n, stdout);
	buf_done(&b);
}

int
index_stats(const struct index_words *w)
{
	struct looked s = {.live = false};
	int r = gather(&s, w);

	if (r == 0 && w->settings->json)
		print_json(&s);
	else if (r == 0)
		print_people(&s, w->folder);
	index_sum_close(&s.sum);
	return r;
}
