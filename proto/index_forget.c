#include "proto/index_forget.h"

#include <stdio.h>
#include <unistd.h>

#include "proto/index_read.h"

void
forget_wish_print(struct buf *out, const struct forget_wish *w)
{
	if (w->before > 0)
		buf_print(out, "before %u", w->before);
	else
		buf_print(out, "oldest %llu", (unsigned long long)w->documents);
}

int
forget_wish_parse(struct forget_wish *ret_w, struct span text)
{
	char line[64];
	unsigned long long n;
	int end = 0;

	snprintf(line, sizeof(line), "%.*s", (int)(text.n < 60 ? text.n : 60), text.p);
	if (sscanf(line, "before %llu%n", &n, &end) == 1 && end == (int)text.n && n > 0 &&
	    n < UINT32_MAX)
		*ret_w = (struct forget_wish){.before = (uint32_t)n};
	else if (sscanf(line, "oldest %llu%n", &n, &end) == 1 && end == (int)text.n)
		*ret_w = (struct forget_wish){.documents = n};
	else
		return err_set(ERR_RECORD, "'%s' is nothing to be forgotten", line);
	return 0;
}

uint64_t
forget_choose(struct forgotten *ret_ranges, const struct run_table *runs,
    const struct forget_wish *w, uint32_t end)
{
	uint64_t n = 0;

	for (uint32_t i = 1; i < end && (w->before > 0 || n < w->documents); i++) {
		uint32_t minute = w->before > 0 ? age_table_minute(&runs->ages, i) : 0;

		if (run_table_is_gone(runs, i) ||
		    (w->before > 0 && (minute == 0 || minute >= w->before)))
			continue;
		forgotten_add(ret_ranges, i, i + 1, 0);
		n++;
	}
	return n;
}

/* in a folder */

static int
forget(struct index_files *f, struct run_table *runs, const struct forget_wish *w, uint64_t *ret_n)
{
	struct forgotten ranges = {0};
	struct buf b = {0};
	int r;

	TRY(index_read_runs(f, runs));
	if (f->last == 0)
		return err_set(ERR_USAGE, "%s: there is no index in it", f->folder);
	*ret_n = forget_choose(&ranges, runs, w, runs->n_documents + 1);
	for (size_t i = 0; i < ranges.n; i++)
		owner_log_forget(&b, ranges.ranges[i].first, ranges.ranges[i].end);
	forgotten_done(&ranges);
	r = b.n == 0 ? 0 : index_files_add(f, &b);
	buf_done(&b);
	return r;
}

int
index_forget_folder(
    const char *folder, const struct forget_wish *w, unsigned wait_ms, uint64_t *ret_n)
{
	struct run_table runs = {0};
	struct index_files f;
	int r = index_files_open(&f, folder, false, wait_ms);

	if (r == 0)
		r = forget(&f, &runs, w, ret_n);
	run_table_done(&runs);
	index_files_close(&f);
	return r;
}
