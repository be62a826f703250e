#include "near_records.h"
#include "stages/winnow/commands.h"

static struct buf packed, lines, out, said;

static void
open_test(void)
{
	scratch_open();
	near_records_make(&packed, &lines);
}

static void
close_test(void)
{
	buf_done(&packed);
	buf_done(&lines);
	buf_done(&out);
	buf_done(&said);
	scratch_close();
}

TestSuite(near_sample, .init = open_test, .fini = close_test);

#define SHOWN                                  \
	"0.6117  second #1 is near first #3\n" \
	"  owner: the owned text\n"            \
	"  text:  the owned text, edited\n\n"

static int
near(const char *a, const char *b, const char *c)
{
	const char *const words[] = {"near", a, b, c, NULL};

	out.n = said.n = 0;
	return command_run_caught(command_near, words, &out, &said);
}

Test(near_sample, shows_a_near_drop_beside_its_owner)
{
	cr_assert_eq(
	    near(scratch_put("x.msgpack", buf_view(&packed)), NULL, NULL), 0, "%s", said.p);
	cr_assert_str_eq(out.p, SHOWN);
	cr_assert(strstr(said.p, "1 of 1 near drops") != NULL, "%s", said.p);
	cr_assert_eq(near(scratch_put("x.jsonl", buf_view(&lines)), NULL, NULL), 0, "%s", said.p);
	cr_assert_str_eq(out.p, SHOWN);
}

Test(near_sample, shows_no_more_than_asked_for)
{
	const char *path = scratch_put("x.jsonl", buf_view(&lines));

	cr_assert_eq(near("--sample=0", path, NULL), 0);
	cr_assert_str_eq(out.p, "");
	cr_assert_eq(near("--sample=1", path, path), 0);
	cr_assert_str_eq(out.p, SHOWN);
	cr_assert(strstr(said.p, "1 of 2 near drops") != NULL, "%s", said.p);
	cr_assert_eq(near("--sample=2", path, path), 0);
	cr_assert_str_eq(out.p, SHOWN SHOWN);
}

Test(near_sample, an_owner_that_is_not_there_is_said)
{
	const char *first = memchr(lines.p, '\n', lines.n);
	struct span second = span_cut(buf_view(&lines), (size_t)(first - lines.p) + 1, lines.n);

	cr_assert_eq(near(scratch_put("x.jsonl", second), NULL, NULL), 0);
	cr_assert(strstr(out.p, "owner: (not in these files)") != NULL, "%s", out.p);
}

Test(near_sample, files_are_needed)
{
	cr_assert_eq(near(NULL, NULL, NULL), EXIT_PERMANENT);
	cr_assert(strstr(said.p, "no FILE") != NULL, "%s", said.p);
	cr_assert_eq(near("-", NULL, NULL), EXIT_PERMANENT);
	cr_assert(strstr(said.p, "read twice") != NULL, "%s", said.p);
	cr_assert_eq(near("/nowhere/at/all", NULL, NULL), EXIT_PERMANENT);
}
