#include "proto/run_table.h"

#include <criterion/criterion.h>

/* A run begins and takes a batch that brings n documents. */
static void
take(struct run_table *t, uint64_t run, uint64_t seq, unsigned n)
{
	cr_assert_eq(run_table_begin(t, run), 0);
	while (n-- > 0)
		run_table_document(t);
	cr_assert_eq(run_table_batch(t, run, seq, 100 * run + seq), 0, "%s", err_text());
}

Test(run_table, knows_where_each_run_is)
{
	struct run_table t = {0};

	cr_assert(run_table_newest(&t) == NULL);
	take(&t, 11, 0, 1);
	take(&t, 11, 1, 0);
	take(&t, 12, 0, 1);
	cr_assert_eq(run_table_newest(&t)->id, 12);
	take(&t, 11, 5, 0);
	cr_assert_eq(run_table_newest(&t)->id, 11);
	cr_assert_eq(run_table_find(&t, 11)->next, 6);
	cr_assert_eq(run_table_find(&t, 12)->next, 1);
	cr_assert(run_table_find(&t, 13) == NULL);
	cr_assert(run_table_find(&t, 0) == NULL);
	cr_assert_eq(run_table_count(&t), 2);
	run_table_done(&t);
}

Test(run_table, knows_at_least_the_batches_that_may_come_again)
{
	struct run_table t = {0};

	for (uint64_t seq = 0; seq < 1000; seq++) {
		take(&t, 11, seq, seq % 3);
		for (uint64_t back = 0; back < RUN_BATCHES && back <= seq; back++) {
			const struct run_batch *b = run_table_batch_of(&t, seq - back);

			cr_assert(b != NULL, "%llu", (unsigned long long)(seq - back));
			cr_assert_eq(b->digest, 1100 + seq - back);
			cr_assert_eq(b->n, (seq - back) % 3);
		}
	}
	cr_assert(run_table_batch_of(&t, 0) == NULL, "memory is bounded");
	cr_assert(run_table_batch_of(&t, 1000) == NULL);
	run_table_done(&t);
}

Test(run_table, knows_which_documents_a_batch_brought)
{
	struct run_table t = {0};

	take(&t, 11, 0, 2);
	take(&t, 12, 0, 3);
	take(&t, 11, 1, 1);
	cr_assert_eq(run_table_batch_of(&t, 0)->first, 1);
	cr_assert_eq(run_table_batch_of(&t, 1)->first, 6);
	cr_assert_eq(run_table_batch_of(&t, 1)->n, 1);
	run_table_begin(&t, 12);
	cr_assert_eq(run_table_batch_of(&t, 0)->first, 3);
	cr_assert(run_table_batch_of(&t, 1) == NULL);
	run_table_done(&t);
}

Test(run_table, a_batch_out_of_turn_is_refused)
{
	struct run_table t = {0};

	cr_assert_eq(run_table_batch(&t, 11, 0, 1), ERR_RECORD);
	take(&t, 11, 3, 0);
	cr_assert_eq(run_table_batch(&t, 11, 3, 1), ERR_RECORD);
	cr_assert_eq(run_table_batch(&t, 12, 4, 1), ERR_RECORD);
	cr_assert_eq(run_table_batch(&t, 11, UINT64_MAX, 1), ERR_RECORD);
	cr_assert_eq(run_table_begin(&t, 0), ERR_RECORD);
	run_table_done(&t);
}

/* The ordinals 1 to n, f for those of other runs. */
static void
foreign_are(const struct run_table *t, const char *expected)
{
	for (uint32_t i = 0; expected[i] != '\0'; i++)
		cr_assert_eq(
		    run_table_is_foreign(t, i + 1), expected[i] == 'f', "document %u", i + 1);
}

Test(run_table, tells_documents_of_other_runs)
{
	struct run_table t = {0};

	foreign_are(&t, "..");
	take(&t, 11, 0, 2);
	foreign_are(&t, "..");
	take(&t, 12, 0, 2);
	foreign_are(&t, "ff..");
	take(&t, 13, 0, 0);
	foreign_are(&t, "ffff");
	take(&t, 11, 1, 1);
	foreign_are(&t, "..ff.");
	take(&t, 12, 1, 2);
	take(&t, 13, 1, 1);
	foreign_are(&t, "fffffff.");
	take(&t, 12, 2, 0);
	foreign_are(&t, "ff..f..f");
	run_table_done(&t);
}

Test(run_table, the_newest_run_can_be_taken_back)
{
	struct run_table t = {0};

	take(&t, 11, 0, 2);
	take(&t, 12, 0, 1);
	take(&t, 12, 1, 1);
	cr_assert_eq(run_table_take_back(&t, 12), 0);
	cr_assert(run_table_newest(&t) == NULL);
	cr_assert(run_table_find(&t, 12) == NULL);
	cr_assert_eq(run_table_count(&t), 1);
	cr_assert_not(run_table_is_gone(&t, 2));
	cr_assert(run_table_is_gone(&t, 3));
	cr_assert(run_table_is_gone(&t, 4));
	take(&t, 12, 0, 1);
	cr_assert_eq(run_table_batch_of(&t, 0)->first, 5, "ordinals stay unused");
	cr_assert_not(run_table_is_gone(&t, 5));
	run_table_done(&t);
}

Test(run_table, a_run_that_others_came_after_cannot)
{
	struct run_table t = {0};

	take(&t, 11, 0, 1);
	take(&t, 12, 0, 0);
	take(&t, 11, 1, 1);
	cr_assert_eq(run_table_take_back(&t, 11), ERR_RECORD);
	cr_assert(strstr(err_text(), "000000000000000c came after") != NULL, "%s", err_text());
	cr_assert_eq(run_table_take_back(&t, 12), ERR_RECORD, "11 went on after it began");
	cr_assert_eq(run_table_take_back(&t, 13), ERR_RECORD);
	cr_assert(strstr(err_text(), "knows no run 000000000000000d") != NULL);
	cr_assert_eq(run_table_begin(&t, 14), 0);
	cr_assert_eq(run_table_take_back(&t, 14), 0, "it did nothing yet");
	run_table_done(&t);
}

/* Packed and read again it is the same, told by packing it again. */
static void
comes_back(const struct run_table *t)
{
	struct run_table copy = {.n_documents = t->n_documents};
	struct buf once = {0}, twice = {0};

	run_table_pack(&once, t);
	cr_assert_eq(run_table_unpack(&copy, buf_view(&once)), 0);
	run_table_pack(&twice, &copy);
	cr_assert(span_equal(buf_view(&once), buf_view(&twice)));
	cr_assert_eq(run_table_count(&copy), run_table_count(t));
	for (size_t n = 0; n < once.n; n++) {
		struct run_table cut = {.n_documents = t->n_documents};

		cr_assert_eq(run_table_unpack(&cut, span_of(once.p, n)), ERR_RECORD, "%zu", n);
		run_table_done(&cut);
	}
	run_table_done(&copy);
	buf_done(&once);
	buf_done(&twice);
}

Test(run_table, comes_back_from_a_snapshot)
{
	struct run_table t = {0};

	comes_back(&t);
	take(&t, 11, 0, 2);
	comes_back(&t);
	take(&t, 12, 0, 1);
	take(&t, 11, 7, 1);
	take(&t, 13, 0, 1);
	cr_assert_eq(run_table_take_back(&t, 13), 0);
	comes_back(&t);
	for (uint64_t seq = 0; seq < 300; seq++)
		take(&t, 14, seq, 1);
	comes_back(&t);
	run_table_done(&t);
}

Test(run_table, goes_on_behind_a_snapshot)
{
	struct run_table t = {0}, copy = {0};
	struct buf b = {0};

	for (uint64_t seq = 0; seq < 200; seq++)
		take(&t, 11, seq, 1);
	run_table_pack(&b, &t);
	copy.n_documents = t.n_documents;
	cr_assert_eq(run_table_unpack(&copy, buf_view(&b)), 0);
	cr_assert_eq(
	    run_table_batch_of(&copy, 200 - RUN_BATCHES)->digest, 1100 + 200 - RUN_BATCHES);
	take(&copy, 11, 200, 2);
	cr_assert_eq(run_table_batch_of(&copy, 200)->first, 201);
	take(&copy, 12, 0, 1);
	foreign_are(&copy, "ff");
	run_table_done(&t);
	run_table_done(&copy);
	buf_done(&b);
}

Test(run_table, a_table_that_says_what_cannot_be_is_refused)
{
	struct run_table t = {0};
	struct buf b = {0};
	unsigned refused = 0;

	take(&t, 11, 0, 2);
	take(&t, 12, 3, 1);
	run_table_pack(&b, &t);
	for (size_t at = 0; at < b.n; at++) {
		struct run_table other = {.n_documents = 3};

		b.p[at] ^= 0x7F;
		refused += run_table_unpack(&other, buf_view(&b)) < 0;
		for (uint32_t ordinal = 1; ordinal <= 3; ordinal++)
			run_table_is_gone(&other, ordinal);
		run_table_done(&other);
		b.p[at] ^= 0x7F;
	}
	cr_assert_gt(refused, b.n / 3);
	run_table_done(&t);
	buf_done(&b);
}
