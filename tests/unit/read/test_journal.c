#include "stages/read/journal.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <unistd.h>

#include "tests/unit/scratch.h"

/* What a reader was told, as text: k for an id, seq=body for a batch. */
struct told {
	struct buf text;
};

static int
tell_known(void *object, const struct hash *id)
{
	(void)id;
	buf_byte(&((struct told *)object)->text, 'k');
	return 0;
}

static int
tell_batch(void *object, uint64_t run, uint64_t seq, struct span body)
{
	buf_print(&((struct told *)object)->text, "[%llx %llu=%.*s]", (unsigned long long)run,
	    (unsigned long long)seq, (int)body.n, body.p);
	return 0;
}

static int
try_open(struct journal **j, struct told *told, const char *kind)
{
	struct journal_reader reader = {told, tell_known, tell_batch};

	*told = (struct told){0};
	return journal_open(j, scratch_path("state"), kind, "me", &reader);
}

static struct journal *
opened(const char *expected)
{
	struct journal *j;
	struct told told;

	cr_assert_eq(try_open(&j, &told, "kind"), 0, "%s", err_text());
	cr_assert(span_equal(buf_view(&told.text), span_str(expected)), "%.*s", (int)told.text.n,
	    told.text.p == NULL ? "" : told.text.p);
	buf_done(&told.text);
	return j;
}

static void
is_held(const struct journal *j, size_t i, const char *body)
{
	struct buf b = {0};

	cr_assert(i < j->n_held);
	cr_assert_eq(journal_body(j, i, &b), 0);
	cr_assert(span_equal(buf_view(&b), span_str(body)));
	buf_done(&b);
}

/* A journal of run 0xA with batches 5, 6 and 7, of which 5 is acknowledged. */
static void
write_three(void)
{
	struct journal *j = opened("");

	cr_assert_eq(journal_renew(j, 0xA, 5, NULL, 0), 0, "%s", err_text());
	cr_assert_eq(journal_add(j, 5, SPAN("five")), 0);
	cr_assert_eq(journal_add(j, 6, SPAN("six")), 0);
	cr_assert_eq(journal_add(j, 7, SPAN("seven")), 0);
	journal_done(j, 6);
	journal_done(j, 6);
	journal_close(j);
}

TestSuite(journal, .init = scratch_open, .fini = scratch_close);

Test(journal, what_was_added_is_there_again)
{
	struct journal *j;

	write_three();
	j = opened("[a 5=five][a 6=six][a 7=seven]");
	cr_assert_str_eq(j->consumer, "me");
	cr_assert_eq(j->run, 0xA);
	cr_assert_eq(j->base, 6);
	cr_assert_eq(j->n_held, 2);
	is_held(j, 0, "six");
	is_held(j, 1, "seven");
	cr_assert_eq(journal_add(j, 8, SPAN("eight")), 0);
	journal_done(j, 9);
	cr_assert_eq(j->n_held, 0);
	journal_close(j);
	journal_close(opened("[a 5=five][a 6=six][a 7=seven][a 8=eight]"));
}

Test(journal, every_torn_end_is_cut_off)
{
	struct buf whole = {0};
	struct journal *j;
	size_t end;

	write_three();
	scratch_get("state/journal", &whole);
	j = opened("[a 5=five][a 6=six][a 7=seven]");
	cr_assert_eq(journal_add(j, 8, SPAN("eight")), 0);
	journal_close(j);
	end = whole.n;
	scratch_get("state/journal", &whole);
	cr_assert(whole.n > end);
	for (size_t n = end; n < whole.n; n++) {
		scratch_put("state/journal", span_of(whole.p, n));
		j = opened("[a 5=five][a 6=six][a 7=seven]");
		cr_assert_eq(j->end, end);
		cr_assert_eq(journal_add(j, 8, SPAN("8")), 0);
		journal_close(j);
		journal_close(opened("[a 5=five][a 6=six][a 7=seven][a 8=8]"));
	}
	buf_done(&whole);
}

Test(journal, a_damaged_middle_is_refused_with_its_place)
{
	struct buf whole = {0};
	struct journal *j;
	struct told told;
	char *at;

	write_three();
	scratch_get("state/journal", &whole);
	at = memmem(whole.p, whole.n, "five", 4);
	*at = 'F';
	scratch_put("state/journal", buf_view(&whole));
	cr_assert_eq(try_open(&j, &told, "kind"), ERR_USAGE);
	cr_assert_not_null(strstr(err_text(), "damaged at byte"), "%s", err_text());
	buf_done(&told.text);
	buf_done(&whole);
}

Test(journal, one_without_a_record_is_refused)
{
	struct journal *j;
	struct told told;

	write_three();
	scratch_put("state/journal", SPAN(""));
	cr_assert_eq(try_open(&j, &told, "kind"), ERR_USAGE);
	scratch_put("state/journal", SPAN("something else"));
	cr_assert_eq(try_open(&j, &told, "kind"), ERR_USAGE);
}

Test(journal, another_kind_of_queue_is_refused_by_name)
{
	struct journal *j;
	struct told told;

	write_three();
	cr_assert_eq(try_open(&j, &told, "other"), ERR_USAGE);
	cr_assert_not_null(strstr(err_text(), "kind"), "%s", err_text());
	buf_done(&told.text);
}

Test(journal, renewed_it_holds_what_counts_under_new_numbers)
{
	struct hash ids[2] = {hash128(SPAN("1")), hash128(SPAN("2"))};
	struct journal *j;

	write_three();
	j = opened("[a 5=five][a 6=six][a 7=seven]");
	cr_assert_eq(journal_renew(j, 0xB, 0, ids, 2), 0, "%s", err_text());
	is_held(j, 1, "seven");
	cr_assert_eq(journal_add(j, 2, SPAN("two")), 0);
	journal_close(j);
	j = opened("kk[b 0=six][b 1=seven][b 2=two]");
	cr_assert_eq(j->run, 0xB);
	cr_assert_eq(j->base, 0);
	cr_assert_str_eq(j->consumer, "me");
	journal_close(j);
}

Test(journal, it_is_long_when_most_of_it_is_done_with)
{
	struct journal *j = opened("");
	struct span body = {calloc(1, 1 << 20), 1 << 20};

	cr_assert_eq(journal_renew(j, 1, 0, NULL, 0), 0);
	for (uint64_t seq = 0; seq < 40; seq++)
		cr_assert_eq(journal_add(j, seq, body), 0);
	cr_assert(!journal_is_long(j), "all of it is held");
	journal_done(j, 39);
	cr_assert(journal_is_long(j));
	cr_assert_eq(journal_renew(j, 1, 39, NULL, 0), 0);
	cr_assert(!journal_is_long(j));
	cr_assert(j->end < 2 << 20);
	journal_close(j);
	free((char *)body.p);
}

Test(journal, a_batch_of_no_bytes_is_one)
{
	struct journal *j = opened("");

	cr_assert_eq(journal_renew(j, 1, 0, NULL, 0), 0);
	cr_assert_eq(journal_add(j, 0, SPAN("")), 0);
	is_held(j, 0, "");
	journal_close(j);
	journal_close(opened("[1 0=]"));
}
