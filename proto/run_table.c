#include "proto/run_table.h"

#include <stdlib.h>
#include <string.h>

#include "common/mem.h"

/* Room for one more in an array that doubles. */
static void *
room(void *p, size_t n, size_t *io_cap, size_t size)
{
	if (n < *io_cap)
		return p;
	*io_cap = *io_cap == 0 ? 4 : 2 * *io_cap;
	return mem_grow(p, *io_cap * size);
}

void
run_table_done(struct run_table *t)
{
	for (size_t i = 0; i < t->n; i++)
		free(t->runs[i].batches);
	free(t->runs);
	free(t->ranges);
	*t = (struct run_table){0};
}

static struct run *
find(const struct run_table *t, uint64_t id)
{
	for (size_t i = t->n; id != 0 && i-- > 0;)
		if (t->runs[i].id == id)
			return &t->runs[i];
	return NULL;
}

const struct run *
run_table_find(const struct run_table *t, uint64_t id)
{
	return find(t, id);
}

const struct run *
run_table_newest(const struct run_table *t)
{
	return t->n == 0 || t->runs[t->run].id == 0 ? NULL : &t->runs[t->run];
}

uint64_t
run_table_count(const struct run_table *t)
{
	uint64_t n = 0;

	for (size_t i = 0; i < t->n; i++)
		n += t->runs[i].id != 0;
	return n;
}

int
run_table_begin(struct run_table *t, uint64_t id)
{
	const struct run *r = find(t, id);
	struct range *last = t->n_ranges == 0 ? NULL : &t->ranges[t->n_ranges - 1];

	if (id == 0)
		return err_set(ERR_RECORD, "a run without an id");
	if (r == NULL) {
		t->runs = room(t->runs, t->n, &t->cap, sizeof(*t->runs));
		t->runs[t->n] = (struct run){.id = id};
		r = &t->runs[t->n++];
	}
	t->run = (uint32_t)(r - t->runs);
	if (last == NULL || (last->first <= t->n_documents && last->run != t->run)) {
		t->ranges = room(t->ranges, t->n_ranges, &t->cap_ranges, sizeof(*t->ranges));
		last = &t->ranges[t->n_ranges++];
		last->first = t->n_documents + 1;
	}
	last->run = t->run;
	return 0;
}

int
run_table_batch(struct run_table *t, uint64_t id, uint64_t seq, uint64_t digest)
{
	struct run *r = t->n == 0 ? NULL : &t->runs[t->run];

	if (r == NULL || r->id != id || id == 0 || seq < r->next || seq == UINT64_MAX)
		return err_set(ERR_RECORD, "a batch out of turn");
	if (r->n_batches == 2 * RUN_BATCHES) {
		r->n_batches = RUN_BATCHES;
		memmove(r->batches, r->batches + RUN_BATCHES, RUN_BATCHES * sizeof(*r->batches));
	}
	r->batches = room(r->batches, r->n_batches, &r->cap, sizeof(*r->batches));
	r->batches[r->n_batches++] = (struct run_batch){
	    .seq = seq,
	    .digest = digest,
	    .first = t->n_noted + 1,
	    .n = t->n_documents - t->n_noted,
	};
	t->n_noted = t->n_documents;
	r->next = seq + 1;
	r->last = ++t->n_batches;
	if (r->began == 0)
		r->began = r->last;
	return 0;
}

const struct run_batch *
run_table_batch_of(const struct run_table *t, uint64_t seq)
{
	const struct run *r = run_table_newest(t);

	for (size_t i = r == NULL ? 0 : r->n_batches; i-- > 0;)
		if (r->batches[i].seq == seq)
			return &r->batches[i];
	return NULL;
}

/* The place of a document's run in the table. */
static uint32_t
run_of(const struct run_table *t, uint32_t ordinal)
{
	size_t low = 0, high = t->n_ranges;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (t->ranges[middle].first <= ordinal)
			low = middle;
		else
			high = middle;
	}
	return t->ranges[low].run;
}

bool
run_table_is_foreign(const struct run_table *t, uint32_t ordinal)
{
	return t->n_ranges > 0 && ordinal < t->ranges[t->n_ranges - 1].first &&
	       run_of(t, ordinal) != t->run;
}

int
run_table_take_back(struct run_table *t, uint64_t id)
{
	struct run *r = find(t, id);

	if (r == NULL)
		return err_set(
		    ERR_RECORD, "the index knows no run %016llx", (unsigned long long)id);
	for (size_t i = 0; i < t->n; i++)
		if (&t->runs[i] != r && r->began != 0 && t->runs[i].last > r->began)
			return err_set(ERR_RECORD,
			    "run %016llx came after %016llx began, and may have dropped what that "
			    "one owns",
			    (unsigned long long)t->runs[i].id, (unsigned long long)id);
	free(r->batches);
	*r = (struct run){0};
	return 0;
}

bool
run_table_is_gone(const struct run_table *t, uint32_t ordinal)
{
	return t->n_ranges > 0 && t->runs[run_of(t, ordinal)].id == 0;
}
