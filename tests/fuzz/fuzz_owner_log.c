/*
 * The log of an index: any bytes are read without harm, also as the content of a group that is
 * whole, and what is told hangs together.
 */
#include "proto/owner_log.h"
#include "proto/run_table.h"
#include "tests/fuzz/target.h"

enum { ID = 7 };

static void
expect(void *runs, uint64_t documents, uint64_t entries)
{
	(void)runs;
	(void)documents;
	(void)entries;
	MUST(false); /* a log has no numbers */
}

static void
take_document(void *runs, const struct hash *identity, uint64_t key, struct span id)
{
	(void)identity;
	(void)key;
	hash64(id); /* all of it can be read */
	run_table_document(runs);
}

static int
take_entry(void *runs, const struct entry *e)
{
	const struct run_table *t = runs;

	return e->document == 0 || e->document > t->n_documents ? ERR_RECORD : 0;
}

static int
take_run(void *runs, uint64_t run)
{
	return run_table_begin(runs, run);
}

static int
take_batch(void *runs, uint64_t run, uint64_t seq, uint64_t digest)
{
	TRY(run_table_batch(runs, run, seq, digest));
	MUST(run_table_newest(runs)->next == seq + 1);
	MUST(run_table_batch_of(runs, seq)->digest == digest);
	return 0;
}

static int
take_back(void *runs, uint64_t run)
{
	TRY(run_table_take_back(runs, run));
	MUST(run_table_find(runs, run) == NULL);
	return 0;
}

static int
take_seen(void *runs, uint32_t minute)
{
	struct run_table *t = runs;

	run_table_seen(t, minute);
	MUST(age_table_newest(&t->ages) == minute);
	return 0;
}

static int
take_gap(void *runs, uint32_t n)
{
	struct run_table *t = runs;

	TRY(run_table_gap(t, n));
	MUST(n == 0 || run_table_is_gone(t, t->n_documents));
	return 0;
}

static int
take_forget(void *runs, uint32_t first, uint32_t end)
{
	struct run_table *t = runs;

	TRY(run_table_forget(t, first, end));
	MUST(first == end || (run_table_is_gone(t, first) && run_table_is_gone(t, end - 1)));
	return 0;
}

static int
take_near_owner(void *runs, const struct near_owner *o)
{
	const struct run_table *t = runs;

	return o->document == 0 || o->document > t->n_documents ? ERR_RECORD : 0;
}

static int
take_near_drop(void *runs, const struct near_drop *d)
{
	(void)runs;
	(void)d;
	return 0;
}

static void
read_it(struct span segment)
{
	struct run_table runs = {0}, copy = {0};
	const struct index_reader reader = {&runs, expect, take_document, NULL, take_entry,
	    take_run, take_batch, take_back, take_seen, take_gap, take_forget, take_near_owner,
	    take_near_drop};
	struct buf packed = {0};
	uint64_t groups = 0;
	size_t end = segment.n + 1;

	if (owner_log_read(segment, 0, ID, &reader, &end, &groups) == 0) {
		run_table_pack(&packed, &runs);
		copy.n_documents = runs.n_documents;
		MUST(run_table_unpack(&copy, buf_view(&packed)) == 0);
	}
	MUST(end <= segment.n);
	buf_done(&packed);
	run_table_done(&runs);
	run_table_done(&copy);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct buf b = {0};

	read_it(span_of((const char *)bytes, n));
	buf_put(&b, bytes, n);
	owner_log_sync(&b, ID);
	read_it(buf_view(&b));
	buf_done(&b);
	return 0;
}
