#include "stages/winnow/forecast_trial.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "common/buf.h"
#include "common/files.h"
#include "common/mem.h"
#include "common/options.h"
#include "proto/checkpoint.h"
#include "stages/winnow/index_sum.h"

#define LEAST_SECONDS 1e-3

enum { OWN_ARGS = 13 };

static volatile sig_atomic_t stopped;

static void
stop(int number)
{
	stopped = number;
}

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* The parts as one text, allocated. */
static char *
join(const char *flag, const char *folder, const char *slash, const char *name)
{
	struct buf b = {0};

	buf_print(&b, "%s%s%s%s", flag, folder, slash, name);
	buf_byte(&b, '\0');
	return b.p;
}

/* The name decides the form of the output. */
static const char *
output_name(const struct settings *s)
{
	const char *slash = s->output == NULL ? NULL : strrchr(s->output, '/');

	if (s->output == NULL)
		return "x.jsonl";
	return slash == NULL ? s->output : slash + 1;
}

/* The user's options, and behind them what goes before: the places, and no limit that waits. */
static char **
make_args(const char *folder, const struct settings *s, const struct options *o)
{
	char **args = mem_zero(settings_count() + OWN_ARGS, sizeof(*args));
	size_t n = 0;

	args[n++] = mem_string("winnow", 6);
	args[n++] = mem_string("run", 3);
	n = settings_forward(o, TAKES_RUN, args, n);
	args[n++] = join("--output=", folder, "/out/", output_name(s));
	args[n++] = join("--state=", folder, "/state", "");
	args[n++] = join("--dead-letters=", folder, "/dead", "");
	if (s->dedup != DEDUP_OFF)
		args[n++] = join("--index=file:", folder, "/state/", "index");
	args[n++] = join("--index-limit=", "1000G", "", "");
	args[n++] = join("--hold-timeout=", "10s", "", "");
	args[n++] = join("--http=", "", "", ""); /* a chain may be there already */
	args[n++] = join("--", "", "", "");
	args[n++] = join("", folder, "/in", "");
	return args;
}

static void
become(const char *program, char **args, const char *log, pid_t parent)
{
	int fd = open(log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent || fd < 0 || null < 0)
		_exit(EXIT_TEMPORARY);
	dup2(null, STDIN_FILENO);
	dup2(null, STDOUT_FILENO);
	dup2(fd, STDERR_FILENO);
	execv(program, args);
	fprintf(stderr, "%s: %s\n", program, strerror(errno));
	_exit(EXIT_TEMPORARY);
}

static int
wait_for(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno == EINTR && stopped != 0)
			kill(pid, SIGTERM);
	return WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_TEMPORARY;
}

/* What the run said, since it did not come to its end. */
static int
say_failure(const char *log, int status)
{
	struct buf said = {0};

	if (stopped != 0)
		return err_set(ERR_SYS, "stopped");
	if (file_read(log, &said) == 0)
		if (said.n > 0)
			fwrite(said.p, 1, said.n, stderr);
	buf_done(&said);
	return err_set(status == EXIT_PERMANENT ? ERR_USAGE : ERR_SYS,
	    "the sample could not be run: winnow run ended with %d", status);
}

static int
make_folder(const char *path)
{
	if (mkdir(path, 0700) < 0)
		return err_set(ERR_SYS, "%s: %s", path, strerror(errno));
	return 0;
}

static int
run(double *ret_seconds, const char *program, char **args, const char *log)
{
	double from = now();
	pid_t parent = getpid(), pid = fork();
	int status;

	if (pid < 0)
		return err_set(ERR_SYS, "cannot start %s: %s", program, strerror(errno));
	if (pid == 0)
		become(program, args, log, parent);
	status = wait_for(pid);
	*ret_seconds = now() - from;
	if (stopped != 0 || (status != 0 && status != EXIT_DEAD_LETTERS))
		return say_failure(log, status);
	return 0;
}

/* Run over FOLDER/in. */
static int
run_in(double *ret_seconds, const char *folder, const char *program, const struct settings *s,
    const struct options *o)
{
	char **args = make_args(folder, s, o), *log = join("", folder, "/log", "");
	char *out = join("", folder, "/out", "");
	int r = make_folder(out);

	if (r == 0)
		r = run(ret_seconds, program, args, log);
	for (char **a = args; *a != NULL; a++)
		free(*a);
	free(args);
	free(log);
	free(out);
	return r;
}

/* What a run over nothing takes. */
static int
run_idle(double *ret_seconds, const char *folder, const char *program, const struct settings *s,
    const struct options *o)
{
	char *idle = join("", folder, "/idle", ""), *in = join("", folder, "/idle", "/in");
	int r = make_folder(idle);

	if (r == 0)
		r = make_folder(in);
	if (r == 0)
		r = run_in(ret_seconds, idle, program, s, o);
	free(idle);
	free(in);
	return r;
}

/* what it took */

static void
pass_file(void *object, const char *name, uint64_t bytes, uint64_t groups, uint64_t torn)
{
	(void)object;
	(void)name;
	(void)bytes;
	(void)groups;
	(void)torn;
}

static int
count_index(struct forecast_trial *t, const char *folder)
{
	struct index_sum sum;
	int r = index_sum_open(&sum, folder, pass_file);

	t->owners = sum.paragraphs;
	t->documents = sum.documents;
	t->id_bytes = sum.id_bytes;
	t->index_bytes =
	    r < 0 ? 0 : sum.files.bytes + sum.files.log_bytes + sum.files.snapshot_bytes;
	index_sum_close(&sum);
	return r;
}

static int
count(struct forecast_trial *t, const char *folder, const struct settings *s)
{
	char *state = join("", folder, "/state", ""), *index = join("", state, "/index", "");
	struct checkpoint c = {0};
	bool found = false;
	int r = checkpoint_load(&c, state, &found);

	if (r == 0 && !found)
		r = err_set(ERR_SYS, "the run of the sample has left no checkpoint");
	if (r == 0) {
		t->counts = c.counts;
		t->output_bytes = c.output_bytes + c.dead_bytes;
	}
	if (r == 0 && s->dedup != DEDUP_OFF)
		r = count_index(t, index);
	checkpoint_done(&c);
	free(state);
	free(index);
	return r;
}

int
forecast_trial_run(struct forecast_trial *ret_trial, const char *program, const char *folder,
    const struct settings *s, const struct options *o)
{
	const struct sigaction action = {.sa_handler = stop};
	struct forecast_trial t = {0};
	double idle;

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	TRY(run_idle(&idle, folder, program, s, o));
	TRY(run_in(&t.seconds, folder, program, s, o));
	t.seconds = t.seconds - idle > LEAST_SECONDS ? t.seconds - idle : LEAST_SECONDS;
	TRY(count(&t, folder, s));
	*ret_trial = t;
	return 0;
}
