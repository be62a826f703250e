#include "proto/tally.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "proto/json_in.h"

static struct tally t;
static struct buf out;

static void
done(void)
{
	tally_done(&t);
	buf_done(&out);
}

TestSuite(tally, .fini = done);

static void
prints(const char *json)
{
	out.n = 0;
	tally_json(&out, &t);
	cr_assert(span_equal(buf_view(&out), span_str(json)), "%.*s", (int)out.n, out.p);
}

static struct span
numbered(unsigned i)
{
	static char name[32];

	return span_of(name, (size_t)snprintf(name, sizeof(name), "name %u", i));
}

Test(tally, of_nothing_is_an_empty_object)
{
	prints("{}");
}

Test(tally, has_the_most_first_then_by_name)
{
	tally_add(&t, SPAN("few"), 1);
	tally_add(&t, SPAN("gulls"), 7);
	tally_add(&t, SPAN("auks"), 7);
	tally_add(&t, SPAN("terns"), 300);
	prints("{\"terns\": 300, \"auks\": 7, \"gulls\": 7, \"few\": 1}");
}

Test(tally, a_name_comes_before_those_that_it_begins)
{
	tally_add(&t, SPAN("abc"), 2);
	tally_add(&t, SPAN("ab"), 2);
	tally_add(&t, SPAN(""), 2);
	prints("{\"\": 2, \"ab\": 2, \"abc\": 2}");
}

Test(tally, adds_up_what_has_one_name)
{
	tally_add(&t, SPAN("a"), 2);
	tally_add(&t, SPAN("b"), 1);
	tally_add(&t, SPAN("a"), 3);
	prints("{\"a\": 5, \"b\": 1}");
	cr_assert_eq(t.n, 2);
}

Test(tally, keeps_its_own_copy_of_a_name)
{
	char name[] = "tide";

	tally_add(&t, span_str(name), 1);
	memset(name, 'x', 4);
	prints("{\"tide\": 1}");
}

Test(tally, tells_names_apart_behind_a_nul_and_escapes_them)
{
	tally_add(&t, SPAN("a\0b"), 3);
	tally_add(&t, SPAN("a\0c"), 2);
	tally_add(&t, SPAN("say \"x\"\n"), 1);
	prints("{\"a\\u0000b\": 3, \"a\\u0000c\": 2, \"say \\\"x\\\"\\n\": 1}");
}

Test(tally, takes_the_empty_span)
{
	tally_add(&t, span_of(NULL, 0), 1);
	prints("{\"\": 1}");
}

Test(tally, loses_nothing_when_it_grows)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < 900; i++)
		tally_add(&t, numbered(i), i);
	for (unsigned i = 0; i < 900; i++)
		tally_add(&t, numbered(i), 1);
	cr_assert_eq(t.n, 900);
	cr_assert_eq(t.other, 0);
	for (size_t i = 0; i < t.slots; i++) {
		if (t.rows[i].name == NULL)
			continue;
		cr_assert_eq(t.rows[i].count, 1 + (uint64_t)atol(t.rows[i].name + 5));
		sum += t.rows[i].count;
	}
	cr_assert_eq(sum, 900 + 899 * 900 / 2);
}

Test(tally, counts_names_beyond_the_limit_together)
{
	for (unsigned i = 0; i < TALLY_NAMES; i++)
		tally_add(&t, numbered(i), 1);
	tally_json(&out, &t);
	cr_assert(memmem(out.p, out.n, "(other)", 7) == NULL, "there is no other yet");
	tally_add(&t, SPAN("one more"), 3);
	tally_add(&t, SPAN("and more"), 4);
	tally_add(&t, numbered(17), 9); /* known: still by its name */
	cr_assert_eq(t.n, TALLY_NAMES);
	cr_assert_eq(t.other, 7);
	out.n = 0;
	tally_json(&out, &t);
	cr_assert(span_starts(buf_view(&out), SPAN("{\"name 17\": 10, ")));
	cr_assert(span_ends(buf_view(&out), SPAN(", \"(other)\": 7}")));
}

Test(tally, that_is_done_is_empty_again)
{
	tally_add(&t, SPAN("a"), 2);
	tally_done(&t);
	prints("{}");
	tally_add(&t, SPAN("b"), 1);
	prints("{\"b\": 1}");
}

static int
unpack_of(struct tally *to, struct span packed)
{
	struct scan s = scan_of(packed);

	return tally_unpack(to, &s);
}

Test(tally, reads_what_it_prints)
{
	struct buf packed = {0};
	struct arena a = {0};

	tally_add(&t, SPAN("say \"gulls\""), 7);
	tally_add(&t, SPAN(""), 1);
	t.other = 9;
	out.n = 0;
	tally_json(&out, &t);
	cr_assert_eq(json_in(&packed, &a, buf_view(&out)), 0);
	tally_done(&t);
	tally_add(&t, SPAN("auks"), 3);
	cr_assert_eq(unpack_of(&t, buf_view(&packed)), 0);
	prints("{\"say \\\"gulls\\\"\": 7, \"auks\": 3, \"\": 1, \"(other)\": 9}");
	buf_done(&packed);
	arena_done(&a);
}

Test(tally, does_not_read_what_is_none)
{
	cr_assert_eq(unpack_of(&t, SPAN("\x81\xA1x\xC3")), ERR_RECORD);
	cr_assert_eq(unpack_of(&t, SPAN("\x81\x01\x01")), ERR_RECORD);
	cr_assert_eq(unpack_of(&t, SPAN("\x82\xA1x\x01")), ERR_RECORD);
	cr_assert_eq(unpack_of(&t, SPAN("\x90")), ERR_RECORD);
}

Test(tally, moves_into_another)
{
	struct tally from = {0};

	tally_add(&t, SPAN("a"), 1);
	tally_add(&from, SPAN("a"), 2);
	tally_add(&from, SPAN("b"), 5);
	from.other = 4;
	tally_move(&t, &from);
	prints("{\"b\": 5, \"a\": 3, \"(other)\": 4}");
	tally_add(&from, SPAN("c"), 1);
	tally_move(&t, &from);
	prints("{\"b\": 5, \"a\": 3, \"c\": 1, \"(other)\": 4}");
	tally_done(&from);
}
