/*
 * The snapshot of an index: any bytes are read without harm, also with right checksums, and a table
 * of runs that was accepted can be used.
 */
#include "proto/index_snapshot.h"
#include "tests/fuzz/target.h"

enum { ID = 7, BLOCK_HEAD = 16 };

struct seen {
	struct run_table runs;
	uint64_t documents, entries; /* announced */
};

static void
expect(void *object, uint64_t documents, uint64_t entries)
{
	struct seen *s = object;

	s->documents = documents;
	s->entries = entries;
}

static void
take_document(void *object, const struct hash *identity, uint64_t key, struct span id)
{
	struct seen *s = object;

	(void)identity;
	(void)key;
	(void)id;
	MUST(s->documents-- > 0);
	run_table_document(&s->runs);
}

static int
take_entry(void *object, const struct entry *e)
{
	struct seen *s = object;

	MUST(s->entries-- > 0);
	return e->document == 0 || e->document > s->runs.n_documents ? ERR_RECORD : 0;
}

static int
take_run(void *object, uint64_t run)
{
	(void)object;
	(void)run;
	MUST(false); /* a snapshot has no records */
	return 0;
}

static int
take_batch(void *object, uint64_t run, uint64_t seq, uint64_t digest)
{
	(void)seq;
	(void)digest;
	return take_run(object, run);
}

static int
take_gap(void *object, uint32_t n)
{
	struct seen *s = object;

	MUST(s->documents >= n);
	s->documents -= n;
	return run_table_gap(&s->runs, n);
}

static int
take_near_owner(void *object, const struct near_owner *o)
{
	(void)object;
	(void)o;
	return 0;
}

static int
take_near_drop(void *object, const struct near_drop *d)
{
	(void)object;
	(void)d;
	return 0;
}

static void
use(struct run_table *t)
{
	for (uint32_t i = 1; i <= t->n_documents && i < 100; i++) {
		run_table_is_gone(t, i);
		run_table_is_foreign(t, i);
	}
	run_table_begin(t, 99);
	run_table_document(t);
	MUST(run_table_batch(t, 99, UINT64_MAX - 1, 5) == 0 || run_table_find(t, 99)->next > 0);
}

static void
read_it(struct span file)
{
	struct seen s = {.documents = 0};
	const struct index_reader reader = {
	    .object = &s,
	    .expect = expect,
	    .document = take_document,
	    .entry = take_entry,
	    .run = take_run,
	    .batch = take_batch,
	    .take_back = take_run,
	    .gap = take_gap,
	    .near_owner = take_near_owner,
	    .near_drop = take_near_drop,
	};
	size_t at = 0;

	if (index_snapshot_read(file, ID, &reader, &s.runs, &at) == 0) {
		MUST(s.documents == 0 && s.entries == 0 && at == file.n);
		use(&s.runs);
	}
	run_table_done(&s.runs);
}

/* Give the blocks the checksums that they should have. */
static void
mend(struct buf *b)
{
	for (size_t at = INDEX_HEAD_BYTES; b->n - at >= BLOCK_HEAD;) {
		char *head = b->p + at;
		size_t n = index_get32(head + 4);

		if (n > b->n - at - BLOCK_HEAD)
			return;
		index_put64(
		    head + 8, index_snapshot_sum(ID, at, head, span_of(head + BLOCK_HEAD, n)));
		at += BLOCK_HEAD + n;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct span file = span_of((const char *)bytes, n);
	struct buf b = {0};

	read_it(file);
	if (n < INDEX_HEAD_BYTES)
		return 0;
	buf_span(&b, file);
	mend(&b);
	read_it(buf_view(&b));
	buf_done(&b);
	return 0;
}
