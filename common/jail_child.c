/* The child's side of a jail. */
#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#include "common/jail.h"
#include "common/jail_shared.h"

enum { WARM_ELEMENTS = 10240, MOST_OOM_SCORE = 1000 };

static struct jail_shared *shared; /* NULL outside a jail */

void
jail_item(uint32_t item)
{
	if (shared != NULL)
		atomic_store_explicit(&shared->step, item + 1, memory_order_relaxed);
}

uint32_t
jail_generation(void)
{
	return shared != NULL ? shared->generation : 0;
}

void
jail_refuse(const char *why)
{
	snprintf(shared->why, sizeof(shared->why), "%s", why);
	_exit(EXIT_PERMANENT);
}

static void
refuse(const char *what, int error)
{
	char why[JAIL_WHY_BYTES];

	snprintf(why, sizeof(why), "%s: %s", what, strerror(error));
	jail_refuse(why);
}

static void
no_child_of_ours(void)
{
	fprintf(stderr, "winnow: " JAIL_FLAG " is for its own use\n");
	_exit(EXIT_PERMANENT);
}

void
jail_enter(int argc, char **argv)
{
	static const int for_people[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
	struct stat st;
	void *p;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (argc < 3 || strcmp(argv[1], JAIL_FLAG) != 0 || fstat(JAIL_FD_MEMORY, &st) < 0 ||
	    st.st_size < JAIL_HEAD_BYTES)
		no_child_of_ours();
	if (getppid() != atoi(argv[2]))
		_exit(EXIT_PERMANENT); /* the parent died before it could be noticed: no news */
	for (size_t i = 0; i < sizeof(for_people) / sizeof(for_people[0]); i++)
		signal(for_people[i], SIG_IGN);
	p = mmap(NULL, (size_t)st.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, JAIL_FD_MEMORY, 0);
	if (p == MAP_FAILED)
		no_child_of_ours();
	shared = p;
}

static int
compare_ints(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

/* The C library asks how much memory there is, and opens the time zone, at the first use. */
static void
warm_up(void)
{
	int *numbers = calloc(WARM_ELEMENTS, sizeof(*numbers));
	time_t now = time(NULL);
	struct tm tm;

	if (numbers != NULL)
		qsort(numbers, WARM_ELEMENTS, sizeof(*numbers), compare_ints);
	free(numbers);
	tzset();
	gmtime_r(&now, &tm);
}

/* If somebody must go, then this process before its parent. Needs /proc to be ours still. */
static void
offer_itself(void)
{
	int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return; /* it will be the kernel's choice then */
	if (dprintf(fd, "%d", MOST_OOM_SCORE) < 0)
		errno = 0;
	close(fd);
}

/* Address space in use, in bytes. */
static uint64_t
size_now(void)
{
	unsigned long long pages = 0;
	FILE *f = fopen("/proc/self/statm", "re");

	if (f == NULL)
		refuse("/proc/self/statm", errno);
	if (fscanf(f, "%llu", &pages) != 1)
		refuse("/proc/self/statm", EIO);
	fclose(f);
	return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

static void
limit(int what, uint64_t most)
{
	struct rlimit r = {most, most};

	if (setrlimit(what, &r) < 0)
		refuse("setrlimit", errno);
}

/* The first argument of the call that was trapped. */
static uint64_t
first_argument(const ucontext_t *c)
{
#if defined(__x86_64__)
	return (uint64_t)c->uc_mcontext.gregs[REG_RDI];
#elif defined(__aarch64__)
	return c->uc_mcontext.regs[0];
#else
	(void)c;
	return UINT64_MAX;
#endif
}

static void
on_forbidden(int sig, siginfo_t *info, void *context)
{
	(void)sig;
	shared->forbidden_arg = first_argument(context);
	shared->forbidden = (uint32_t)info->si_syscall + 1;
	_exit(1);
}

/* An argument of a call that, under a mask, has to be a value. */
static struct scmp_arg_cmp
masked(unsigned argument, uint64_t mask, uint64_t value)
{
	return (struct scmp_arg_cmp){
	    .arg = argument, .op = SCMP_CMP_MASKED_EQ, .datum_a = mask, .datum_b = value};
}

/* All that the child may ask of the kernel; what is 0 here went in, else it is an error. */
static int
allow(scmp_filter_ctx f)
{
	static const int harmless[] = {SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise),
	    SCMP_SYS(brk), SCMP_SYS(futex), SCMP_SYS(exit_group), SCMP_SYS(rt_sigreturn),
	    SCMP_SYS(clock_gettime), SCMP_SYS(restart_syscall)};
	const struct scmp_arg_cmp request = masked(0, UINT64_MAX, JAIL_FD_REQUEST);
	const struct scmp_arg_cmp result = masked(0, UINT64_MAX, JAIL_FD_RESULT);
	/* memory of its own, never code */
	const struct scmp_arg_cmp memory[] = {
	    masked(2, PROT_EXEC, 0), masked(3, MAP_ANONYMOUS, MAP_ANONYMOUS)};
	int r = seccomp_attr_set(f, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);

	if (r == 0)
		r = seccomp_rule_add_array(f, SCMP_ACT_ALLOW, SCMP_SYS(read), 1, &request);
	if (r == 0)
		r = seccomp_rule_add_array(f, SCMP_ACT_ALLOW, SCMP_SYS(write), 1, &result);
	if (r == 0)
		r = seccomp_rule_add_array(f, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 2, memory);
	for (size_t i = 0; r == 0 && i < sizeof(harmless) / sizeof(harmless[0]); i++)
		r = seccomp_rule_add(f, SCMP_ACT_ALLOW, harmless[i], 0);
	return r;
}

static void
filter(void)
{
	struct sigaction trap = {.sa_sigaction = on_forbidden, .sa_flags = SA_SIGINFO};
	scmp_filter_ctx f = seccomp_init(SCMP_ACT_TRAP);
	int r;

	if (f == NULL || sigaction(SIGSYS, &trap, NULL) < 0)
		refuse("seccomp", ENOMEM);
	r = allow(f);
	if (r == 0)
		r = seccomp_load(f); /* sets NO_NEW_PRIVS */
	if (r < 0)
		refuse("seccomp", -r);
	seccomp_release(f);
}

void
jail_lock(uint64_t memory_bytes)
{
	uint64_t most;

	warm_up();
	offer_itself();
	if (prctl(PR_SET_DUMPABLE, 0) < 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		refuse("prctl", errno);
	limit(RLIMIT_CORE, 0);
	if (!__builtin_add_overflow(size_now(), memory_bytes, &most))
		limit(RLIMIT_AS, most);
	for (int fd = 0; fd <= JAIL_FD_MEMORY; fd++)
		close(fd);
	filter();
	jail_out_of_memory = &shared->out_of_memory;
	if (write(JAIL_FD_RESULT, "", 1) != 1)
		_exit(1);
}

static void
give_back(struct jail_shared *s, const struct buf *out)
{
	if (out->n > s->area) {
		s->out_of_memory = 1;
		_exit(1);
	}
	if (out->n > 0)
		memcpy(jail_result_area(s, s->area), out->p, out->n);
	s->result_n = out->n;
}

void
jail_serve(int (*work)(void *state, struct span request, struct buf *out), void *state,
    const uint64_t *work_ns)
{
	struct buf out = {0};
	char byte;

	while (read(JAIL_FD_REQUEST, &byte, 1) == 1) {
		out.n = 0;
		shared->gave_up =
		    work(state, span_of(jail_request_area(shared), shared->request_n), &out) < 0;
		give_back(shared, &out);
		shared->work_ns = *work_ns;
		if (write(JAIL_FD_RESULT, "", 1) != 1)
			break;
	}
	_exit(0);
}
