#include "stages/state.h"

#include <poll.h>
#include <sys/wait.h>

#include "tests/unit/scratch.h"

static struct settings settings;

static void
open_test(void)
{
	scratch_open();
	settings = (struct settings){0};
}

TestSuite(state, .init = open_test, .fini = scratch_close);

static void
folder_is(const char *wanted)
{
	char *folder = state_folder(&settings);

	if (wanted == NULL)
		cr_assert(folder == NULL, "%s", folder);
	else
		cr_assert(folder != NULL && strcmp(folder, wanted) == 0, "%s", folder);
	free(folder);
}

static void
letters_are(const char *wanted)
{
	char *path = state_dead_letters(&settings);

	if (wanted == NULL)
		cr_assert(path == NULL, "%s", path);
	else
		cr_assert(path != NULL && strcmp(path, wanted) == 0, "%s", path);
	free(path);
}

Test(state, lies_beside_a_file_that_will_be)
{
	settings.output = "none/out.jsonl";
	folder_is("none/out.jsonl.winnow");
	letters_are("none/out.jsonl.dead.jsonl");
}

Test(state, of_a_uri_lies_where_it_is_told)
{
	settings.output = "redis://quay.example/0?stream=new";
	folder_is(NULL);
	letters_are(NULL);
	cr_assert_eq(state_check(&settings), ERR_USAGE);
	cr_assert(strstr(err_text(), "--state DIR") != NULL, "%s", err_text());
	settings.state = "elsewhere";
	cr_assert_eq(state_check(&settings), 0);
	folder_is("elsewhere");
	letters_are("elsewhere/dead.jsonl");
	settings.dead_letters = "letters";
	letters_are("letters");
	settings = (struct settings){.output = "out.jsonl"};
	cr_assert_eq(state_check(&settings), 0);
}

Test(state, lies_beside_a_file_that_is)
{
	char wanted[200];

	settings.output = scratch_put("out.jsonl", SPAN("x"));
	snprintf(wanted, sizeof(wanted), "%s.winnow", settings.output);
	folder_is(wanted);
	settings.state = "elsewhere";
	folder_is("elsewhere");
}

Test(state, lies_beside_a_link_to_a_file)
{
	char wanted[200];

	settings.output = scratch_path("link");
	cr_assert_eq(symlink(scratch_put("out.jsonl", SPAN("x")), settings.output), 0);
	snprintf(wanted, sizeof(wanted), "%s.winnow", settings.output);
	folder_is(wanted);
}

Test(state, standard_output_has_none_even_if_one_is_named)
{
	settings.state = "named";
	folder_is(NULL);
	letters_are(NULL);
	settings.dead_letters = "letters";
	letters_are("letters");
}

Test(state, what_is_no_file_has_none)
{
	static const char *const names[] = {
	    "/dev/null", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1", "/dev/full", "/tmp"};
	int saved = point_to(STDOUT_FILENO, scratch_put("file", SPAN("")), O_WRONLY);

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		settings.output = names[i];
		folder_is(NULL);
		letters_are(NULL);
	}
	settings.output = scratch_path("fifo");
	cr_assert_eq(mkfifo(settings.output, 0600), 0);
	folder_is(NULL);
	point_back(STDOUT_FILENO, saved);
}

Test(state, is_made_once)
{
	const char *folder = scratch_path("a.winnow");

	cr_assert_eq(state_make(folder), 0);
	cr_assert_eq(state_make(folder), 0);
	cr_assert(scratch_has("a.winnow"));
}

Test(state, that_cannot_be_made_is_refused_by_name)
{
	cr_assert_eq(state_make(scratch_put("file", SPAN("x"))), ERR_USAGE);
	cr_assert_eq(state_make(scratch_path("none/a.winnow")), ERR_USAGE);
	cr_assert(strstr(err_text(), "none/a.winnow") != NULL, "%s", err_text());
}

Test(state, has_one_owner_at_a_time)
{
	int first = -1, second = -1;

	cr_assert_eq(state_lock(scratch, &first), 0);
	cr_assert_neq(fcntl(first, F_GETFD) & FD_CLOEXEC, 0, "a child would hold it");
	cr_assert_eq(state_lock(scratch, &second), ERR_USAGE);
	cr_assert_eq(second, -1, "untouched");
	cr_assert(strstr(err_text(), "in use by another process") != NULL, "%s", err_text());
	cr_assert(strstr(err_text(), scratch) != NULL, "%s", err_text());
	close(first);
	cr_assert_eq(state_lock(scratch, &second), 0);
	close(second);
}

Test(state, a_run_has_it_beside_its_stages)
{
	int run = -1, stage = -1, second = -1;

	cr_assert_eq(state_lock_run(scratch, &run), 0);
	cr_assert_eq(state_lock(scratch, &stage), 0);
	cr_assert_eq(state_lock_run(scratch, &second), ERR_USAGE);
	cr_assert(strstr(err_text(), "in use by another process") != NULL, "%s", err_text());
	close(run);
	cr_assert_eq(state_lock_run(scratch, &second), 0, "%s", err_text());
	close(second);
	close(stage);
	cr_assert_eq(state_lock_run(scratch_path("none"), &second), ERR_USAGE);
}

/* Holds the lock until the pipe is closed, then takes its time to die. */
static pid_t
dying_owner(int *ret_hold)
{
	int held[2], hold[2];
	char c;
	pid_t pid;

	cr_assert(pipe(held) == 0 && pipe(hold) == 0);
	pid = fork();
	if (pid == 0) {
		int fd;
		close(hold[1]);
		if (state_lock(scratch, &fd) == 0 && write(held[1], "x", 1) == 1 &&
		    read(hold[0], &c, 1) == 0)
			poll(NULL, 0, 200);
		_exit(0);
	}
	cr_assert_eq(read(held[0], &c, 1), 1);
	close(held[0]);
	close(held[1]);
	close(hold[0]);
	*ret_hold = hold[1];
	return pid;
}

Test(state, a_dying_owner_is_waited_for)
{
	int hold, fd = -1;
	pid_t pid = dying_owner(&hold);

	close(hold);
	cr_assert_eq(state_lock(scratch, &fd), 0, "%s", err_text());
	close(fd);
	waitpid(pid, NULL, 0);
}

Test(state, a_lock_in_no_folder_is_refused)
{
	int fd;

	cr_assert_eq(state_lock(scratch_path("none"), &fd), ERR_USAGE);
}
