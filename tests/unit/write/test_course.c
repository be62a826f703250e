#include "stages/write/course.h"

#include <criterion/criterion.h>
#include <stdio.h>

static struct course c;

static void
close_test(void)
{
	course_done(&c);
}

TestSuite(course, .fini = close_test);

static void
take(uint64_t next, const char *state)
{
	c.taken.next = next;
	c.taken.counts.records = 10 * next;
	c.taken.token = (struct token){.offset = next, .state = span_str(state)};
	mark_copy(&c.taken, &c.taken);
	tally_add(&c.fresh.by[BY_SITE], SPAN("quay.example"), 1);
}

static uint64_t
settled(void)
{
	struct buf b = {0};
	uint64_t n = 0;

	tally_json(&b, &c.settled.by[BY_SITE]);
	buf_byte(&b, '\0');
	sscanf(b.p, "{\"quay.example\": %lu", &n);
	buf_done(&b);
	return n;
}

Test(course, a_mark_has_the_bytes_of_its_token)
{
	char state[] = "W12";

	take(1, state);
	state[0] = 'x';
	cr_assert(span_equal(c.taken.token.state, SPAN("W12")));
	mark_copy(&c.durable, &c.taken);
	take(2, "J");
	cr_assert(span_equal(c.durable.token.state, SPAN("W12")));
	cr_assert_eq(c.durable.next, 1);
}

Test(course, a_boundary_is_where_taking_is)
{
	take(1, "a");
	course_boundary(&c);
	take(2, "b");
	cr_assert_eq(c.boundary.next, 1);
	cr_assert_eq(settled(), 1, "what is behind the boundary is not counted yet");
	course_boundary(&c);
	cr_assert_eq(c.boundary.next, 2);
	cr_assert_eq(settled(), 2);
}

Test(course, goes_on_as_it_was_described)
{
	struct checkpoint written = {0}, read = {0};
	struct buf b = {0};

	take(3, "W48211,190122");
	course_boundary(&c);
	take(4, "not committed");
	course_describe(&c, &written);
	written.run = 7;
	checkpoint_print(&b, &written);
	cr_assert_eq(checkpoint_parse(&read, buf_view(&b)), 0, "%s", err_text());
	course_done(&c);
	c = (struct course){0};
	course_go_on(&c, &read);
	checkpoint_done(&read);
	cr_assert_eq(c.taken.next, 3);
	cr_assert_eq(c.boundary.next, 3);
	cr_assert_eq(c.durable.next, 3);
	cr_assert_eq(c.durable.counts.records, 30);
	cr_assert(span_equal(c.durable.token.state, SPAN("W48211,190122")));
	cr_assert_eq(settled(), 1);
	buf_done(&b);
}

Test(course, forgets_all)
{
	take(3, "a");
	course_boundary(&c);
	mark_copy(&c.durable, &c.boundary);
	course_forget(&c);
	cr_assert_eq(c.taken.next + c.boundary.next + c.durable.next, 0);
	cr_assert_eq(c.durable.token.state.n, 0);
	cr_assert_eq(settled(), 0);
}
