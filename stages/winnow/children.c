#include "stages/winnow/children.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

int
program_path(char *ret_path, size_t size, const char *name)
{
	char own[4096];
	ssize_t n = readlink("/proc/self/exe", own, sizeof(own) - 1);
	char *slash;

	if (n < 0)
		return err_set(ERR_SYS, "/proc/self/exe: %s", strerror(errno));
	own[n] = '\0';
	slash = strrchr(own, '/');
	if (slash != NULL)
		*slash = '\0';
	if (snprintf(ret_path, size, "%s/winnow-%s", own, name) >= (int)size)
		return err_set(ERR_SYS, "%s: too long a path", own);
	return 0;
}

static void
no_stream(int fd, int flags)
{
	int null = open("/dev/null", flags);

	if (null >= 0 && null != fd) {
		dup2(null, fd);
		close(null);
	}
}

/* In the child: only what it is to have, and no life without its parent. */
static void
become(const struct child *c, const char *path, int log_fd, pid_t parent)
{
	sigset_t held;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(EXIT_TEMPORARY);
	/* a SIGTERM that comes before the stage looks for signals waits until it does */
	sigemptyset(&held);
	sigaddset(&held, SIGTERM);
	sigprocmask(SIG_SETMASK, &held, NULL);
	signal(SIGINT, SIG_IGN); /* Ctrl-C is for the parent to pass on, in its order */
	if (!c->keeps_input)
		no_stream(STDIN_FILENO, O_RDONLY);
	if (!c->keeps_output)
		no_stream(STDOUT_FILENO, O_WRONLY);
	if (log_fd >= 0)
		dup2(log_fd, STDERR_FILENO);
	if (c->passed_fd >= 0)
		fcntl(c->passed_fd, F_SETFD, 0);
	if (c->meter != NULL)
		fcntl(c->meter_fd, F_SETFD, 0);
	execv(path, c->args);
	fprintf(stderr, "winnow run: %s: %s\n", path, strerror(errno));
	_exit(EXIT_PERMANENT);
}

int
child_start(struct child *c, int log_fd, uint64_t now)
{
	char path[4096];
	pid_t parent = getpid();

	TRY(program_path(path, sizeof(path), c->name));
	c->pid = fork();
	if (c->pid < 0) {
		c->pid = 0;
		return err_set(ERR_SYS, "cannot start %s: %s", path, strerror(errno));
	}
	if (c->pid == 0)
		become(c, path, log_fd, parent);
	c->started_at = now;
	c->restart_at = 0;
	return 0;
}

int
children_reap(struct child *children, size_t n, int *ret_status)
{
	pid_t pid;

	while ((pid = waitpid(-1, ret_status, WNOHANG)) > 0) /* as PID 1, strangers' too */
		for (size_t i = 0; i < n; i++)
			if (children[i].pid == pid) {
				children[i].pid = 0;
				if (children[i].meter != NULL)
					meter_gone(children[i].meter);
				return (int)i;
			}
	return -1;
}

void
children_signal(const struct child *children, size_t n, int signal)
{
	for (size_t i = 0; i < n; i++)
		if (children[i].pid > 0)
			kill(children[i].pid, signal);
}

bool
children_run(const struct child *children, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (children[i].pid > 0)
			return true;
	return false;
}
