#include <dirent.h>

#include "common/err.h"
#include "stages/winnow/commands.h"
#include "tests/unit/scratch.h"

static struct buf said;

static void
open_test(void)
{
	scratch_open();
	mkdir(scratch_path("tmp"), 0700);
	unsetenv("XDG_RUNTIME_DIR");
	setenv("TMPDIR", scratch_path("tmp"), 1);
}

static void
close_test(void)
{
	buf_done(&said);
	scratch_close();
}

TestSuite(run, .init = open_test, .fini = close_test);

/* `winnow run` with up to three words: its exit status; what it logs in said, NUL-terminated. */
static int
run(const char *a, const char *b, const char *c)
{
	const char *words[] = {"run", a, b, c, NULL};
	char *argv[5];
	struct caught log;
	int argc = 0, status;

	memcpy(argv, words, sizeof(argv));
	while (argv[argc] != NULL)
		argc++;
	catch_begin(&log, STDERR_FILENO);
	status = command_run(argc, argv);
	catch_end(&log, &said);
	return status;
}

static int
entries(const char *name)
{
	DIR *d = opendir(scratch_path(name));
	int n = 0;

	cr_assert(d != NULL, "%s", name);
	while (readdir(d) != NULL)
		n++;
	closedir(d);
	return n - 2;
}

Test(run, without_a_source_ends_with_100)
{
	cr_assert_eq(run(NULL, NULL, NULL), EXIT_PERMANENT);
	cr_assert(strstr(said.p, "winnow run: error: no SOURCE") != NULL, "%s", said.p);
	cr_assert_eq(run("--min-chars=3", NULL, NULL), EXIT_PERMANENT);
}

Test(run, an_unknown_option_ends_with_100, .exit_code = EXIT_PERMANENT)
{
	run("--no-such-option", "x", NULL);
}

Test(run, a_wrong_value_ends_with_100, .exit_code = EXIT_PERMANENT)
{
	run("--workers=some", "x", NULL);
}

Test(run, a_wrong_variable_ends_with_100)
{
	setenv("WINNOW_CLAIMS", "many", 1);
	cr_assert_eq(run("x", NULL, NULL), EXIT_PERMANENT);
	cr_assert(strstr(said.p, "WINNOW_CLAIMS") != NULL, "%s", said.p);
}

Test(run, too_many_workers_end_with_100)
{
	cr_assert_eq(run("--workers=1000", "x", NULL), EXIT_PERMANENT);
	cr_assert(strstr(said.p, "--workers") != NULL, "%s", said.p);
}

Test(run, without_a_place_for_its_sockets_ends_with_111)
{
	setenv("TMPDIR", scratch_path("none"), 1);
	cr_assert_eq(run("x", NULL, NULL), EXIT_TEMPORARY);
	cr_assert(strstr(said.p, "none") != NULL, "%s", said.p);
}

Test(run, an_output_in_no_folder_ends_with_100)
{
	cr_assert_eq(run("-o", scratch_path("none/x"), "x"), EXIT_PERMANENT);
	cr_assert_eq(entries("tmp"), 0, "nothing is left behind");
}

/* With the stages beside this program read refuses it; without them they cannot be started. */
Test(run, a_source_that_is_not_there_ends_with_100_and_leaves_nothing)
{
	cr_assert_eq(
	    run("-o", scratch_path("x.jsonl"), scratch_path("none.jsonl")), EXIT_PERMANENT);
	cr_assert(strstr(said.p, "No such file") != NULL, "%s", said.p);
	cr_assert_eq(entries("tmp"), 0, "the folder of the sockets goes");
	cr_assert(!scratch_has("x.jsonl.winnow/run.json"), "there was no run");
}

Test(run, a_source_is_not_overwritten_by_the_output)
{
	char output[200], *x = scratch_put("x.jsonl", SPAN("{\"text\": \"precious\"}\n"));

	snprintf(output, sizeof(output), "--output=%s", x);
	cr_assert_eq(run("--force", output, x), EXIT_PERMANENT);
	cr_assert(strstr(said.p, "x.jsonl is a source and the output") != NULL, "%s", said.p);
	scratch_holds("x.jsonl", "{\"text\": \"precious\"}\n");
	cr_assert_eq(symlink(x, scratch_path("link")), 0);
	cr_assert_eq(
	    run("--force", output, scratch_path("link")), EXIT_PERMANENT, "by another name");
	scratch_holds("x.jsonl", "{\"text\": \"precious\"}\n");
}

Test(run, an_unknown_variable_is_told_of_as_json_where_that_is_asked)
{
	setenv("WINNOW_NONSENSE", "1", 1);
	cr_assert_eq(run("--log=json", NULL, NULL), EXIT_PERMANENT);
	cr_assert_eq(said.p[0], '{', "%s", said.p);
	cr_assert(strstr(said.p, "WINNOW_NONSENSE") != NULL, "%s", said.p);
}
