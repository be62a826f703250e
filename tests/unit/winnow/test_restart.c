#include "stages/winnow/restart.h"

#include "proto/index_files.h"
#include "stages/state.h"
#include "tests/unit/folder.h"

static bool
is_there(struct folder *f, const char *name)
{
	return access(folder_path(f, name), F_OK) == 0;
}

/* An output with its state, an index in it, and a file of the user's own. */
static void
make_run(struct folder *f)
{
	folder_text(f, "out.jsonl", "{}\n");
	folder_text(f, "out.jsonl.dead.jsonl", "{}\n");
	cr_assert_eq(mkdir(folder_path(f, "out.jsonl.winnow"), 0777), 0);
	cr_assert_eq(mkdir(folder_path(f, "out.jsonl.winnow/index"), 0777), 0);
	folder_text(f, "out.jsonl.winnow/checkpoint", "whatever");
	folder_text(f, "out.jsonl.winnow/inputs", "whatever");
	folder_text(f, "out.jsonl.winnow/run.json", "whatever");
	folder_text(f, "out.jsonl.winnow/index/owners-000001.log", "whatever");
	folder_text(f, "out.jsonl.winnow/notes", "the user's own");
}

Test(restart, what_the_run_made_is_gone_and_nothing_else)
{
	struct folder f;
	struct settings s = {0};

	folder_open(&f);
	make_run(&f);
	s.output = folder_path(&f, "out.jsonl");
	cr_assert_eq(restart_forget(&s), 0, "%s", err_text());
	cr_assert(!is_there(&f, "out.jsonl"));
	cr_assert(!is_there(&f, "out.jsonl.dead.jsonl"));
	cr_assert(!is_there(&f, "out.jsonl.winnow/checkpoint"));
	cr_assert(!is_there(&f, "out.jsonl.winnow/inputs"));
	cr_assert(!is_there(&f, "out.jsonl.winnow/run.json"));
	cr_assert(!is_there(&f, "out.jsonl.winnow/index"));
	cr_assert(is_there(&f, "out.jsonl.winnow/notes"));
	cr_assert_eq(restart_forget(&s), 0, "a second time there is nothing to do");
	folder_done(&f);
}

Test(restart, without_a_run_there_is_nothing_to_do)
{
	struct folder f;
	struct settings s = {0};

	folder_open(&f);
	s.output = folder_text(&f, "out.jsonl", "somebody's");
	cr_assert_eq(restart_forget(&s), 0, "%s", err_text());
	cr_assert(is_there(&f, "out.jsonl"), "it is no output of a run");
	folder_done(&f);
}

Test(restart, an_output_without_a_state_is_refused)
{
	struct settings s = {0};

	cr_assert_eq(restart_forget(&s), ERR_USAGE);
	s.output = "/dev/null";
	cr_assert_eq(restart_forget(&s), ERR_USAGE);
}

Test(restart, a_run_that_is_under_way_is_not_disturbed)
{
	struct folder f;
	struct settings s = {0};
	int lock;

	folder_open(&f);
	make_run(&f);
	s.output = folder_path(&f, "out.jsonl");
	cr_assert_eq(state_lock(folder_path(&f, "out.jsonl.winnow"), &lock), 0);
	cr_assert_eq(restart_forget(&s), ERR_USAGE);
	cr_assert(is_there(&f, "out.jsonl"));
	cr_assert(is_there(&f, "out.jsonl.winnow/checkpoint"));
	close(lock);
	folder_done(&f);
}

Test(restart, what_a_server_has_taken_is_not_taken_back)
{
	struct folder f;
	struct settings s = {.output = "redis://quay.example/0?stream=new"};

	folder_open(&f);
	cr_assert_eq(restart_forget(&s), ERR_USAGE);
	cr_assert(strstr(err_text(), "--state DIR") != NULL, "%s", err_text());
	s.state = folder_path(&f, "state");
	cr_assert_eq(mkdir(s.state, 0777), 0);
	folder_text(&f, "state/checkpoint", "whatever");
	cr_assert_eq(restart_forget(&s), ERR_USAGE);
	cr_assert(strstr(err_text(), "winnow:{STREAM}") != NULL, "%s", err_text());
	cr_assert(is_there(&f, "state/checkpoint"));
	s.output = "kafka://quay.example/new";
	cr_assert_eq(restart_forget(&s), 0, "%s", err_text());
	cr_assert(!is_there(&f, "state/checkpoint"));
	folder_done(&f);
}

/* A state, with an index that is as a stage leaves it which had nothing to do. */
static const char *
make_beginning(struct folder *f)
{
	folder_open(f);
	cr_assert_eq(mkdir(folder_path(f, "s"), 0777), 0);
	cr_assert_eq(mkdir(folder_path(f, "s/index"), 0777), 0);
	folder_text(f, "s/index/lock", "");
	folder_text(f, "s/index/owners-000001.log", "a head");
	return folder_path(f, "s");
}

Test(restart, what_never_began_leaves_nothing)
{
	struct folder f;

	restart_tidy(make_beginning(&f));
	cr_assert(!is_there(&f, "s"));
	restart_tidy(folder_path(&f, "s"));
	cr_assert_eq(mkdir(folder_path(&f, "s"), 0777), 0);
	restart_tidy(folder_path(&f, "s"));
	cr_assert(!is_there(&f, "s"), "it was empty");
	folder_done(&f);
}

Test(restart, what_has_begun_stays)
{
	static const char *const names[] = {"s/checkpoint", "s/inputs", "s/journal", "s/notes"};
	struct folder f;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *state = make_beginning(&f);

		folder_text(&f, names[i], "whatever");
		restart_tidy(state);
		cr_assert(is_there(&f, names[i]) && is_there(&f, "s/index/owners-000001.log"));
		folder_done(&f);
	}
}

Test(restart, an_index_that_somebody_has_open_stays)
{
	struct folder f;
	struct index_files files;
	const char *state = make_beginning(&f);

	cr_assert_eq(index_files_open(&files, folder_path(&f, "s/index"), true, 0), 0);
	restart_tidy(state);
	cr_assert(is_there(&f, "s/index/owners-000001.log"));
	index_files_close(&files);
	folder_done(&f);
}
