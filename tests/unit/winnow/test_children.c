#include "stages/winnow/children.h"

#include <signal.h>
#include <sys/pidfd.h>
#include <poll.h>
#include <sys/wait.h>

#include "tests/unit/scratch.h"

enum { DEADLINE_MS = 20000, DEATH_MS = 5000, CHILDREN = 3 };

static struct child children[CHILDREN];
static char script_name[64], script_path[4096];
static struct buf heard;

static void
open_test(void)
{
	scratch_open();
	for (int i = 0; i < CHILDREN; i++)
		children[i] = (struct child){.name = "no-such-stage", .passed_fd = -1};
	snprintf(script_name, sizeof(script_name), "test-%d", (int)getpid());
	cr_assert_eq(program_path(script_path, sizeof(script_path), script_name), 0);
}

static void
close_test(void)
{
	children_signal(children, CHILDREN, SIGKILL);
	unlink(script_path);
	buf_done(&heard);
	scratch_close();
}

TestSuite(children, .init = open_test, .fini = close_test);

/* A program beside this one: a shell script, which the children are. */
static void
put_script(const char *text)
{
	int fd = open(script_path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0700);

	cr_assert_geq(fd, 0, "%s: %s", script_path, strerror(errno));
	cr_assert_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
	for (int i = 0; i < CHILDREN; i++)
		children[i].name = script_name;
}

static void
start(int i, int log_fd)
{
	static char *args[] = {(char *)"winnow-test", (char *)"an argument", NULL};

	children[i].args = args;
	cr_assert_eq(child_start(&children[i], log_fd, 1000 + (uint64_t)i), 0, "%s", err_text());
	cr_assert_gt(children[i].pid, 0);
}

/* Wait for the end of a child, which is then still to be reaped. */
static void
await(int i)
{
	struct pollfd p = {.fd = pidfd_open(children[i].pid, 0), .events = POLLIN};

	cr_assert_geq(p.fd, 0);
	cr_assert_eq(poll(&p, 1, DEADLINE_MS), 1, "it does not end");
	close(p.fd);
}

/* Start one child and wait for it; what it says on standard error is in heard. Its status. */
static int
told(void)
{
	int log = memfd_create("log", MFD_CLOEXEC), status = -1;
	ssize_t n;

	start(0, log);
	await(0);
	cr_assert_eq(children_reap(children, CHILDREN, &status), 0);
	n = pread(log, buf_room(&heard, 4096), 4095, 0);
	heard.n = n > 0 ? (size_t)n : 0;
	heard.p[heard.n] = '\0';
	close(log);
	return status;
}

Test(children, a_program_lies_beside_this_one)
{
	char path[4096], own[4096];
	ssize_t n = readlink("/proc/self/exe", own, sizeof(own) - 1);

	own[n] = '\0';
	*strrchr(own, '/') = '\0';
	cr_assert_eq(program_path(path, sizeof(path), "dedup"), 0);
	cr_assert(strncmp(path, own, strlen(own)) == 0, "%s", path);
	cr_assert_str_eq(path + strlen(own), "/winnow-dedup");
}

Test(children, a_path_that_does_not_fit_is_a_fault)
{
	char path[4096];
	size_t n;

	cr_assert_eq(program_path(path, 8, "dedup"), ERR_SYS);
	cr_assert_eq(program_path(path, sizeof(path), "dedup"), 0);
	n = strlen(path);
	cr_assert_eq(program_path(path, n, "dedup"), ERR_SYS, "a byte short");
	cr_assert_eq(program_path(path, n + 1, "dedup"), 0);
}

Test(children, a_program_that_is_not_there_ends_with_100)
{
	int status = told();

	cr_assert(WIFEXITED(status));
	cr_assert_eq(WEXITSTATUS(status), EXIT_PERMANENT);
	cr_assert(strstr(heard.p, "winnow-no-such-stage: No such file") != NULL, "%s", heard.p);
}

Test(children, one_that_starts_has_its_arguments_and_its_time)
{
	int status;

	put_script("#!/bin/sh\necho \"$# $1\" >&2\nexit 3\n");
	children[0].restart_at = 99;
	status = told();
	cr_assert_str_eq(heard.p, "1 an argument\n");
	cr_assert_eq(WEXITSTATUS(status), 3);
	cr_assert_eq(children[0].started_at, 1000);
	cr_assert_eq(children[0].restart_at, 0, "it does not wait any more");
}

#define WHAT_IS_OPEN                       \
	"#!/bin/sh\nfor i in 0 1 20; do\n" \
	"if [ -e /proc/$$/fd/$i ]; then echo \"$i $(readlink /proc/$$/fd/$i)\" >&2; fi\ndone\n"

Test(children, without_leave_one_has_no_input_no_output_and_nothing_else)
{
	int fd;

	put_script(WHAT_IS_OPEN);
	fd = fcntl(open("/dev/zero", O_RDONLY), F_DUPFD_CLOEXEC, 20);
	cr_assert_eq(fd, 20);
	told();
	cr_assert_str_eq(heard.p, "0 /dev/null\n1 /dev/null\n");
}

Test(children, with_leave_one_has_input_output_and_the_passed_descriptor)
{
	char *in = scratch_put("in", SPAN("x")), *out = scratch_put("out", SPAN("")), wanted[1024];
	int saved_in = point_to(STDIN_FILENO, in, O_RDONLY);
	int saved_out = point_to(STDOUT_FILENO, out, O_WRONLY);

	put_script(WHAT_IS_OPEN);
	cr_assert_eq(fcntl(open("/dev/zero", O_RDONLY), F_DUPFD_CLOEXEC, 20), 20);
	children[0].keeps_input = children[0].keeps_output = true;
	children[0].passed_fd = 20;
	told();
	point_back(STDIN_FILENO, saved_in);
	point_back(STDOUT_FILENO, saved_out);
	snprintf(wanted, sizeof(wanted), "0 %s\n1 %s\n20 /dev/zero\n", in, out);
	cr_assert_str_eq(heard.p, wanted);
	cr_assert_eq(fcntl(20, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC, "here it still closes");
}

/* So that one that comes before the stage looks for signals is not its death. */
Test(children, only_sigterm_waits_in_one)
{
	sigset_t set;

	put_script("#!/bin/sh\nexec grep SigBlk /proc/self/status >&2\n");
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	told();
	cr_assert_str_eq(heard.p, "SigBlk:\t0000000000004000\n");
}

Test(children, ctrl_c_is_for_the_parent)
{
	int status;

	put_script("#!/bin/sh\nkill -INT $$\nexit 7\n");
	status = told();
	cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 7);
}

/* A script that waits for the end of its input, which is that of a pipe the test holds. */
static void
start_waiting(int n)
{
	put_script("#!/bin/sh\nread line\n");
	for (int i = 0; i < n; i++) {
		children[i].keeps_input = true;
		start(i, -1);
	}
}

/* Standard input that never ends. */
static int
endless_input(void)
{
	int fds[2];

	cr_assert_eq(pipe2(fds, O_CLOEXEC), 0);
	dup2(fds[0], STDIN_FILENO);
	return fds[1];
}

Test(children, nothing_to_reap_is_nowhere)
{
	int status;

	cr_assert_eq(children_reap(children, CHILDREN, &status), -1);
	endless_input();
	start_waiting(1);
	cr_assert_eq(children_reap(children, CHILDREN, &status), -1, "it runs still");
	cr_assert(children_run(children, CHILDREN));
	cr_assert_gt(children[0].pid, 0);
}

Test(children, reaping_gives_the_place_and_how_it_ended)
{
	int status;

	endless_input();
	start_waiting(3);
	kill(children[1].pid, SIGKILL);
	await(1);
	cr_assert_eq(children_reap(children, CHILDREN, &status), 1);
	cr_assert(WIFSIGNALED(status));
	cr_assert_eq(WTERMSIG(status), SIGKILL);
	cr_assert_eq(children[1].pid, 0);
	cr_assert(children[0].pid > 0 && children[2].pid > 0);
	cr_assert_eq(children_reap(children, CHILDREN, &status), -1, "one has ended, once");
}

Test(children, a_stranger_that_ends_hides_no_child)
{
	pid_t stranger;
	siginfo_t info;
	int status;

	fflush(NULL);
	stranger = fork();
	if (stranger == 0)
		_exit(5);
	cr_assert_eq(waitid(P_PID, (id_t)stranger, &info, WEXITED | WNOWAIT), 0);
	endless_input();
	start_waiting(1);
	kill(children[0].pid, SIGKILL);
	await(0);
	cr_assert_eq(children_reap(children, CHILDREN, &status), 0);
	cr_assert(WIFSIGNALED(status));
	cr_assert_eq(waitpid(stranger, &status, WNOHANG), -1, "it was reaped too");
}

Test(children, a_signal_goes_to_all_that_run)
{
	int status;

	endless_input();
	start_waiting(2);
	children_signal(children, CHILDREN, SIGHUP); /* the third has pid 0: not our group */
	await(0);
	await(1);
	for (int i = 0; i < 2; i++) {
		cr_assert_geq(children_reap(children, CHILDREN, &status), 0);
		cr_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGHUP);
	}
	cr_assert(!children_run(children, CHILDREN));
}

/*
 * The child is what it shall be, past its own look at who its parent is, when the parent goes: only
 * the signal that it asked for can end it.
 */
Test(children, one_dies_with_its_parent)
{
	struct pollfd started = {.events = POLLIN}, ended = {.events = POLLIN};
	int said[2], fds[2];
	pid_t parent, grandchild;

	cr_assert_eq(pipe2(said, O_CLOEXEC), 0);
	cr_assert_eq(pipe2(fds, O_CLOEXEC), 0);
	endless_input();
	put_script("#!/bin/sh\necho started >&2\nread line\n");
	children[0].keeps_input = true;
	fflush(NULL);
	parent = fork();
	if (parent == 0) {
		start(0, said[1]);
		if (write(fds[1], &children[0].pid, sizeof(pid_t)) > 0)
			pause();
		_exit(1);
	}
	cr_assert_eq(read(fds[0], &grandchild, sizeof(grandchild)), (ssize_t)sizeof(grandchild));
	started.fd = said[0];
	cr_assert_eq(poll(&started, 1, DEADLINE_MS), 1, "it does not start");
	ended.fd = pidfd_open(grandchild, 0);
	cr_assert_geq(ended.fd, 0);
	kill(parent, SIGKILL);
	waitpid(parent, NULL, 0);
	if (poll(&ended, 1, DEATH_MS) != 1) {
		kill(grandchild, SIGKILL);
		cr_assert_fail("it lives on");
	}
	close(ended.fd);
}
