#include "stages/dedup/document_table.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

Test(document_table, numbers_from_1_and_copies_ids)
{
	struct document_table t = {0};
	struct hash identity = hash128(SPAN("x"));
	char id[] = "an id";

	cr_assert_eq(document_table_add(&t, &identity, 9, span_str(id)), 1);
	cr_assert_eq(document_table_add(&t, &identity, 10, span_of(NULL, 0)), 2);
	memset(id, 'x', sizeof(id));
	cr_assert(span_equal(owning_document_id(document_table_get(&t, 1)), SPAN("an id")));
	cr_assert_eq(owning_document_id(document_table_get(&t, 2)).n, 0);
	cr_assert_eq(document_table_get(&t, 2)->key, 10);
	cr_assert_eq(memcmp(&document_table_get(&t, 1)->identity, &identity, sizeof(identity)), 0);
	document_table_done(&t);
}

Test(document_table, counts_what_a_document_owns)
{
	struct document_table t = {0};
	struct hash identity = {{0}};
	struct owning_document *d;

	document_table_add(&t, &identity, 9, SPAN("id"));
	d = document_table_get(&t, 1);
	cr_assert_eq(owning_document_owns(d), 0);
	owning_document_count(d, 7);
	cr_assert_eq(owning_document_owns(d), 7);
	cr_assert(span_equal(owning_document_id(d), SPAN("id")));
	document_table_done(&t);
}

Test(document_table, holds_many_and_long_ids)
{
	enum { MANY = 200000, LONG = 3 << 20 };
	struct document_table t = {0};
	struct hash identity = {{0}};
	char *large = calloc(1, LONG);
	char id[32];

	for (unsigned i = 0; i < MANY; i++) {
		int n = snprintf(id, sizeof(id), "document %u", i);

		document_table_add(&t, &identity, i, span_of(id, (size_t)n));
		if (i == 1000)
			document_table_add(&t, &identity, i, span_of(large, LONG));
	}
	cr_assert_eq(owning_document_id(document_table_get(&t, 1002)).n, LONG);
	for (unsigned i = 0; i < MANY; i++) {
		const struct owning_document *d = document_table_get(&t, i + 1 + (i > 1000));

		snprintf(id, sizeof(id), "document %u", i);
		cr_assert_eq(d->key, i);
		cr_assert(span_equal(owning_document_id(d), span_str(id)));
	}
	free(large);
	document_table_done(&t);
}

Test(document_table, what_is_removed_gives_its_memory_back)
{
	enum { MANY = 10 * DOCUMENT_BLOCK };
	struct document_table t = {0};
	struct hash identity = {{0}};
	uint64_t all;

	for (unsigned i = 0; i < MANY + 5; i++)
		document_table_add(&t, &identity, i, SPAN("some id"));
	all = document_table_bytes(&t, 0, 0);
	document_table_remove(&t, 3, MANY / 2);
	cr_assert(document_table_get(&t, 2) != NULL);
	cr_assert(document_table_get(&t, 3) == NULL);
	cr_assert(document_table_get(&t, MANY / 2 - 1) == NULL);
	cr_assert(document_table_get(&t, MANY / 2) != NULL);
	cr_assert_lt(document_table_bytes(&t, 0, 0), all * 3 / 4);
	document_table_remove(&t, 1, MANY + 6);
	cr_assert_eq(t.n_blocks, 1, "the newest may get more");
	cr_assert_eq(document_table_add(&t, &identity, 77, SPAN("x")), MANY + 6);
	cr_assert_eq(document_table_get(&t, MANY + 6)->key, 77);
	document_table_done(&t);
}

Test(document_table, a_gap_takes_ordinals_and_no_memory)
{
	struct document_table t = {0};
	struct hash identity = {{0}};

	document_table_gap(&t, 3000000);
	cr_assert(document_table_get(&t, 1) == NULL);
	cr_assert(document_table_get(&t, 3000000) == NULL);
	cr_assert_eq(document_table_add(&t, &identity, 5, SPAN("x")), 3000001);
	cr_assert_eq(document_table_get(&t, 3000001)->key, 5);
	cr_assert_eq(t.n_blocks, 1);
	document_table_remove(&t, 1, 3000001);
	cr_assert_eq(document_table_get(&t, 3000001)->key, 5);
	document_table_done(&t);
}

Test(document_table, knows_what_more_will_take)
{
	struct document_table t = {0};
	struct hash identity = {{0}};
	uint64_t block = sizeof(struct document_block);

	cr_assert_eq(document_table_bytes(&t, 0, 0), 0);
	cr_assert_eq(document_table_bytes(&t, 1024, 0), block + 1024 * 8);
	cr_assert_eq(document_table_bytes(&t, 1025, 0), 2 * block + 1025 * 8);
	cr_assert_eq(document_table_bytes(&t, 1, 1000), block + 1000 + 8);
	document_table_add(&t, &identity, 1, SPAN("x"));
	cr_assert_gt(document_table_bytes(&t, 0, 0), block, "its ids");
	cr_assert_eq(document_table_bytes(&t, 1023, 0) - document_table_bytes(&t, 1022, 0), 8);
	cr_assert_eq(
	    document_table_bytes(&t, 1024, 0) - document_table_bytes(&t, 1023, 0), block + 8);
	cr_assert_eq(document_table_most(10, 100), 500);
	document_table_done(&t);
}
