#include "stages/winnow/own_output.h"

#include "tests/unit/scratch.h"

TestSuite(own_output, .init = scratch_open, .fini = scratch_close);

/* A run over a source, which is there, with these files of its own. */
static int
check(const char *source, const char *output, const char *dead_letters)
{
	const char *sources[] = {"elsewhere", scratch_put(source, SPAN("{}\n"))};
	struct settings s = {
	    .sources = sources, .n_sources = 2, .output = output, .dead_letters = dead_letters};

	return own_output_check(&s);
}

static void
refuses(const char *source, const char *output, const char *dead_letters, const char *what)
{
	cr_assert_eq(check(source, output, dead_letters), ERR_USAGE);
	cr_assert(strstr(err_text(), source) != NULL && strstr(err_text(), what) != NULL, "%s",
	    err_text());
}

Test(own_output, neither_the_output_nor_the_dead_letters_may_be_a_source)
{
	refuses("x.jsonl", scratch_path("x.jsonl"), NULL, "is a source and the output");
	refuses("x.jsonl.dead.jsonl", scratch_path("x.jsonl"), NULL, "dead letters");
	refuses("d.jsonl", scratch_path("x.jsonl"), scratch_path("d.jsonl"), "dead letters");
	refuses("d.jsonl", NULL, scratch_path("d.jsonl"), "dead letters");
}

Test(own_output, under_another_name_it_is_the_same_file)
{
	cr_assert_eq(symlink("a.jsonl", scratch_path("b.jsonl")), 0);
	refuses("a.jsonl", scratch_path("b.jsonl"), NULL, "is a source and the output");
}

Test(own_output, other_files_may)
{
	cr_assert_eq(check("x.jsonl", NULL, NULL), 0);
	cr_assert_eq(check("x.jsonl", scratch_path("y.jsonl"), NULL), 0);
	cr_assert_eq(check("x.jsonl.dead.jsonl", scratch_path("y.jsonl"), NULL), 0);
	cr_assert_eq(check("x.jsonl.dead.jsonl", scratch_path("x.jsonl"), scratch_path("d")), 0,
	    "the dead letters go elsewhere");
	cr_assert_eq(check("x.jsonl", "/dev/null", "/dev/null"), 0);
}
