#include "stages/dedup/index.h"

#include <poll.h>

#include "proto/index_take_back.h"
#include "tests/unit/folder.h"

static struct hash
hash_of(uint64_t n)
{
	return hash128(span_of((const char *)&n, sizeof(n)));
}

static struct index *
open_at(const char *uri)
{
	struct index *ix = NULL;

	cr_assert_eq(index_open(&ix, uri, UINT64_MAX), 0, "%s", err_text());
	return ix;
}

static uint32_t
add_document(struct index *ix, uint64_t n, struct span id)
{
	struct hash identity = hash_of(n);

	return index_add_document(ix, &identity, n, id);
}

/* The owner of hash n, by its ordinal; 0 for none. */
static uint32_t
owner_of(const struct index *ix, uint64_t n)
{
	struct hash h = hash_of(n);
	const struct entry *e = index_find(ix, &h);

	index_prefetch(ix, &h);
	return e == NULL ? 0 : e->document;
}

static void
add(struct index *ix, uint64_t n, uint32_t document, uint32_t paragraph)
{
	struct hash h = hash_of(n);

	index_add(ix, &h, document, paragraph);
}

static void
uri_of(const struct folder *f, char uri[80])
{
	snprintf(uri, 80, "file:%s/index", f->path);
}

Test(index, finds_what_was_added_and_nothing_else)
{
	struct index *ix = open_at(NULL);
	struct hash h = hash_of(5);
	uint32_t d;

	cr_assert_eq(owner_of(ix, 5), 0);
	d = add_document(ix, 1, SPAN("id"));
	add(ix, 5, d, 7);
	cr_assert_eq(owner_of(ix, 5), d);
	cr_assert_eq(index_find(ix, &h)->paragraph, 7);
	cr_assert_eq(owner_of(ix, 6), 0);
	cr_assert_eq(index_holdings(ix)->entries, 1);
	cr_assert_eq(index_holdings(ix)->documents.n, 1);
	index_close(ix);
}

Test(index, documents_are_numbered_from_1_and_their_ids_are_copies)
{
	struct index *ix = open_at(NULL);
	char id[] = "an id";
	struct hash identity = hash_of(77);

	cr_assert_eq(index_add_document(ix, &identity, 9, span_str(id)), 1);
	cr_assert_eq(add_document(ix, 78, SPAN("")), 2);
	memset(id, 'x', sizeof(id));
	cr_assert(span_equal(owning_document_id(index_document(ix, 1)), SPAN("an id")));
	cr_assert_eq(index_document(ix, 1)->key, 9);
	cr_assert_eq(memcmp(&index_document(ix, 1)->identity, &identity, sizeof(identity)), 0);
	cr_assert_eq(owning_document_id(index_document(ix, 2)).n, 0);
	index_close(ix);
}

Test(index, grows_and_loses_nothing)
{
	enum { MANY = 100000 };
	struct index *ix = open_at(NULL);

	for (uint32_t i = 1; i <= MANY; i++) {
		cr_assert_eq(add_document(ix, i, SPAN("x")), i);
		add(ix, i, i, 2 * i);
	}
	cr_assert_eq(index_holdings(ix)->entries, MANY);
	for (uint32_t i = 1; i <= MANY; i++)
		cr_assert_eq(owner_of(ix, i), i);
	for (uint64_t i = MANY + 1; i < 2 * MANY; i++)
		cr_assert_eq(owner_of(ix, i), 0);
	index_close(ix);
}

Test(index, hashes_that_begin_alike_are_told_apart)
{
	struct index *ix = open_at(NULL);
	struct hash h = hash_of(1);

	add_document(ix, 1, SPAN("x"));
	for (unsigned i = 0; i < 200; i++) {
		h.bytes[15] = (unsigned char)i;
		cr_assert(index_find(ix, &h) == NULL);
		index_add(ix, &h, 1, i);
	}
	for (unsigned i = 0; i < 200; i++) {
		h.bytes[15] = (unsigned char)i;
		cr_assert_eq(index_find(ix, &h)->paragraph, i);
	}
	index_close(ix);
}

static uint64_t
begin(struct index *ix, uint64_t run)
{
	cr_assert_eq(index_begin(ix, run), 0, "%s", err_text());
	return run_table_count(index_runs(ix));
}

static void
take(struct index *ix, uint64_t seq)
{
	cr_assert_eq(index_take(ix, seq, 1000 + seq), 0, "%s", err_text());
}

/* Until all below next is durable. */
static void
commit(struct index *ix, uint64_t next)
{
	struct pollfd wake = {.fd = index_wake(ix), .events = POLLIN};
	uint64_t done;
	int r;

	while ((done = next, r = index_commit(ix, false, &done)) > 0)
		cr_assert_eq(poll(&wake, 1, 10000), 1);
	cr_assert_eq(r, 0, "%s", err_text());
	cr_assert_eq(done, next);
}

Test(index, knows_what_other_runs_brought)
{
	struct index *ix = open_at(NULL);

	cr_assert_eq(begin(ix, 11), 1);
	add_document(ix, 1, SPAN("x"));
	take(ix, 0);
	cr_assert_not(run_table_is_foreign(index_runs(ix), 1));
	cr_assert_eq(begin(ix, 11), 1, "the same run again");
	cr_assert_not(run_table_is_foreign(index_runs(ix), 1));
	cr_assert_eq(begin(ix, 12), 2);
	add_document(ix, 2, SPAN("x"));
	take(ix, 0);
	cr_assert(run_table_is_foreign(index_runs(ix), 1));
	cr_assert_not(run_table_is_foreign(index_runs(ix), 2));
	cr_assert_eq(begin(ix, 11), 2);
	cr_assert_not(run_table_is_foreign(index_runs(ix), 1));
	cr_assert(run_table_is_foreign(index_runs(ix), 2));
	index_close(ix);
}

Test(index, in_memory_all_is_committed_at_once)
{
	struct index *ix = open_at(NULL);
	uint64_t next = 1;

	begin(ix, 11);
	take(ix, 0);
	cr_assert_eq(index_commit(ix, false, &next), 0);
	cr_assert_eq(next, 1);
	index_close(ix);
}

Test(index, in_memory_has_an_id_of_its_own)
{
	struct index *ix = open_at(NULL), *other = open_at(NULL);

	cr_assert_neq(index_id(ix), 0);
	cr_assert_neq(index_id(ix), index_id(other));
	index_close(ix);
	index_close(other);
}

Test(index, a_batch_before_any_run_is_refused)
{
	struct index *ix = open_at(NULL);

	cr_assert_eq(index_take(ix, 0, 1), ERR_SYS);
	index_close(ix);
}

Test(index, a_wrong_uri_is_refused)
{
	static const char *const wrong[] = {"", "file:", "DIR", "redis://h", "files:/x"};

	for (size_t i = 0; i < 5; i++) {
		struct index *ix = (struct index *)&wrong;

		cr_assert_eq(index_open(&ix, wrong[i], UINT64_MAX), ERR_USAGE, "%s", wrong[i]);
		cr_assert(strstr(err_text(), "use file:DIR") != NULL);
		cr_assert(ix == (struct index *)&wrong, "a failure wrote its result");
	}
}

Test(index, in_a_folder_comes_back)
{
	struct folder f;
	struct index *ix;
	char uri[80];
	uint64_t id;

	folder_open(&f);
	uri_of(&f, uri);
	ix = open_at(uri);
	cr_assert_eq(begin(ix, 11), 1);
	id = index_id(ix);
	add(ix, 5, add_document(ix, 1, SPAN("first")), 0);
	take(ix, 0);
	commit(ix, 1);
	cr_assert_eq(begin(ix, 12), 2);
	add(ix, 6, add_document(ix, 2, SPAN("second")), INDEX_WHOLE);
	add(ix, 7, 1, 3);
	take(ix, 0);
	take(ix, 1);
	commit(ix, 2);
	index_close(ix);
	ix = open_at(uri);
	cr_assert_eq(index_id(ix), id);
	cr_assert_eq(index_holdings(ix)->entries, 3);
	cr_assert_eq(index_holdings(ix)->documents.n, 2);
	cr_assert_eq(owner_of(ix, 5), 1);
	cr_assert_eq(owner_of(ix, 6), 2);
	cr_assert_eq(owner_of(ix, 7), 1);
	cr_assert(span_equal(owning_document_id(index_document(ix, 2)), SPAN("second")));
	cr_assert_eq(index_document(ix, 2)->key, 2);
	cr_assert_eq(begin(ix, 0), 2);
	cr_assert_eq(run_table_newest(index_runs(ix))->id, 12);
	cr_assert_eq(run_table_newest(index_runs(ix))->next, 2);
	cr_assert_eq(run_table_batch_of(index_runs(ix), 1)->digest, 1001);
	cr_assert(run_table_is_foreign(index_runs(ix), 1));
	cr_assert_eq(begin(ix, 11), 2, "and one before it goes on");
	cr_assert_eq(run_table_newest(index_runs(ix))->next, 1);
	cr_assert_eq(begin(ix, 13), 3);
	index_close(ix);
	folder_done(&f);
}

Test(index, what_was_not_committed_is_gone)
{
	struct folder f;
	struct index *ix;
	char uri[80];

	folder_open(&f);
	uri_of(&f, uri);
	ix = open_at(uri);
	begin(ix, 11);
	add(ix, 5, add_document(ix, 1, SPAN("x")), 0);
	take(ix, 0);
	commit(ix, 1);
	add(ix, 6, add_document(ix, 2, SPAN("y")), 0);
	take(ix, 1);
	index_close(ix);
	ix = open_at(uri);
	cr_assert_eq(index_holdings(ix)->documents.n, 1);
	cr_assert_eq(owner_of(ix, 5), 1);
	cr_assert_eq(owner_of(ix, 6), 0);
	cr_assert_eq(begin(ix, 11), 1);
	cr_assert_eq(run_table_newest(index_runs(ix))->next, 1);
	index_close(ix);
	folder_done(&f);
}

Test(index, a_run_begins_when_what_was_before_is_durable)
{
	struct folder f;
	struct index *ix;
	char uri[80];

	folder_open(&f);
	uri_of(&f, uri);
	ix = open_at(uri);
	begin(ix, 11);
	add(ix, 5, add_document(ix, 1, SPAN("x")), 0);
	take(ix, 0);
	begin(ix, 12);
	index_close(ix);
	ix = open_at(uri);
	cr_assert_eq(owner_of(ix, 5), 1);
	index_close(ix);
	folder_done(&f);
}

Test(index, opened_and_not_begun_it_writes_nothing)
{
	struct folder f;
	struct index *ix;
	char uri[80];

	folder_open(&f);
	uri_of(&f, uri);
	ix = open_at(uri);
	index_close(ix);
	cr_assert_neq(access(folder_path(&f, "index/owners-000001.log"), F_OK), 0);
	folder_done(&f);
}

Test(index, that_would_need_more_memory_than_it_may_has_no_room)
{
	struct index *ix = NULL;

	cr_assert_eq(index_open(&ix, NULL, 1000000), 0);
	cr_assert_eq(index_room(ix, 25000, 1, 10), 0);
	cr_assert_eq(index_room(ix, 40000, 1, 10), ERR_HOLD, "more than 25 bytes each");
	cr_assert_eq(index_room(ix, 1, 20000, 10), ERR_HOLD);
	cr_assert_eq(index_room(ix, 1, 1, 700000), ERR_HOLD);
	index_close(ix);
}

/* A log that is whole, and yet says what cannot be. */
static void
is_refused(uint64_t hash, uint32_t document)
{
	struct folder f;
	struct index *ix;
	char uri[80];

	folder_open(&f);
	uri_of(&f, uri);
	ix = open_at(uri);
	begin(ix, 11);
	add(ix, 5, add_document(ix, 1, SPAN("x")), 0);
	add(ix, hash, document, 0);
	take(ix, 0);
	commit(ix, 1);
	index_close(ix);
	cr_assert_eq(index_open(&ix, uri, UINT64_MAX), ERR_USAGE);
	cr_assert(strstr(err_text(), "damaged at byte") != NULL, "%s", err_text());
	folder_done(&f);
}

Test(index, a_log_with_an_owner_that_is_no_document_is_refused)
{
	is_refused(6, 2);
	is_refused(6, UINT32_MAX);
}

Test(index, a_log_with_two_owners_of_one_hash_is_refused)
{
	is_refused(5, 1);
}

/* Until no snapshot is under way. */
static void
settle(struct index *ix)
{
	struct pollfd wake = {.fd = index_wake(ix), .events = POLLIN};
	int r;

	while ((r = index_turn(ix)) == 0 && index_compacts(ix))
		cr_assert_eq(poll(&wake, 1, 10000), 1);
	cr_assert_eq(r, 0, "%s", err_text());
}

/* Batches that bring one document each, with an id of a megabyte, and owner n. */
static void
take_large(struct index *ix, uint64_t from, uint64_t to)
{
	char *id = calloc(1, 1 << 20);

	for (uint64_t seq = from; seq < to; seq++) {
		memset(id, (int)(seq % 251), 1 << 20);
		add(ix, seq, add_document(ix, seq, span_of(id, 1 << 20)), 3);
		take(ix, seq);
		commit(ix, seq + 1);
		settle(ix);
	}
	free(id);
}

Test(index, a_long_log_gives_way_to_a_snapshot)
{
	struct folder f;
	struct index *ix;
	char uri[80];
	uint64_t id;

	folder_open(&f);
	uri_of(&f, uri);
	ix = open_at(uri);
	begin(ix, 11);
	id = index_id(ix);
	take_large(ix, 0, 60);
	cr_assert_neq(access(folder_path(&f, "index/snapshot-000002.idx"), F_OK), 0);
	take_large(ix, 60, 70);
	cr_assert_eq(access(folder_path(&f, "index/snapshot-000002.idx"), F_OK), 0);
	cr_assert_neq(access(folder_path(&f, "index/owners-000001.log"), F_OK), 0);
	index_close(ix);
	ix = open_at(uri);
	begin(ix, 0);
	cr_assert_eq(index_id(ix), id);
	cr_assert_eq(index_holdings(ix)->entries, 70);
	for (uint32_t i = 0; i < 70; i++) {
		struct span text = owning_document_id(index_document(ix, i + 1));

		cr_assert_eq(owner_of(ix, i), i + 1);
		cr_assert_eq(text.n, 1 << 20);
		cr_assert_eq(text.p[i * 1000], (char)i);
	}
	cr_assert_eq(run_table_newest(index_runs(ix))->next, 70);
	cr_assert_eq(run_table_batch_of(index_runs(ix), 3)->digest, 1003);
	take_large(ix, 70, 72);
	index_close(ix);
	ix = open_at(uri);
	cr_assert_eq(index_holdings(ix)->entries, 72);
	index_close(ix);
	folder_done(&f);
}

Test(index, what_was_taken_back_is_gone_and_its_ordinals_stay_unused)
{
	struct folder f;
	struct index *ix;
	char uri[80];

	folder_open(&f);
	uri_of(&f, uri);
	ix = open_at(uri);
	begin(ix, 11);
	add(ix, 1, add_document(ix, 1, SPAN("first")), 0);
	take(ix, 0);
	begin(ix, 12);
	for (uint32_t i = 2; i <= 500; i++)
		add(ix, i, add_document(ix, i, SPAN("second")), 0);
	take(ix, 0);
	commit(ix, 1);
	index_close(ix);
	cr_assert_eq(index_take_back(uri + 5, 12, 0), 0, "%s", err_text());
	for (int again = 0; again < 2; again++) {
		ix = open_at(uri);
		cr_assert_eq(index_holdings(ix)->entries, 1);
		cr_assert_eq(owner_of(ix, 1), 1);
		for (uint32_t i = 2; i <= 500; i++)
			cr_assert_eq(owner_of(ix, i), 0);
		cr_assert_eq(begin(ix, 0), 1);
		cr_assert(run_table_newest(index_runs(ix)) == NULL);
		index_close(ix);
	}
	ix = open_at(uri);
	begin(ix, 12);
	cr_assert_eq(run_table_newest(index_runs(ix))->next, 0);
	cr_assert_eq(add_document(ix, 7, SPAN("third")), 501);
	index_close(ix);
	folder_done(&f);
}

Test(index, closing_nothing_is_nothing)
{
	index_close(NULL);
}
