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
	cr_assert(span_equal(owning_document_id(&t.documents[0]), SPAN("an id")));
	cr_assert_eq(owning_document_id(&t.documents[1]).n, 0);
	cr_assert_eq(t.documents[1].key, 10);
	cr_assert_eq(memcmp(&t.documents[0].identity, &identity, sizeof(identity)), 0);
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
	cr_assert_eq(owning_document_id(&t.documents[1001]).n, LONG);
	for (unsigned i = 0; i < MANY; i++) {
		const struct owning_document *d = &t.documents[i + (i > 1000)];

		snprintf(id, sizeof(id), "document %u", i);
		cr_assert_eq(d->key, i);
		cr_assert(span_equal(owning_document_id(d), span_str(id)));
	}
	free(large);
	document_table_done(&t);
}

Test(document_table, knows_what_more_will_take)
{
	struct document_table t = {0};
	struct hash identity = {{0}};
	uint64_t before = document_table_bytes(&t, 0, 0);

	cr_assert_eq(document_table_bytes(&t, 1024, 0), before + 1024 * 4);
	cr_assert_eq(document_table_bytes(&t, 1025, 0), 2 * before + 1025 * 4);
	cr_assert_eq(document_table_bytes(&t, 1, 1000), before + 1000 + 4);
	document_table_add(&t, &identity, 1, SPAN("x"));
	cr_assert_gt(document_table_bytes(&t, 0, 0), before, "its ids");
	cr_assert_eq(document_table_bytes(&t, 1024, 0) - document_table_bytes(&t, 1023, 0),
	    before + 4, "one is there");
	document_table_done(&t);
}
