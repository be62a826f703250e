#include "proto/run_table.h"

#include <stdlib.h>
#include <string.h>

#include "common/mem.h"
#include "proto/index_head.h"

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
	age_table_done(&t->ages);
	forgotten_done(&t->forgotten);
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
	t->n_noted = t->n_documents; /* what came before is of no batch that will be noted */
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
	    .count = t->n_batches + 1,
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

uint64_t
run_table_run(const struct run_table *t, uint32_t ordinal)
{
	return t->n_ranges == 0 ? 0 : t->runs[run_of(t, ordinal)].id;
}

void
run_table_seen(struct run_table *t, uint32_t minute)
{
	age_table_seen(&t->ages, t->n_documents + 1, minute);
}

int
run_table_gap(struct run_table *t, uint32_t n)
{
	if (n >= UINT32_MAX - t->n_documents)
		return err_set(ERR_RECORD, "more documents than there are ordinals");
	forgotten_add(&t->forgotten, t->n_documents + 1, t->n_documents + 1 + n, 0);
	t->n_documents += n;
	return 0;
}

int
run_table_forget(struct run_table *t, uint32_t first, uint32_t end)
{
	if (first == 0 || first > end || end - 1 > t->n_documents)
		return err_set(ERR_RECORD, "documents to be forgotten that are not there");
	forgotten_add(&t->forgotten, first, end, t->n_batches);
	return 0;
}

bool
run_table_is_gone(const struct run_table *t, uint32_t ordinal)
{
	return (t->n_ranges > 0 && t->runs[run_of(t, ordinal)].id == 0) ||
	       forgotten_find(&t->forgotten, ordinal) != NULL;
}

bool
run_table_is_forgotten(const struct run_table *t, uint32_t ordinal, uint64_t count)
{
	const struct forgotten_range *r = forgotten_find(&t->forgotten, ordinal);

	return r != NULL && r->at < count;
}

/* packing */

enum { TABLE_BYTES = 32, RUN_BYTES = 40, KNOWN_BYTES = 32, RANGE_BYTES = 8 };

static void
put64(struct buf *out, uint64_t v)
{
	index_put64(buf_room(out, 8), v);
	out->n += 8;
}

static void
put32(struct buf *out, uint32_t v)
{
	index_put32(buf_room(out, 4), v);
	out->n += 4;
}

static void
pack_run(struct buf *out, const struct run *r)
{
	size_t n = r->n_batches < RUN_BATCHES ? r->n_batches : RUN_BATCHES;

	put64(out, r->id);
	put64(out, r->next);
	put64(out, r->began);
	put64(out, r->last);
	put64(out, n);
	for (size_t i = r->n_batches - n; i < r->n_batches; i++) {
		const struct run_batch *b = &r->batches[i];

		put64(out, b->seq);
		put64(out, b->digest);
		put64(out, b->count);
		put32(out, b->first);
		put32(out, b->n);
	}
}

void
run_table_pack(struct buf *out, const struct run_table *t)
{
	put64(out, t->n);
	put64(out, t->n_ranges);
	put32(out, t->run);
	put32(out, t->n_noted);
	put64(out, t->n_batches);
	for (size_t i = 0; i < t->n; i++)
		pack_run(out, &t->runs[i]);
	age_table_pack(out, &t->ages);
	for (size_t i = 0; i < t->n_ranges; i++) {
		put32(out, t->ranges[i].first);
		put32(out, t->ranges[i].run);
	}
}

/* The first n bytes of what is left, or NULL. */
static const char *
cut(struct span *io_left, uint64_t n)
{
	const char *p = io_left->p;

	if (n > io_left->n)
		return NULL;
	*io_left = span_cut(*io_left, n, io_left->n);
	return p;
}

static int
unpack_run(struct run *r, const struct run_table *t, struct span *io_left)
{
	const char *p = cut(io_left, RUN_BYTES);
	uint64_t n;

	if (p == NULL)
		return ERR_RECORD;
	r->id = index_get64(p);
	r->next = index_get64(p + 8);
	r->began = index_get64(p + 16);
	r->last = index_get64(p + 24);
	n = index_get64(p + 32);
	if (n > RUN_BATCHES || r->began > r->last || r->last > t->n_batches ||
	    (p = cut(io_left, n * KNOWN_BYTES)) == NULL)
		return ERR_RECORD;
	r->batches = mem_alloc(n * sizeof(*r->batches));
	r->cap = n;
	for (; r->n_batches < n; p += KNOWN_BYTES) {
		struct run_batch b = {
		    .seq = index_get64(p),
		    .digest = index_get64(p + 8),
		    .count = index_get64(p + 16),
		    .first = index_get32(p + 24),
		    .n = index_get32(p + 28),
		};

		if (b.seq >= r->next || b.first == 0 || b.count > r->last ||
		    (uint64_t)b.first + b.n > (uint64_t)t->n_documents + 1)
			return ERR_RECORD;
		r->batches[r->n_batches++] = b;
	}
	return 0;
}

static int
unpack_ranges(struct run_table *t, uint64_t n, struct span left)
{
	const char *p = left.p;
	uint32_t before = 0;

	if (n > left.n / RANGE_BYTES || n * RANGE_BYTES != left.n || (t->n > 0) != (n > 0))
		return ERR_RECORD;
	t->ranges = mem_alloc(n * sizeof(*t->ranges));
	t->cap_ranges = n;
	for (; t->n_ranges < n; p += RANGE_BYTES) {
		struct range r = {index_get32(p), index_get32(p + 4)};

		if (r.first <= before || r.run >= t->n || r.first - 1 > t->n_documents)
			return ERR_RECORD;
		before = r.first;
		t->ranges[t->n_ranges++] = r;
	}
	return 0;
}

int
run_table_unpack(struct run_table *t, struct span s)
{
	const char *p = cut(&s, TABLE_BYTES);
	uint64_t n;

	if (p == NULL || t->n > 0)
		return ERR_RECORD;
	n = index_get64(p);
	t->run = index_get32(p + 16);
	t->n_noted = index_get32(p + 20);
	t->n_batches = index_get64(p + 24);
	if (n > s.n / RUN_BYTES || (n > 0 && t->run >= n) || t->n_noted > t->n_documents)
		return ERR_RECORD;
	t->runs = mem_zero(n, sizeof(*t->runs));
	t->cap = n;
	while (t->n < n)
		TRY(unpack_run(&t->runs[t->n++], t, &s));
	TRY(age_table_unpack(&t->ages, &s, t->n_documents));
	return unpack_ranges(t, index_get64(p + 8), s);
}
