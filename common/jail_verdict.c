#include "common/jail_verdict.h"

#include <seccomp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/jail_shared.h"

/* The number behind a word in a file of words and numbers, or 0. */
static uint64_t
number_in(const char *path, const char *word)
{
	FILE *f = fopen(path, "re");
	char name[64];
	unsigned long long v, found = 0;

	while (f != NULL && found == 0 && fscanf(f, "%63s %llu", name, &v) == 2)
		if (strcmp(name, word) == 0)
			found = v;
	if (f != NULL)
		fclose(f);
	return found;
}

uint64_t
jail_oom_kills(void)
{
	FILE *f = fopen("/proc/self/cgroup", "re");
	char group[2048], path[2048 + 64];
	int n = f != NULL ? fscanf(f, "0::%2047s", group) : 0;

	if (f != NULL)
		fclose(f);
	if (n != 1)
		return 0;
	snprintf(path, sizeof(path), "/sys/fs/cgroup%s/memory.events", group);
	return number_in(path, "oom_kill");
}

uint64_t
jail_processor_ms(pid_t pid)
{
	struct timespec t;
	clockid_t clock;

	if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &t) < 0)
		return 0;
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

bool
jail_is_asleep(pid_t pid)
{
	char path[64], state = '?';
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	f = fopen(path, "re");
	if (f != NULL && fscanf(f, "%*d (%*[^)]) %c", &state) != 1)
		state = '?';
	if (f != NULL)
		fclose(f);
	return state == 'S';
}

void
jail_tell(struct jail_answer *a, enum jail_end end, const char *format, ...)
{
	va_list args;

	a->end = end;
	va_start(args, format);
	vsnprintf(a->detail, sizeof(a->detail), format, args);
	va_end(args);
}

/*
 * A system call that was trapped. abort() and what the C library says before it are calls, too:
 * to unblock its signal, and to write to standard error.
 */
static void
tell_forbidden(struct jail_answer *a, int number, uint64_t argument)
{
	bool writes = number == SCMP_SYS(write) || number == SCMP_SYS(writev);
	char *name;

	if (number == SCMP_SYS(rt_sigprocmask) || (writes && argument == STDERR_FILENO)) {
		jail_tell(a, JAIL_CRASHED, "it aborted");
		return;
	}
	name = seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE, number);
	jail_tell(a, JAIL_BREACH, "it tried a system call that the jail forbids: %s",
	    name != NULL ? name : "an unknown one");
	free(name);
}

static void
tell_signal(struct jail_answer *a, const struct jail *j, int sig)
{
	const char *name = sigdescr_np(sig);

	switch (sig) {
	case SIGILL:
	case SIGABRT:
	case SIGBUS:
	case SIGFPE:
	case SIGSEGV: jail_tell(a, JAIL_CRASHED, "%s", name); return;
	case SIGSYS: jail_tell(a, JAIL_BREACH, "a system call of another architecture"); return;
	case SIGKILL:
		if (jail_oom_kills() > j->oom_kills) {
			jail_tell(a, JAIL_MEMORY, "the machine or container ran out of memory");
			return;
		}
		break;
	default: break;
	}
	jail_tell(a, JAIL_KILLED, "%s", name != NULL ? name : "a signal");
}

void
jail_tell_death(struct jail_answer *a, const struct jail *j, const siginfo_t *info)
{
	uint32_t forbidden = j->shared->forbidden;

	if (j->hung)
		jail_tell(a, JAIL_HUNG, "no end after %llu ms of processor time",
		    (unsigned long long)j->timeout_ms);
	else if (j->shared->out_of_memory != 0)
		jail_tell(a, JAIL_MEMORY, "it wanted more memory than it may have");
	else if (forbidden != 0)
		tell_forbidden(a, (int)(forbidden - 1), j->shared->forbidden_arg);
	else if (info->si_code == CLD_EXITED)
		jail_tell(a, JAIL_CRASHED, "it ended with status %d", info->si_status);
	else
		tell_signal(a, j, info->si_status);
}
