#include "stages/dedup/holdings_reader.h"

#include <criterion/criterion.h>

static struct hash
hash_of(uint64_t n)
{
	return hash128(span_of((const char *)&n, sizeof(n)));
}

static int
entry(const struct index_reader *r, uint64_t n, uint32_t document)
{
	struct entry e = {.hash = hash_of(n), .document = document, .paragraph = 7};

	r->ahead(r->object, &e.hash);
	return r->entry(r->object, &e);
}

static uint32_t
owner_of(const struct holdings *h, uint64_t n)
{
	struct hash hash = hash_of(n);
	const struct entry *e = holdings_find(h, &hash);

	return e == NULL ? 0 : e->document;
}

Test(holdings_reader, puts_what_the_files_tell_into_the_holdings)
{
	struct holdings h = {0};
	struct index_reader r;
	struct hash identity = hash_of(99);

	holdings_init(&h);
	r = holdings_reader(&h);
	r.expect(r.object, 3, 100);
	r.document(r.object, &identity, 1, SPAN("a"));
	cr_assert_eq(r.gap(r.object, 1), 0);
	r.document(r.object, &identity, 2, SPAN("b"));
	cr_assert_eq(entry(&r, 5, 1), 0);
	cr_assert_eq(entry(&r, 6, 3), 0);
	cr_assert_eq(owner_of(&h, 5), 1);
	cr_assert_eq(owner_of(&h, 6), 3);
	cr_assert(span_equal(owning_document_id(document_table_get(&h.documents, 3)), SPAN("b")));
	cr_assert_eq(h.entries, 2);
	cr_assert_eq(r.forget(r.object, 1, 2), 0);
	cr_assert_eq(h.entries, 1);
	cr_assert_eq(h.n_documents, 1);
	holdings_done(&h);
}

Test(holdings_reader, refuses_what_cannot_be)
{
	struct holdings h = {0};
	struct index_reader r;
	struct hash identity = hash_of(99);

	holdings_init(&h);
	r = holdings_reader(&h);
	r.document(r.object, &identity, 1, SPAN("a"));
	cr_assert_eq(r.gap(r.object, 1), 0);
	cr_assert_eq(entry(&r, 5, 1), 0);
	cr_assert_eq(entry(&r, 5, 1), ERR_RECORD, "two owners of one hash");
	cr_assert_eq(entry(&r, 6, 2), ERR_RECORD, "an ordinal that was passed over");
	cr_assert_eq(entry(&r, 6, 3), ERR_RECORD, "no document");
	holdings_done(&h);
}
