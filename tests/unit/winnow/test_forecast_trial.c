#include "stages/winnow/forecast_trial.h"

#include "common/options.h"
#include "tests/unit/scratch.h"

static struct settings settings;
static struct options options;

static void
open_test(void)
{
	char *argv[] = {(char *)"winnow plan", (char *)"-j3", (char *)"--restart", (char *)"-o",
	    (char *)"/elsewhere/x.msgpack.gz", (char *)"a", NULL};

	scratch_open();
	cr_assert_eq(
	    settings_parse(&settings, &options, TAKES_RUN, "A test.", "SOURCE...", 6, argv), 0,
	    "%s", err_text());
}

static void
close_test(void)
{
	settings_done(&options);
	scratch_close();
}

TestSuite(forecast_trial, .init = open_test, .fini = close_test);

/* A shell script in the place of winnow. */
static int
run(const char *script)
{
	struct forecast_trial t;
	char *program = scratch_put("winnow.sh", span_str(script));

	chmod(program, 0700);
	return forecast_trial_run(&t, program, scratch, &settings, &options);
}

static void
was_given(const char *args, const char *before, const char *behind)
{
	char arg[300];

	snprintf(arg, sizeof(arg), "%s%s%s\n", before, scratch, behind);
	cr_assert(strstr(args, arg) != NULL, "no %s in\n%s", arg, args);
}

Test(forecast_trial, writes_nothing_outside_of_its_folder)
{
	struct buf args = {0};

	cr_assert_lt(run("#!/bin/sh\nprintf '%s\\n' \"$@\" > $(dirname $0)/args\n"), 0);
	scratch_get("args", &args);
	was_given(args.p, "--output=", "/out/x.msgpack.gz");
	was_given(args.p, "--state=", "/state");
	was_given(args.p, "--dead-letters=", "/dead");
	was_given(args.p, "--index=file:", "/state/index");
	was_given(args.p, "--\n", "/in");
	cr_assert(strstr(args.p, "--workers=3\n") != NULL, "%s", args.p);
	cr_assert(strstr(args.p, "--output=/elsewhere") < strstr(args.p, "--output=/tmp"),
	    "the last one is taken");
	buf_done(&args);
}

Test(forecast_trial, says_what_the_run_said_when_it_fails)
{
	struct buf said = {0};
	struct caught log;
	int r;

	catch_begin(&log, STDERR_FILENO);
	r = run("#!/bin/sh\necho no such thing >&2\nexit 100\n");
	catch_end(&log, &said);
	cr_assert_eq(r, ERR_USAGE);
	cr_assert_str_eq(said.p, "no such thing\n");
	buf_done(&said);
}

Test(forecast_trial, that_dies_or_leaves_nothing_is_a_fault)
{
	cr_assert_eq(run("#!/bin/sh\nkill -9 $$\n"), ERR_SYS);
}

Test(forecast_trial, without_a_checkpoint_is_a_fault)
{
	cr_assert_eq(run("#!/bin/sh\nexit 0\n"), ERR_SYS);
	cr_assert(strstr(err_text(), "checkpoint") != NULL, "%s", err_text());
}
