#include "stages/dedup/holdings.h"

#include <criterion/criterion.h>

static struct hash
hash_of(uint64_t n)
{
	return hash128(span_of((const char *)&n, sizeof(n)));
}

static uint32_t
add_document(struct holdings *h)
{
	struct hash identity = hash_of(1000 + h->documents.n);

	run_table_document(&h->runs);
	return holdings_document(h, &identity, 1, SPAN("an id"));
}

static int
put(struct holdings *h, uint64_t n, uint32_t document)
{
	struct entry e = {.hash = hash_of(n), .document = document, .paragraph = 3};

	return holdings_put(h, &e);
}

/* A batch that brings one document with `n` owners of hashes from `from` on. */
static void
take(struct holdings *h, uint64_t from, uint64_t n)
{
	const struct run *run = run_table_newest(&h->runs);
	uint32_t document = add_document(h);

	for (uint64_t i = from; i < from + n; i++)
		cr_assert_eq(put(h, i, document), 0, "%s", err_text());
	cr_assert_eq(run_table_batch(&h->runs, 11, run->next, 7), 0);
	holdings_purge(h, false);
}

static void
open_holdings(struct holdings *h)
{
	holdings_init(h);
	cr_assert_eq(run_table_begin(&h->runs, 11), 0);
}

static void
forget(struct holdings *h, uint32_t first, uint32_t end)
{
	cr_assert_eq(run_table_forget(&h->runs, first, end), 0);
	holdings_forget(h, first, end);
}

static uint32_t
owner(const struct holdings *h, uint64_t n)
{
	struct hash hash = hash_of(n);
	const struct entry *e = holdings_find(h, &hash);

	return e == NULL ? 0 : e->document;
}

static uint32_t
owner_then(const struct holdings *h, uint64_t n, uint64_t count)
{
	struct hash hash = hash_of(n);
	const struct entry *e = holdings_find_then(h, &hash, count);

	return e == NULL ? 0 : e->document;
}

Test(holdings, what_cannot_be_is_refused)
{
	struct holdings h;

	open_holdings(&h);
	take(&h, 1, 1);
	cr_assert_eq(put(&h, 1, 1), ERR_RECORD, "two owners");
	cr_assert_eq(put(&h, 2, 2), ERR_RECORD, "no document");
	cr_assert_eq(put(&h, 2, 0), ERR_RECORD);
	cr_assert_eq(h.entries, 1);
	holdings_done(&h);
}

Test(holdings, what_was_forgotten_is_found_by_batches_of_before_only)
{
	struct holdings h;

	open_holdings(&h);
	take(&h, 1, 3); /* document 1 owns 1 to 3 */
	take(&h, 4, 1);
	forget(&h, 1, 2);
	cr_assert_eq(h.entries, 1);
	cr_assert_eq(owner(&h, 1), 0);
	cr_assert_eq(owner(&h, 4), 2);
	cr_assert_eq(owner_then(&h, 1, 2), 1);
	cr_assert_eq(owner_then(&h, 1, 3), 0);
	cr_assert_eq(document_table_get(&h.documents, 1)->key, 1, "it is needed");
	take(&h, 2, 1); /* document 3 owns 2 now */
	cr_assert_eq(owner(&h, 2), 3);
	cr_assert_eq(owner_then(&h, 2, 2), 1);
	cr_assert_eq(owner_then(&h, 2, 3), 3);
	cr_assert_eq(h.entries, 2);
	forget(&h, 1, 4);
	cr_assert_eq(h.entries, 0);
	take(&h, 2, 1); /* and document 4 */
	cr_assert_eq(owner(&h, 2), 4);
	cr_assert_eq(owner_then(&h, 2, 2), 1);
	cr_assert_eq(owner_then(&h, 2, 3), 3);
	cr_assert_eq(owner_then(&h, 2, 4), 4);
	holdings_done(&h);
}

Test(holdings, what_no_batch_needs_any_more_is_freed)
{
	struct holdings h;

	open_holdings(&h);
	take(&h, 1, 3);
	forget(&h, 1, 2);
	take(&h, 2, 1);
	for (unsigned i = 2; i < WINDOW_BATCHES; i++)
		take(&h, 100 + i, 1);
	cr_assert_eq(owner_then(&h, 1, 1), 1, "64 batches may come again");
	cr_assert_eq(h.n_displaced, 1);
	take(&h, 200, 1);
	cr_assert_eq(owner_then(&h, 1, 1), 0);
	cr_assert_eq(owner_then(&h, 2, 1), 2);
	cr_assert_eq(h.n_displaced, 0);
	cr_assert_eq(h.owners.n, h.entries);
	cr_assert(document_table_get(&h.documents, 1) == NULL);
	cr_assert_eq(h.purge_at, 0);
	cr_assert_eq(h.ghost_end, 0);
	holdings_done(&h);
}

Test(holdings, of_two_forgettings_each_has_its_time)
{
	struct holdings h;

	open_holdings(&h);
	take(&h, 1, 1);
	take(&h, 2, 1);
	forget(&h, 1, 2);
	for (unsigned i = 0; i < 32; i++)
		take(&h, 100 + i, 1);
	forget(&h, 2, 3);
	for (unsigned i = 32; i < 64; i++)
		take(&h, 100 + i, 1);
	cr_assert(document_table_get(&h.documents, 1) == NULL);
	cr_assert(document_table_get(&h.documents, 2) != NULL);
	cr_assert_eq(owner_then(&h, 2, 2), 2);
	holdings_purge(&h, true);
	cr_assert_eq(owner_then(&h, 2, 2), 0);
	holdings_done(&h);
}

Test(holdings, the_oldest_go_and_an_eighth_stays_free)
{
	enum { FULL = 100000 };
	struct holdings h;
	uint32_t end;
	uint64_t limit = holdings_most(FULL, FULL / 16, 5 * FULL / 16);

	open_holdings(&h);
	for (unsigned i = 0; i < FULL / 16; i++)
		take(&h, 16 * i, 16);
	cr_assert(holdings_oldest(&h, limit, 0, 0, 0, &end));
	cr_assert_eq(end, 1);
	cr_assert(holdings_oldest(&h, limit, 32, 1, 5, &end));
	cr_assert_gt(end, FULL / 16 / 12);
	cr_assert_lt(end, FULL / 16 / 4);
	forget(&h, 1, end);
	cr_assert(holdings_oldest(&h, limit, 32, 1, 5, &end));
	cr_assert_eq(end, 1);
	cr_assert_not(holdings_oldest(&h, limit, 1 << 20, 1, 5, &end), "more than there is");
	holdings_done(&h);
}

Test(holdings, the_same_goes_whatever_the_table_was)
{
	struct holdings h;
	uint32_t before, after;
	uint64_t limit = holdings_most(10400, 700, 5 * 700);

	open_holdings(&h);
	for (unsigned i = 0; i < 600; i++)
		take(&h, 16 * i, 16);
	cr_assert(holdings_oldest(&h, limit, 3000, 1, 5, &before));
	owner_table_reserve(&h.owners, 1000000);
	cr_assert(holdings_oldest(&h, limit, 3000, 1, 5, &after));
	cr_assert_eq(before, after);
	cr_assert_gt(before, 1);
	holdings_done(&h);
}

Test(holdings, a_run_that_is_taken_back_leaves_nothing)
{
	struct holdings h;

	open_holdings(&h);
	take(&h, 1, 3);
	forget(&h, 1, 2);
	cr_assert_eq(run_table_begin(&h.runs, 12), 0);
	cr_assert_eq(put(&h, 9, add_document(&h)), 0);
	cr_assert_eq(run_table_batch(&h.runs, 12, 0, 7), 0);
	cr_assert_eq(run_table_take_back(&h.runs, 12), 0);
	holdings_take_back(&h);
	cr_assert_eq(owner(&h, 9), 0);
	cr_assert_eq(h.entries, 0);
	cr_assert_eq(h.n_documents, 0);
	cr_assert_eq(h.id_bytes, 0);
	cr_assert_eq(h.owners.n, 0);
	holdings_done(&h);
}

/* near */

static void
put_sketch(struct holdings *h, uint32_t document)
{
	struct near_owner o = {
	    .sketch = {.lanes = {(unsigned char)document}}, .document = document, .paragraph = 3};

	cr_assert_eq(holdings_put_near_owner(h, &o), 0, "%s", err_text());
}

static int
put_drop(struct holdings *h, uint64_t n, uint32_t document, uint32_t near)
{
	struct near_drop d = {hash_of(n), document, 0, near, 3, 5000};

	return holdings_put_near_drop(h, &d);
}

static uint32_t
near(const struct holdings *h, uint64_t n)
{
	struct hash hash = hash_of(n);
	const struct near_drop *d = holdings_near_drop(h, &hash);

	return d == NULL ? 0 : d->owner;
}

static uint32_t
near_then(const struct holdings *h, uint64_t n, uint64_t count)
{
	struct hash hash = hash_of(n);
	const struct near_drop *d = holdings_near_drop_then(h, &hash, count);

	return d == NULL ? 0 : d->owner;
}

static bool
skips_none(const void *object, uint32_t document)
{
	(void)object;
	(void)document;
	return false;
}

/* Whose sketch is like that of this document. */
static uint32_t
search(struct holdings *h, uint32_t document)
{
	struct sketch s = {.lanes = {(unsigned char)document}};
	struct near_found found = holdings_near_find(h, &s, 0, skips_none, NULL);

	return found.owner == NULL ? 0 : found.owner->document;
}

/* Three documents with a sketch; the third has a paragraph near the first, hash 50. */
static void
open_near(struct holdings *h)
{
	open_holdings(h);
	h->has_near = true;
	for (uint32_t i = 1; i <= 3; i++) {
		take(h, i, 1);
		put_sketch(h, i);
	}
	cr_assert_eq(put_drop(h, 50, 3, 1), 0, "%s", err_text());
}

Test(holdings, what_was_near_a_forgotten_one_is_found_by_batches_of_before_only)
{
	struct holdings h;

	open_near(&h);
	cr_assert_eq(put_drop(&h, 50, 3, 2), ERR_RECORD, "near two");
	cr_assert_eq(put_drop(&h, 51, 3, 9), ERR_RECORD, "no document");
	cr_assert_eq(search(&h, 1), 1);
	cr_assert_eq(near(&h, 50), 1);
	forget(&h, 1, 2);
	cr_assert_neq(search(&h, 1), 1);
	cr_assert_eq(h.near.n, 2);
	cr_assert_eq(h.n_drops, 0);
	cr_assert_eq(near(&h, 50), 0);
	cr_assert_eq(near_then(&h, 50, 3), 1);
	cr_assert_eq(near_then(&h, 50, 4), 0);
	take(&h, 50, 1); /* now document 4 owns it */
	cr_assert_eq(owner(&h, 50), 4);
	cr_assert_eq(owner_then(&h, 50, 3), 0, "it was near another");
	cr_assert_eq(owner_then(&h, 50, 4), 4);
	forget(&h, 4, 5);
	take(&h, 5, 1);
	cr_assert_eq(put_drop(&h, 50, 5, 2), 0, "%s", err_text());
	cr_assert_eq(near(&h, 50), 2);
	cr_assert_eq(near_then(&h, 50, 3), 1);
	cr_assert_eq(near_then(&h, 50, 5), 2);
	cr_assert_eq(owner_then(&h, 50, 4), 4);
	cr_assert_eq(owner_then(&h, 50, 5), 0);
	holdings_purge(&h, true);
	cr_assert_eq(h.drops.n, 1);
	cr_assert_eq(h.n_displaced_drops, 0);
	cr_assert_eq(near(&h, 50), 2);
	holdings_done(&h);
}

Test(holdings, a_near_paragraph_goes_with_its_own_document_too)
{
	struct holdings h;

	open_near(&h);
	forget(&h, 3, 4);
	cr_assert_eq(near(&h, 50), 0);
	cr_assert_eq(near_then(&h, 50, 3), 1);
	holdings_done(&h);
	open_near(&h);
	cr_assert_eq(run_table_take_back(&h.runs, 11), 0);
	holdings_take_back(&h);
	cr_assert_eq(h.drops.n, 0);
	cr_assert_eq(search(&h, 1), 0);
	cr_assert_eq(h.near.n, 0);
	holdings_done(&h);
}

Test(holdings, near_ones_count_at_the_limit_and_the_oldest_go_with_what_was_near_them)
{
	enum { DOCUMENTS = 3000 };
	struct holdings h;
	uint64_t limit;
	uint32_t end;

	open_holdings(&h);
	h.has_near = true;
	for (uint32_t i = 1; i <= DOCUMENTS; i++) {
		take(&h, i, 1);
		put_sketch(&h, i);
		if (i > 1)
			cr_assert_eq(put_drop(&h, 100000 + i, i, i / 2), 0);
	}
	limit = holdings_most(h.entries, h.n_documents, h.id_bytes);
	cr_assert_not(holdings_oldest(&h, limit, 0, 0, 0, &end), "sketches alone are larger");
	limit += holdings_near_most(&h, h.entries, h.n_drops);
	cr_assert(holdings_oldest(&h, limit, 0, 0, 0, &end));
	cr_assert_eq(end, 1);
	limit = holdings_most(2000, 2000, 5 * 2000) + holdings_near_most(&h, 2000, 1500);
	cr_assert(holdings_oldest(&h, limit, 10, 1, 5, &end));
	cr_assert_gt(end, 1000);
	forget(&h, 1, end);
	cr_assert(holdings_oldest(&h, limit, 10, 1, 5, &end));
	cr_assert_eq(end, 1);
	cr_assert_lt(h.n_drops, 2000);
	holdings_done(&h);
}
