#include "stages/dedup/index.h"

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

	cr_assert_eq(index_open(&ix, uri), 0, "%s", err_text());
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
	cr_assert_eq(index_entries(ix), 1);
	cr_assert_eq(index_documents(ix), 1);
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
	cr_assert(span_equal(index_document(ix, 1)->id, SPAN("an id")));
	cr_assert_eq(index_document(ix, 1)->key, 9);
	cr_assert_eq(memcmp(&index_document(ix, 1)->identity, &identity, sizeof(identity)), 0);
	cr_assert_eq(index_document(ix, 2)->id.n, 0);
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
	cr_assert_eq(index_entries(ix), MANY);
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

Test(index, counts_its_runs_and_knows_what_the_newest_brought)
{
	struct index *ix = open_at(NULL);

	cr_assert_eq(index_begin(ix, 11), 1);
	cr_assert_eq(index_first_of_run(ix), 1);
	add_document(ix, 1, SPAN("x"));
	cr_assert_eq(index_begin(ix, 11), 1, "the same run again");
	cr_assert_eq(index_first_of_run(ix), 1);
	cr_assert_eq(index_begin(ix, 12), 2);
	cr_assert_eq(index_first_of_run(ix), 2);
	cr_assert_eq(index_begin(ix, 11), 3);
	index_close(ix);
}

Test(index, in_memory_has_nothing_to_commit)
{
	struct index *ix = open_at(NULL);

	cr_assert_eq(index_commit(ix, 1, 1), 0);
	index_close(ix);
}

Test(index, a_wrong_uri_is_refused)
{
	static const char *const wrong[] = {"", "file:", "DIR", "redis://h", "files:/x"};

	for (size_t i = 0; i < 5; i++) {
		struct index *ix = (struct index *)&wrong;

		cr_assert_eq(index_open(&ix, wrong[i]), ERR_USAGE, "%s", wrong[i]);
		cr_assert(strstr(err_text(), "use file:DIR") != NULL);
		cr_assert(ix == (struct index *)&wrong, "a failure wrote its result");
	}
}

Test(index, in_a_folder_comes_back)
{
	struct folder f;
	struct index *ix;
	char uri[80];

	folder_open(&f);
	uri_of(&f, uri);
	ix = open_at(uri);
	cr_assert_eq(index_begin(ix, 11), 1);
	add(ix, 5, add_document(ix, 1, SPAN("first")), 0);
	cr_assert_eq(index_commit(ix, 11, 1), 0);
	cr_assert_eq(index_begin(ix, 12), 2);
	add(ix, 6, add_document(ix, 2, SPAN("second")), INDEX_WHOLE);
	add(ix, 7, 1, 3);
	cr_assert_eq(index_commit(ix, 12, 1), 0);
	index_close(ix);
	ix = open_at(uri);
	cr_assert_eq(index_entries(ix), 3);
	cr_assert_eq(index_documents(ix), 2);
	cr_assert_eq(owner_of(ix, 5), 1);
	cr_assert_eq(owner_of(ix, 6), 2);
	cr_assert_eq(owner_of(ix, 7), 1);
	cr_assert(span_equal(index_document(ix, 2)->id, SPAN("second")));
	cr_assert_eq(index_document(ix, 2)->key, 2);
	cr_assert_eq(index_first_of_run(ix), 2, "of the run that was the newest");
	cr_assert_eq(index_begin(ix, 12), 2, "and that goes on");
	cr_assert_eq(index_begin(ix, 13), 3);
	cr_assert_eq(index_first_of_run(ix), 3);
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
	index_begin(ix, 11);
	add(ix, 5, add_document(ix, 1, SPAN("x")), 0);
	cr_assert_eq(index_commit(ix, 11, 1), 0);
	add(ix, 6, add_document(ix, 2, SPAN("y")), 0);
	index_begin(ix, 12);
	index_close(ix);
	ix = open_at(uri);
	cr_assert_eq(index_documents(ix), 1);
	cr_assert_eq(owner_of(ix, 5), 1);
	cr_assert_eq(owner_of(ix, 6), 0);
	cr_assert_eq(index_begin(ix, 11), 1);
	index_close(ix);
	folder_done(&f);
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
	add(ix, 5, add_document(ix, 1, SPAN("x")), 0);
	add(ix, hash, document, 0);
	cr_assert_eq(index_commit(ix, 11, 1), 0);
	index_close(ix);
	cr_assert_eq(index_open(&ix, uri), ERR_USAGE);
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

Test(index, closing_nothing_is_nothing)
{
	index_close(NULL);
}
