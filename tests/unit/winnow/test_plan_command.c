#include "common/err.h"
#include "stages/winnow/commands.h"
#include "tests/unit/scratch.h"

TestSuite(plan_command, .init = scratch_open, .fini = scratch_close);

/* `winnow plan WORD` does not come to a run: it ends with 100 and says this. */
static void
refuses(char *word, const char *text)
{
	char *argv[] = {(char *)"plan", word, NULL};
	struct buf said = {0};
	struct caught log;
	int status;

	catch_begin(&log, STDERR_FILENO);
	status = command_plan(word == NULL ? 1 : 2, argv);
	catch_end(&log, &said);
	cr_assert_eq(status, EXIT_PERMANENT);
	cr_assert(strstr(said.p, text) != NULL, "%s", said.p);
	buf_done(&said);
}

Test(plan_command, wants_sources_of_which_the_size_is_known)
{
	refuses(NULL, "no SOURCE");
	refuses((char *)"/dev/null", "is not known");
	refuses(scratch_put("empty", SPAN("")), "the sources are empty");
	refuses(scratch_path("none"), "No such file");
	refuses((char *)"http://host/x", "no such source");
}
