/* The parent's side of a jail. */
#include "common/jail.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/jail_shared.h"
#include "common/jail_verdict.h"
#include "common/mem.h"

enum {
	READY_MS = 60000, /* for a child to start on a machine with too much to do */
	STARTS = 5,       /* somebody may kill one before it is ready */
	LEAST_LOOK_MS = 5,
	MOST_LOOK_MS = 1000,
	KEPT_BYTES = 1 << 20, /* of each area, after a large message */
};

/* descriptors */

static void
close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* Move a descriptor above those that a child has, where dup2 cannot hit it; -1 stays so. */
static int
above(int fd)
{
	int high = fd;

	if (fd >= 0 && fd < JAIL_BASE_FD) {
		high = fcntl(fd, F_DUPFD_CLOEXEC, JAIL_BASE_FD);
		close(fd);
	}
	return high;
}

static int
make_pipe(int ret[2])
{
	if (pipe2(ret, O_CLOEXEC) < 0) {
		ret[0] = ret[1] = -1;
		return err_set(ERR_SYS, "cannot make a pipe: %s", strerror(errno));
	}
	ret[0] = above(ret[0]);
	ret[1] = above(ret[1]);
	return ret[0] < 0 || ret[1] < 0 ? err_set(ERR_SYS, "no descriptors left") : 0;
}

/* memory */

static size_t
whole_bytes(size_t area)
{
	return JAIL_HEAD_BYTES + 2 * area;
}

static int
make_memory(struct jail *j, size_t area)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	void *p;

	j->area = (area + page - 1) / page * page;
	j->memory = above(memfd_create("jail", MFD_CLOEXEC | MFD_ALLOW_SEALING));
	if (j->memory < 0 || ftruncate(j->memory, (off_t)whole_bytes(j->area)) < 0 ||
	    fcntl(j->memory, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) < 0)
		return err_set(ERR_SYS, "cannot make shared memory: %s", strerror(errno));
	p = mmap(NULL, whole_bytes(j->area), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE,
	    j->memory, 0);
	if (p == MAP_FAILED)
		return err_set(ERR_SYS, "cannot map shared memory: %s", strerror(errno));
	j->shared = p;
	j->shared->area = j->area;
	return 0;
}

/* Give the pages of a large message back to the machine. */
static void
trim(char *area, size_t used, size_t size)
{
	if (used > KEPT_BYTES)
		madvise(area + KEPT_BYTES, size - KEPT_BYTES, MADV_REMOVE);
}

/* starting and ending */

static int
spawn_with(struct jail *j, posix_spawn_file_actions_t *files, posix_spawnattr_t *how,
    const int request[2], const int result[2])
{
	char *none[] = {NULL}, parent[24], **argv;
	size_t n = 0;
	sigset_t set;
	int error;

	posix_spawn_file_actions_adddup2(files, j->memory, JAIL_FD_MEMORY);
	posix_spawn_file_actions_adddup2(files, request[0], JAIL_FD_REQUEST);
	posix_spawn_file_actions_adddup2(files, result[1], JAIL_FD_RESULT);
	posix_spawn_file_actions_addclosefrom_np(files, JAIL_BASE_FD);
	sigemptyset(&set);
	posix_spawnattr_setsigmask(how, &set);
	sigfillset(&set);
	posix_spawnattr_setsigdefault(how, &set);
	posix_spawnattr_setflags(how, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	while (j->args[n] != NULL)
		n++;
	argv = mem_zero(n + 3, sizeof(*argv));
	snprintf(parent, sizeof(parent), "%d", (int)getpid());
	argv[0] = j->args[0];
	argv[1] = (char *)JAIL_FLAG;
	argv[2] = parent;
	memcpy(argv + 3, j->args + 1, (n - 1) * sizeof(*argv));
	error = posix_spawn(&j->pid, "/proc/self/exe", files, how, argv, none);
	free(argv);
	if (error == 0)
		return 0;
	j->pid = 0;
	return err_set(ERR_SYS, "cannot start a jailed child: %s", strerror(error));
}

static int
spawn(struct jail *j)
{
	int request[2] = {-1, -1}, result[2] = {-1, -1}, r;
	posix_spawn_file_actions_t files;
	posix_spawnattr_t how;

	posix_spawn_file_actions_init(&files);
	posix_spawnattr_init(&how);
	r = make_pipe(request);
	if (r == 0)
		r = make_pipe(result);
	if (r == 0)
		r = spawn_with(j, &files, &how, request, result);
	posix_spawnattr_destroy(&how);
	posix_spawn_file_actions_destroy(&files);
	close_fd(&request[0]);
	close_fd(&result[1]);
	j->request = request[1];
	j->result = result[0];
	return r;
}

/* Wait for the end of the child, which is near; how it ended. */
static siginfo_t
reap(struct jail *j)
{
	siginfo_t info = {0};

	while (waitid(P_PID, (id_t)j->pid, &info, WEXITED) < 0 && errno == EINTR)
		;
	j->pid = 0;
	close_fd(&j->request);
	close_fd(&j->result);
	return info;
}

void
jail_dismiss(struct jail *j)
{
	if (j->pid == 0)
		return;
	kill(j->pid, SIGKILL);
	reap(j);
}

static bool
becomes_ready(struct jail *j)
{
	struct pollfd p = {.fd = j->result, .events = POLLIN};
	char byte;

	return poll(&p, 1, READY_MS) == 1 && read(j->result, &byte, 1) == 1;
}

/* One child, ready to be asked; ERR_HOLD: it died before that, without a word. */
static int
start_once(struct jail *j)
{
	struct jail_shared *s = j->shared;

	s->generation++;
	s->step = s->out_of_memory = s->forbidden = 0;
	s->why[0] = '\0';
	j->hung = false;
	j->oom_kills = jail_oom_kills();
	j->past_ns = j->work_ns;
	TRY(spawn(j));
	if (becomes_ready(j))
		return 0;
	jail_dismiss(j);
	s->why[sizeof(s->why) - 1] = '\0';
	if (s->why[0] != '\0')
		return err_set(ERR_USAGE, "cannot make the jail for documents: %s", s->why);
	return ERR_HOLD;
}

static int
start(struct jail *j)
{
	for (int i = 0; i < STARTS; i++) {
		int r = start_once(j);
		if (r != ERR_HOLD)
			return r;
	}
	return err_set(ERR_SYS, "a jailed child does not start; %d were tried", STARTS);
}

int
jail_open(struct jail *j, size_t area, uint64_t timeout_ms, char *const *args)
{
	*j = (struct jail){
	    .memory = -1, .request = -1, .result = -1, .args = args, .timeout_ms = timeout_ms};
	signal(SIGPIPE, SIG_IGN); /* a dead child is an answer */
	signal(SIGCHLD, SIG_DFL); /* it may have been ignored: then nobody could be waited for */
	TRY(make_memory(j, area));
	return start(j);
}

void
jail_close(struct jail *j)
{
	jail_dismiss(j);
	close_fd(&j->memory);
	if (j->shared != NULL)
		munmap(j->shared, whole_bytes(j->area));
	j->shared = NULL;
}

int
jail_renew(struct jail *j)
{
	jail_dismiss(j);
	return start(j);
}

/* asking */

/* Whether there is a child and it is quiet; what says something unasked is dead or worse. */
static bool
is_quiet(const struct jail *j)
{
	struct pollfd p = {.fd = j->result, .events = POLLIN};

	return j->pid != 0 && poll(&p, 1, 0) == 0;
}

static bool
wake(struct jail *j)
{
	return is_quiet(j) && write(j->request, "", 1) == 1;
}

int
jail_ask(struct jail *j, struct span request, uint32_t items)
{
	if (request.n > j->area)
		return err_set(ERR_RECORD, "a request of %zu bytes", request.n);
	if (request.n > 0)
		memcpy(jail_request_area(j->shared), request.p, request.n);
	j->shared->request_n = request.n;
	j->shared->step = 0;
	j->items = items;
	j->seen_step = 0;
	j->asleep_ms = 0;
	j->looked = false;
	for (int i = 0; i < STARTS; i++) {
		if (wake(j))
			return 0;
		TRY(jail_renew(j)); /* it died while it had nothing to do */
	}
	return err_set(ERR_SYS, "jailed children die as soon as they are started");
}

int
jail_fd(const struct jail *j)
{
	return j->result;
}

int
jail_patience_ms(const struct jail *j)
{
	uint64_t part = j->timeout_ms / 8;

	if (j->timeout_ms == UINT64_MAX)
		return -1;
	if (part < LEAST_LOOK_MS)
		return LEAST_LOOK_MS;
	return part < MOST_LOOK_MS ? (int)part : MOST_LOOK_MS;
}

void
jail_look(struct jail *j)
{
	uint32_t step = j->shared->step;
	uint64_t now = jail_processor_ms(j->pid);

	if (now == j->last_ms && jail_is_asleep(j->pid))
		j->asleep_ms += (uint64_t)jail_patience_ms(j);
	else
		j->asleep_ms = 0;
	j->last_ms = now;
	/* steps only grow, and there are so many: who counts for ever hangs too */
	if (!j->looked || (step > j->seen_step && step <= j->items + 1)) {
		j->seen_step = step;
		j->seen_ms = now;
		j->looked = true;
	} else if (now - j->seen_ms >= j->timeout_ms || j->asleep_ms >= j->timeout_ms) {
		j->hung = true;
		kill(j->pid, SIGKILL);
	}
}

/* answers */

/* The child says that there is a result. */
static void
take_result(struct jail *j, struct jail_answer *a, struct buf *out)
{
	size_t n = j->shared->result_n;

	if (n > j->area)
		jail_tell(a, JAIL_BREACH, "a result larger than there is room");
	else if (j->shared->gave_up != 0)
		jail_tell(a, JAIL_CRASHED, "it gave up");
	else {
		a->end = JAIL_DONE;
		buf_put(out, jail_result_area(j->shared, j->area), n);
		trim(jail_result_area(j->shared, j->area), n, j->area);
		j->work_ns = j->past_ns + j->shared->work_ns;
	}
	if (a->end != JAIL_DONE || j->hung)
		jail_dismiss(j);
}

void
jail_take(struct jail *j, struct jail_answer *ret_answer, struct buf *out)
{
	uint32_t step = j->shared->step;
	siginfo_t info;
	char byte;

	*ret_answer =
	    (struct jail_answer){.item = step == 0 || step > j->items ? j->items : step - 1};
	if (read(j->result, &byte, 1) == 1)
		take_result(j, ret_answer, out);
	else {
		info = reap(j);
		jail_tell_death(ret_answer, j, &info);
	}
	trim(jail_request_area(j->shared), j->shared->request_n, j->area);
}
