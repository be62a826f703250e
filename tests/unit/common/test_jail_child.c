#ifndef WINNOW_SANITIZED

#	include <errno.h>
#	include <fcntl.h>
#	include <stdlib.h>
#	include <sys/mman.h>
#	include <sys/pidfd.h>
#	include <sys/socket.h>
#	include <sys/wait.h>

#	include "common/mem.h"
#	include "jail_rig.h"

extern char **environ;

/* the child: main is not reached */

static char condition[256]; /* how it found itself */
static volatile int nothing;
static volatile int *volatile nowhere;

static void
look_around(void)
{
	sigset_t blocked;
	int n_fds = 0, n_variables = 0, n_blocked = 0;

	for (int fd = 3; fd < 1024; fd++)
		n_fds += fcntl(fd, F_GETFD) >= 0;
	while (environ[n_variables] != NULL)
		n_variables++;
	sigprocmask(SIG_BLOCK, NULL, &blocked);
	for (int sig = 1; sig < NSIG; sig++)
		n_blocked += sigismember(&blocked, sig) == 1;
	snprintf(condition, sizeof(condition), "%d descriptors, %d variables, %d blocked, USR1 %s",
	    n_fds, n_variables, n_blocked,
	    signal(SIGUSR1, SIG_DFL) == SIG_DFL ? "as ever" : "changed");
}

static void
eat(void)
{
	for (;;)
		memset(mem_alloc(1 << 20), 1, 1 << 20);
}

static void
count_for_ever(void)
{
	for (uint32_t i = 0;; i++)
		jail_item(i);
}

static void
read_for_ever(void)
{
	char byte;

	while (read(4, &byte, 1) == 1)
		;
}

/* What the jail forbids; returns only if it does not. */
static void
try_to(const char *what)
{
	int fds[2];

	if (strcmp(what, "open") == 0)
		nothing = open("/etc/hostname", O_RDONLY);
	else if (strcmp(what, "socket") == 0)
		nothing = socket(AF_UNIX, SOCK_STREAM, 0);
	else if (strcmp(what, "pipe") == 0)
		nothing = pipe(fds);
	else if (strcmp(what, "fork") == 0)
		nothing = fork();
	else if (strcmp(what, "exec") == 0)
		nothing = execl("/bin/true", "true", NULL);
	else if (strcmp(what, "kill") == 0)
		nothing = kill(getppid(), 0);
	else if (strcmp(what, "write elsewhere") == 0)
		nothing = (int)write(1, "x", 1);
	else if (strcmp(what, "read elsewhere") == 0)
		nothing = (int)read(0, condition, 1);
	else if (strcmp(what, "map code") == 0)
		nothing = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1,
			      0) == MAP_FAILED;
	else if (strcmp(what, "map a file") == 0)
		nothing = mmap(NULL, 4096, PROT_READ, MAP_SHARED, 3, 0) == MAP_FAILED;
	else if (strcmp(what, "protect") == 0)
		nothing = mprotect(NULL, 4096, PROT_EXEC);
}

static int
act(void *state, struct span request, struct buf *out)
{
	char text[64];

	(void)state;
	snprintf(text, sizeof(text), "%.*s", request.n < 60 ? (int)request.n : 60, request.p);
	jail_item(2);
	if (strcmp(text, "crash") == 0)
		*nowhere = 1;
	if (strcmp(text, "divide") == 0)
		nothing = 100 / nothing;
	if (strcmp(text, "abort") == 0)
		abort();
	if (strcmp(text, "free twice") == 0) {
		void *volatile p = malloc(100);
		free(p);
		free(p);
	}
	if (strcmp(text, "complain") == 0)
		fputs("to standard error", stderr);
	if (strcmp(text, "hang") == 0)
		for (;;)
			nothing++;
	if (strcmp(text, "count for ever") == 0)
		count_for_ever();
	if (strcmp(text, "read for ever") == 0)
		read_for_ever();
	if (strcmp(text, "eat") == 0)
		eat();
	if (strcmp(text, "exit") == 0)
		_exit(7);
	if (strcmp(text, "give up") == 0)
		return ERR_SYS;
	if (strcmp(text, "too much") == 0)
		buf_grow(out, 1 << 20), out->n = 1 << 20;
	if (strcmp(text, "past the end") == 0)
		jail_item(RIG_ITEMS), *nowhere = 1;
	if (strcmp(text, "generation") == 0)
		buf_uint(out, jail_generation());
	if (strcmp(text, "condition") == 0)
		buf_str(out, condition);
	try_to(text);
	if (strncmp(text, "echo", 4) == 0)
		buf_span(out, request);
	return 0;
}

/* Before main: the test program as a child. */
static void __attribute__((constructor)) be_a_child(int argc, char **argv)
{
	uint64_t work_ns = 5;

	if (argc < 4 || strcmp(argv[1], JAIL_FLAG) != 0)
		return;
	if (strcmp(argv[3], "silent") == 0)
		_exit(1);
	jail_enter(argc, argv);
	if (strcmp(argv[3], "refuse") == 0)
		jail_refuse("the test wants no child");
	look_around();
	jail_lock(64 << 20);
	jail_serve(act, NULL, &work_ns);
}

/* the tests */

Test(jail_child, has_nothing_but_its_memory_and_two_pipes)
{
	struct buf out = {0};
	struct jail j;
	sigset_t set;

	sigfillset(&set);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGUSR1, SIG_IGN);
	setenv("A_SECRET", "of the parent", 1);
	cr_assert_geq(open("/dev/null", O_RDONLY), 0); /* not close-on-exec */
	rig_open(&j, RIG_AREA, UINT64_MAX);
	cr_assert_eq(rig_ask(&j, "condition", &out).end, JAIL_DONE);
	cr_assert(
	    span_equal(buf_view(&out), SPAN("3 descriptors, 0 variables, 0 blocked, USR1 as ever")),
	    "%.*s", (int)out.n, out.p);
	jail_close(&j);
	buf_done(&out);
}

Test(jail_child, can_ask_the_kernel_for_nothing_else)
{
	static const char *const calls[][2] = {{"open", "openat"}, {"socket", "socket"},
	    {"pipe", "pipe2"}, {"fork", "clone"}, {"exec", "execve"}, {"kill", "getppid"},
	    {"write elsewhere", "write"}, {"read elsewhere", "read"}, {"map code", "mmap"},
	    {"map a file", "mmap"}, {"protect", "mprotect"}};
	struct buf out = {0};
	struct jail j;

	rig_open(&j, RIG_AREA, UINT64_MAX);
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		struct jail_answer a = rig_ask(&j, calls[i][0], &out);
		char expected[96];

		snprintf(expected, sizeof(expected),
		    "it tried a system call that the jail forbids: %s", calls[i][1]);
		cr_assert_eq(a.end, JAIL_BREACH, "%s: %s", calls[i][0], a.detail);
		cr_assert_str_eq(a.detail, expected);
	}
	rig_echo(&j);
	jail_close(&j);
	buf_done(&out);
}

Test(jail_child, ignores_signals_for_people)
{
	struct jail j;

	rig_open(&j, RIG_AREA, UINT64_MAX);
	kill(j.pid, SIGINT);
	kill(j.pid, SIGTERM);
	kill(j.pid, SIGHUP);
	kill(j.pid, SIGQUIT);
	rig_echo(&j);
	cr_assert_eq(j.shared != NULL && j.work_ns == 5, true, "the same child, once");
	jail_close(&j);
}

Test(jail_child, dies_with_its_parent)
{
	int told[2], status;
	struct pollfd p = {.events = POLLIN};
	pid_t parent, child;

	cr_assert_eq(pipe(told), 0);
	parent = fork();
	if (parent == 0) {
		struct jail j;

		if (jail_open(&j, RIG_AREA, UINT64_MAX, (char *[]){"child", "serve", NULL}) != 0 ||
		    write(told[1], &j.pid, sizeof(j.pid)) != sizeof(j.pid))
			_exit(1);
		for (;;)
			pause();
	}
	cr_assert_eq(read(told[0], &child, sizeof(child)), sizeof(child));
	p.fd = pidfd_open(child, 0);
	cr_assert_geq(p.fd, 0);
	kill(parent, SIGKILL);
	waitpid(parent, &status, 0);
	cr_assert_eq(poll(&p, 1, RIG_PATIENCE_MS), 1, "it outlives its parent");
}

Test(jail_child, is_for_nobody_else)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		close(2);
		execl("/proc/self/exe", "child", JAIL_FLAG, "1", "serve", NULL);
		_exit(1);
	}
	waitpid(pid, &status, 0);
	cr_assert(WIFEXITED(status));
	cr_assert_eq(WEXITSTATUS(status), EXIT_PERMANENT);
}

Test(jail_child, outside_a_jail_nobody_counts)
{
	jail_item(3);
	cr_assert_eq(jail_generation(), 0);
}

#endif
