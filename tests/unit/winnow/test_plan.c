#include "stages/winnow/plan.h"

#include <stdarg.h>

#include "common/options.h"
#include "tests/unit/scratch.h"

enum { WORDS = 24, STATUS_FD = 7 };

static struct settings settings;
static struct options options;
static struct plan plan;
static char *words[WORDS + 1];

static void
open_test(void)
{
	scratch_open();
	unsetenv("XDG_RUNTIME_DIR");
	setenv("TMPDIR", scratch, 1);
}

static void
close_test(void)
{
	plan_done(&plan);
	settings_done(&options);
	scratch_close();
}

TestSuite(plan, .init = open_test, .fini = close_test);

/* Parse the words, up to a NULL, as those of `winnow run`, plan that and make its state. */
static int
made(const char *word, ...)
{
	va_list more;
	int argc = 1;

	words[0] = (char *)"winnow run";
	va_start(more, word);
	for (; word != NULL && argc < WORDS; word = va_arg(more, const char *))
		words[argc++] = (char *)word;
	va_end(more);
	cr_assert_eq(
	    settings_parse(&settings, &options, TAKES_RUN, "A test.", "SOURCE...", argc, words), 0,
	    "%s", err_text());
	TRY(plan_make(&plan, &settings, &options, STATUS_FD));
	return plan_make_state(&plan);
}

/* The first child of a stage. */
static const struct child *
child(const char *name)
{
	for (size_t i = 0; i < plan.n; i++)
		if (strcmp(plan.children[i].name, name) == 0)
			return &plan.children[i];
	cr_assert(false, "there is no %s", name);
	return NULL;
}

/* Where the argument is among those of the stage, or 0. */
static size_t
place_of(const char *name, const char *arg)
{
	char **args = child(name)->args;

	for (size_t i = 1; args[i] != NULL; i++)
		if (strcmp(args[i], arg) == 0)
			return i;
	return 0;
}

static bool
has(const char *name, const char *arg)
{
	return place_of(name, arg) > 0;
}

/* The flag is a socket of that name in the private folder. */
static void
is_linked(const char *name, const char *flag, const char *socket)
{
	char arg[512];

	snprintf(arg, sizeof(arg), "--%s=ipc://%s/%s", flag, plan.folder, socket);
	cr_assert(has(name, arg), "%s has no %s", name, arg);
}

Test(plan, has_each_stage_in_order_and_the_workers_many_times)
{
	static const char *const names[] = {"read", "extract", "extract", "extract", "dedup",
	    "summarize", "summarize", "summarize", "write"};

	cr_assert_eq(made("-j3", "a", NULL), 0);
	cr_assert_eq(plan.n, 9);
	for (size_t i = 0; i < 9; i++) {
		cr_assert_str_eq(plan.children[i].name, names[i]);
		cr_assert_eq(plan.children[i].pid, 0);
		cr_assert(strncmp(plan.children[i].args[0], "winnow-", 7) == 0);
		cr_assert_str_eq(plan.children[i].args[0] + 7, names[i]);
	}
}

Test(plan, takes_the_cores_where_nothing_is_said)
{
	cr_assert_geq(plan_cores(), 1);
	cr_assert_eq(made("a", NULL), 0);
	cr_assert_eq(plan.n, 3 + 2 * plan_cores());
}

Test(plan, refuses_more_workers_than_is_sane)
{
	cr_assert_eq(made("-j257", "a", NULL), ERR_USAGE);
	cr_assert(strstr(err_text(), "--workers") != NULL, "%s", err_text());
	cr_assert_eq(plan.n, 0);
	plan_done(&plan);
	settings_done(&options);
	cr_assert_eq(made("-j256", "a", NULL), 0);
	cr_assert_eq(plan.n, 3 + 2 * 256);
}

Test(plan, the_ends_of_each_link_meet)
{
	cr_assert_eq(made("-j1", "a", NULL), 0);
	is_linked("read", "out", "raw");
	is_linked("extract", "in", "raw");
	is_linked("extract", "out", "hashed");
	is_linked("dedup", "in", "hashed");
	is_linked("dedup", "out", "kept");
	is_linked("summarize", "in", "kept");
	is_linked("summarize", "out", "scored");
	is_linked("write", "in", "scored");
	is_linked("read", "ask-dedup", "dedup");
	is_linked("dedup", "control", "dedup");
	is_linked("read", "ask-write", "write");
	is_linked("write", "control", "write");
}

Test(plan, a_stage_gets_the_options_that_it_takes_and_no_others)
{
	cr_assert_eq(made("-j1", "--min-chars=7", "--claims=2", "--empty=skip", "--map=a=b",
			 "--times", "--action=mark", "a", NULL),
	    0);
	cr_assert(has("dedup", "--min-chars=7"));
	cr_assert(has("summarize", "--claims=2"));
	cr_assert(has("write", "--empty=skip"));
	cr_assert(has("extract", "--map=a=b"));
	cr_assert(has("dedup", "--action=mark") && has("summarize", "--action=mark"));
	cr_assert(has("read", "--times") && has("write", "--times"));
	cr_assert(!has("write", "--min-chars=7") && !has("read", "--claims=2"));
	cr_assert(!has("extract", "--action=mark") && !has("dedup", "--map=a=b"));
	cr_assert(!has("extract", "--workers=1"));
}

static enum taker
taker_of(const char *name)
{
	return name[0] == 'r'   ? TAKES_READ
	       : name[0] == 'e' ? TAKES_EXTRACT
	       : name[0] == 'd' ? TAKES_DEDUP
	       : name[0] == 's' ? TAKES_SUMMARIZE
				: TAKES_WRITE;
}

/* The children have the variable too; on their command line anybody could read it. */
Test(plan, an_index_of_the_environment_is_on_no_command_line)
{
	setenv("WINNOW_INDEX", "redis://:hidden@host", 1);
	cr_assert_eq(made("a", NULL), 0, "%s", err_text());
	unsetenv("WINNOW_INDEX");
	for (size_t i = 0; i < plan.n; i++)
		for (char **arg = plan.children[i].args; *arg != NULL; arg++)
			cr_assert(strstr(*arg, "hidden") == NULL, "%s", *arg);
}

Test(plan, each_stage_can_read_its_arguments)
{
	char *output = scratch_path("x.jsonl");

	cr_assert_eq(made("-j1", "-o", output, "--force", "--format=pretty", "--log=json",
			 "--input=text", "--dead-letters=d", "--max-document=9k", "--lang=en",
			 "--summary=3", "--", "a", "-", "--b", NULL),
	    0);
	for (size_t i = 0; i < plan.n; i++) {
		const struct child *c = &plan.children[i];
		enum taker taker = taker_of(c->name);
		struct settings got;
		struct options o;
		int argc = 0;

		while (c->args[argc] != NULL)
			argc++;
		cr_assert_eq(settings_parse(&got, &o, taker, "A test.",
				 taker == TAKES_READ ? "SOURCE..." : NULL, argc, c->args),
		    0);
		cr_assert_eq(got.max_document, 9 << 10);
		cr_assert_eq(got.log, LOG_JSON);
		cr_assert_eq(got.n_sources, taker == TAKES_READ ? 3 : 0);
		if (taker == TAKES_READ) {
			cr_assert_str_eq(got.sources[2], "--b");
			cr_assert_eq(got.status_fd, STATUS_FD);
			cr_assert_eq(got.input, INPUT_TEXT);
		}
		if (taker == TAKES_WRITE) {
			cr_assert(got.force);
			cr_assert_str_eq(got.output, output);
			cr_assert_str_eq(got.state, plan.state);
		}
		settings_done(&o);
	}
}

Test(plan, sources_stand_behind_two_dashes_in_order)
{
	char **args;
	size_t n;

	cr_assert_eq(made("-j1", "--", "b", "--force", "a", NULL), 0);
	args = child("read")->args;
	n = place_of("read", "--");
	cr_assert_gt(n, 0);
	cr_assert_str_eq(args[n + 1], "b");
	cr_assert_str_eq(args[n + 2], "--force");
	cr_assert_str_eq(args[n + 3], "a");
	cr_assert(args[n + 4] == NULL);
}

Test(plan, read_alone_has_the_descriptor_of_the_progress)
{
	cr_assert_eq(made("-j1", "a", NULL), 0);
	for (size_t i = 0; i < plan.n; i++)
		cr_assert_eq(plan.children[i].passed_fd, i == 0 ? STATUS_FD : -1);
	cr_assert(has("read", "--status-fd=7"));
}

/* standard input and output */

Test(plan, only_read_has_standard_input_and_only_where_it_is_a_source)
{
	cr_assert_eq(made("-j1", "a", "-", NULL), 0);
	for (size_t i = 0; i < plan.n; i++)
		cr_assert_eq(plan.children[i].keeps_input, i == 0, "%s", plan.children[i].name);
	plan_done(&plan);
	settings_done(&options);
	cr_assert_eq(made("-j1", "a", "./-", NULL), 0);
	for (size_t i = 0; i < plan.n; i++)
		cr_assert(!plan.children[i].keeps_input, "%s", plan.children[i].name);
}

Test(plan, only_write_has_standard_output_and_only_without_a_file)
{
	cr_assert_eq(made("-j1", "a", NULL), 0);
	for (size_t i = 0; i < plan.n; i++)
		cr_assert_eq(
		    plan.children[i].keeps_output, i == plan.n - 1, "%s", plan.children[i].name);
	plan_done(&plan);
	settings_done(&options);
	cr_assert_eq(made("-j1", "-o", scratch_path("x"), "a", NULL), 0);
	for (size_t i = 0; i < plan.n; i++)
		cr_assert(!plan.children[i].keeps_output, "%s", plan.children[i].name);
}

/* what people see shows what was dropped */

Test(plan, the_pretty_form_asks_dedup_for_all_dropped_texts)
{
	cr_assert_eq(made("-j1", "--format=pretty", "a", NULL), 0);
	cr_assert(has("dedup", "--dropped-text=all"));
	cr_assert(!has("write", "--dropped-text=all"));
}

Test(plan, other_forms_do_not)
{
	cr_assert_eq(made("-j1", "--format=jsonl", "a", NULL), 0);
	cr_assert(!has("dedup", "--dropped-text=all"));
	plan_done(&plan);
	settings_done(&options);
	cr_assert_eq(made("-j1", "-o", scratch_path("x"), "a", NULL), 0);
	cr_assert(!has("dedup", "--dropped-text=all"));
}

Test(plan, an_option_of_the_user_goes_before)
{
	cr_assert_eq(made("-j1", "--format=pretty", "--dropped-text=none", "a", NULL), 0);
	cr_assert_gt(
	    place_of("dedup", "--dropped-text=none"), place_of("dedup", "--dropped-text=all"));
}

Test(plan, a_variable_of_the_user_goes_before)
{
	setenv("WINNOW_DROPPED_TEXT", "none", 1);
	cr_assert_eq(made("-j1", "--format=pretty", "a", NULL), 0);
	cr_assert(!has("dedup", "--dropped-text=all"), "a flag would hide it");
}

/* folders */

Test(plan, the_folder_of_the_sockets_is_private_and_goes_with_them)
{
	char folder[256], socket[300];
	struct stat st;

	cr_assert_eq(made("-j1", "a", NULL), 0);
	snprintf(folder, sizeof(folder), "%s", plan.folder);
	cr_assert(strncmp(folder, scratch, strlen(scratch)) == 0, "%s", folder);
	cr_assert_eq(stat(folder, &st), 0);
	cr_assert_eq(st.st_mode & 0777, 0700);
	snprintf(socket, sizeof(socket), "%s/raw", folder);
	cr_assert_eq(mknod(socket, S_IFSOCK | 0600, 0), 0);
	plan_done(&plan);
	cr_assert_eq(stat(folder, &st), -1);
	cr_assert_eq(plan.n, 0);
	plan_done(&plan); /* again is nothing */
}

Test(plan, two_runs_have_two_folders)
{
	char first[256];

	cr_assert_eq(made("-j1", "a", NULL), 0);
	snprintf(first, sizeof(first), "%s", plan.folder);
	settings_done(&options);
	struct plan kept = plan;
	cr_assert_eq(made("-j1", "a", NULL), 0);
	cr_assert_str_neq(first, plan.folder);
	plan_done(&kept);
}

Test(plan, the_folder_of_the_user_session_goes_before)
{
	char *run = scratch_path("session");

	mkdir(run, 0700);
	setenv("XDG_RUNTIME_DIR", run, 1);
	cr_assert_eq(made("-j1", "a", NULL), 0);
	cr_assert(strncmp(plan.folder, run, strlen(run)) == 0, "%s", plan.folder);
	plan_done(&plan);
	settings_done(&options);
	setenv("XDG_RUNTIME_DIR", scratch_path("none"), 1);
	cr_assert_eq(made("-j1", "a", NULL), 0, "one that is gone is passed over");
}

Test(plan, no_place_for_the_folder_is_a_fault)
{
	setenv("TMPDIR", scratch_path("none"), 1);
	cr_assert_eq(made("-j1", "a", NULL), ERR_SYS);
	cr_assert(strstr(err_text(), "none") != NULL, "%s", err_text());
	cr_assert(plan.folder == NULL);
}

Test(plan, the_state_lies_beside_the_output)
{
	cr_assert_eq(made("-j1", "-o", scratch_path("x.jsonl"), "a", NULL), 0);
	cr_assert_str_eq(plan.state, scratch_path("x.jsonl.winnow"));
	cr_assert(scratch_has("x.jsonl.winnow"));
}

Test(plan, a_state_that_holds_something_stays)
{
	cr_assert_eq(made("-j1", "-o", scratch_path("x.jsonl"), "a", NULL), 0);
	scratch_put("x.jsonl.winnow/run.json", SPAN("{}"));
	plan_done(&plan);
	cr_assert(scratch_has("x.jsonl.winnow/run.json"));
	settings_done(&options);
	cr_assert_eq(
	    made("-j1", "-o", scratch_path("x.jsonl"), "a", NULL), 0, "and is taken again");
}

Test(plan, a_state_that_nothing_came_to_goes)
{
	cr_assert_eq(made("-j1", "-o", scratch_path("x.jsonl"), "a", NULL), 0);
	plan_done(&plan);
	cr_assert(!scratch_has("x.jsonl.winnow"));
}

Test(plan, the_state_lies_where_it_is_told)
{
	char flag[300];

	snprintf(flag, sizeof(flag), "--state=%s", scratch_path("s"));
	cr_assert_eq(made("-j1", flag, "-o", scratch_path("x.jsonl"), "a", NULL), 0);
	cr_assert_str_eq(plan.state, scratch_path("s"));
	cr_assert(scratch_has("s") && !scratch_has("x.jsonl.winnow"));
	cr_assert(has("write", flag) && has("read", flag));
	cr_assert(!has("dedup", flag));
}

Test(plan, without_an_output_there_is_no_state)
{
	cr_assert_eq(made("-j1", "a", NULL), 0);
	cr_assert(plan.state == NULL);
}

Test(plan, a_state_that_cannot_be_a_folder_is_refused)
{
	char folder[256];

	scratch_put("x.jsonl.winnow", SPAN("a file"));
	cr_assert_eq(made("-j1", "-o", scratch_path("x.jsonl"), "a", NULL), ERR_USAGE);
	cr_assert(strstr(err_text(), "x.jsonl.winnow") != NULL, "%s", err_text());
	snprintf(folder, sizeof(folder), "%s", plan.folder);
	plan_done(&plan);
	cr_assert_eq(access(folder, F_OK), -1, "what was made goes");
	settings_done(&options);
	cr_assert_eq(made("-j1", "-o", scratch_path("none/x.jsonl"), "a", NULL), ERR_USAGE);
}

Test(plan, a_sink_of_the_protocol_is_in_place_of_write)
{
	cr_assert_eq(
	    made("-j1", "-o", "link://sink.example:5560", "--state", scratch, "a", NULL), 0);
	cr_assert_eq(plan.n, 4);
	cr_assert(has("summarize", "--out=tcp://sink.example:5560"));
	cr_assert(has("read", "--ask-write=tcp://sink.example:5561"));
	is_linked("summarize", "in", "kept");
	cr_assert(plan.goes_on);
}

Test(plan, files_may_be_lost_on_the_way_and_a_queue_not)
{
	cr_assert_eq(made("-o", "zmq+pub://sink.example:1", "--state", scratch, "a", NULL), 0);
	cr_assert(has("write", "--allow-loss"));
	plan_done(&plan);
	settings_done(&options);
	cr_assert_eq(made("-o", "zmq+pub://sink.example:1", "--state", scratch,
			 "redis://quay.example/0?stream=x", NULL),
	    0);
	cr_assert(!has("write", "--allow-loss"));
	plan_done(&plan);
	settings_done(&options);
	cr_assert_eq(made("-o", "zmq+pub://sink.example:1", "a", NULL), ERR_USAGE);
	cr_assert(strstr(err_text(), "--state DIR") != NULL, "%s", err_text());
}
