#include "stages/winnow/plan.h"

#include <errno.h>
#include <dirent.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/mem.h"
#include "common/options.h"
#include "stages/state.h"
#include "stages/winnow/restart.h"

enum { OWN_FLAGS = 16, MOST_WORKERS = 256 };

/*
 * The chain: one line a stage, in order. `ends` are its ends of the links as flags and the names of
 * sockets in the private folder.
 */
static const struct link_of_chain {
	const char *name;
	enum taker taker;
	bool many; /* as many as --workers */
	struct {
		const char *flag, *socket;
	} ends[3];
} chain[] = {
    {"read", TAKES_READ, false, {{"out", "raw"}, {"ask-dedup", "dedup"}, {"ask-write", "write"}}},
    {"extract", TAKES_EXTRACT, true, {{"in", "raw"}, {"out", "hashed"}}},
    {"dedup", TAKES_DEDUP, false, {{"in", "hashed"}, {"out", "kept"}, {"control", "dedup"}}},
    {"summarize", TAKES_SUMMARIZE, true, {{"in", "kept"}, {"out", "scored"}}},
    {"write", TAKES_WRITE, false, {{"in", "scored"}, {"control", "write"}}},
};

enum { STAGES = sizeof(chain) / sizeof(chain[0]), ENDS = 3 };

/* max and period of cgroup v2; a quota of less than one core is one. */
static unsigned
quota_cores(unsigned cores)
{
	FILE *f = fopen("/sys/fs/cgroup/cpu.max", "re");
	unsigned long long max, period;

	if (f == NULL)
		return cores;
	if (fscanf(f, "%llu %llu", &max, &period) == 2 && period > 0 && max / period < cores)
		cores = max < period ? 1 : (unsigned)(max / period);
	fclose(f);
	return cores;
}

unsigned
plan_cores(void)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	if (sched_getaffinity(0, sizeof(set), &set) < 0)
		return 1;
	return quota_cores((unsigned)CPU_COUNT(&set));
}

static char *print(const char *format, ...) __attribute__((format(printf, 1, 2)));

static char *
print(const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		text = mem_string("", 0);
	va_end(args);
	return text;
}

static int
make_folder(struct plan *p)
{
	const char *where = getenv("XDG_RUNTIME_DIR");

	if (where == NULL || access(where, W_OK) < 0)
		where = getenv("TMPDIR");
	p->folder = print("%s/winnow-XXXXXX", where != NULL ? where : "/tmp");
	if (mkdtemp(p->folder) == NULL) {
		int error = errno;
		free(p->folder);
		p->folder = NULL;
		return err_set(ERR_SYS, "cannot make a folder in %s: %s",
		    where != NULL ? where : "/tmp", strerror(error));
	}
	return 0;
}

/* Where the state lies, and the index in it unless another one is named. */
static void
place_state(struct plan *p, const struct settings *s)
{
	p->state = state_folder(s);
	p->goes_on = p->state != NULL;
	if (p->state == NULL && s->state != NULL)
		p->state = mem_string(s->state, strlen(s->state));
	if (s->index != NULL)
		p->index = mem_string(s->index, strlen(s->index));
	else if (p->goes_on && s->dedup != DEDUP_OFF)
		p->index = print("file:%s/index", p->state);
}

int
plan_make_state(struct plan *p)
{
	struct stat st;

	if (p->state == NULL)
		return 0;
	if (stat(p->state, &st) < 0 && errno == ENOENT)
		p->made_state = true;
	TRY(state_make(p->state));
	return state_lock_run(p->state, &p->lock);
}

/* What people see on a terminal shows the text of what was dropped. */
static bool
is_pretty(const struct settings *s)
{
	return s->format == FORMAT_PRETTY ||
	       (s->format == FORMAT_AUTO && s->output == NULL && isatty(STDOUT_FILENO));
}

/* One port shows all: each child tells us, and none has a port of its own. */
static size_t
add_meter(char **args, size_t n, const struct child *c)
{
	args[n++] = print("--http=");
	if (c->meter != NULL)
		args[n++] = print("--meter-fd=%d", c->meter_fd);
	return n;
}

/* Where an end of a link is: a socket in the private folder, or at the sink in place of write. */
static char *
place_of(const struct plan *p, const char *socket)
{
	if (link_sink_is(&p->sink) && strcmp(socket, "scored") == 0)
		return print("%s", p->sink.batches);
	if (link_sink_is(&p->sink) && strcmp(socket, "write") == 0)
		return print("%s", p->sink.control);
	return print("ipc://%s/%s", p->folder, socket);
}

static char **
make_args(const struct plan *p, const struct link_of_chain *link, const struct settings *s,
    const struct options *o, int status_fd, const struct child *c)
{
	char **args = mem_zero(settings_count() + OWN_FLAGS + s->n_sources, sizeof(*args));
	size_t n = 0;

	args[n++] = print("winnow-%s", link->name);
	for (size_t i = 0; i < ENDS && link->ends[i].flag != NULL; i++) {
		char *place = place_of(p, link->ends[i].socket);
		args[n++] = print("--%s=%s", link->ends[i].flag, place);
		free(place);
	}
	if (link->taker == TAKES_DEDUP && is_pretty(s) && getenv("WINNOW_DROPPED_TEXT") == NULL)
		args[n++] = print("--dropped-text=all");
	n = settings_forward(o, link->taker, args, n);
	n = add_meter(args, n, c);
	if (link->taker == TAKES_DEDUP && p->index != NULL && s->index == NULL)
		args[n++] = print("--index=%s", p->index);
	if ((link->taker == TAKES_WRITE || link->taker == TAKES_READ) && p->goes_on)
		args[n++] = print("--state=%s", p->state);
	if (link->taker == TAKES_WRITE) {
		char *fingerprint = settings_fingerprint(o);
		args[n++] = print("--fingerprint=%s", fingerprint);
		free(fingerprint);
		if (settings_queue(s) == NULL) /* files can be read again */
			args[n++] = print("--allow-loss");
	}
	if (link->taker == TAKES_READ) {
		args[n++] = print("--status-fd=%d", status_fd);
		args[n++] = print("--");
		for (size_t i = 0; i < s->n_sources; i++)
			args[n++] = print("%s", s->sources[i]);
	}
	return args;
}

static bool
has_stdin(const struct settings *s)
{
	for (size_t i = 0; i < s->n_sources; i++)
		if (strcmp(s->sources[i], "-") == 0)
			return true;
	return false;
}

/* What a process had that nobody can give to the next one; NULL: nothing. */
static const char *
why_once(const struct plan *p, const struct link_of_chain *link, const struct settings *s)
{
	if (link->taker == TAKES_READ && has_stdin(s))
		return "standard input cannot be read again";
	if (link->taker == TAKES_READ && !p->goes_on)
		return "the output has no state, where the list of its inputs would be";
	if (link->taker == TAKES_WRITE && !p->goes_on)
		return "the output cannot be cut back to where it was";
	if (link->taker == TAKES_DEDUP && p->index == NULL && s->dedup != DEDUP_OFF)
		return "its index was in memory; name one that lasts by --index file:DIR";
	return NULL;
}

static int
make_child(struct plan *p, const struct link_of_chain *link, const struct settings *s,
    const struct options *o, int status_fd)
{
	struct child c = {
	    .name = link->name,
	    .keeps_input = link->taker == TAKES_READ && has_stdin(s),
	    .is_nothing_lost = link->many || link->taker == TAKES_READ,
	    .keeps_output = link->taker == TAKES_WRITE && s->output == NULL,
	    .passed_fd = link->taker == TAKES_READ ? status_fd : -1,
	    .once = why_once(p, link, s),
	};

	if (s->http != NULL && s->http[0] != '\0')
		TRY(meter_make(&c.meter, &c.meter_fd));
	c.args = make_args(p, link, s, o, status_fd, &c);
	p->children[p->n++] = c;
	return 0;
}

int
plan_make(struct plan *ret_plan, const struct settings *s, const struct options *o, int status_fd)
{
	struct plan *p = ret_plan;
	uint64_t workers = s->workers;
	size_t stages;

	*p = (struct plan){.lock = -1};
	if (workers == 0)
		workers = plan_cores() < MOST_WORKERS ? plan_cores() : MOST_WORKERS;
	if (workers > MOST_WORKERS)
		return err_set(ERR_USAGE, "--workers: at most %d", MOST_WORKERS);
	TRY(state_check(s));
	TRY(link_sink_parse(&p->sink, s->output));
	TRY(make_folder(p));
	place_state(p, s);
	p->children = mem_zero(STAGES + 2 * workers, sizeof(*p->children));
	stages = link_sink_is(&p->sink) ? STAGES - 1 : STAGES; /* the sink is somebody's write */
	for (size_t i = 0; i < stages; i++)
		for (uint64_t k = 0; k < (chain[i].many ? workers : 1); k++)
			TRY(make_child(p, &chain[i], s, o, status_fd));
	return 0;
}

static void
remove_folder(const char *path)
{
	DIR *d = opendir(path);
	struct dirent *e;

	while (d != NULL && (e = readdir(d)) != NULL)
		unlinkat(dirfd(d), e->d_name, 0);
	if (d != NULL)
		closedir(d);
	rmdir(path);
}

void
plan_done(struct plan *p)
{
	for (size_t i = 0; i < p->n; i++) {
		for (char **a = p->children[i].args; *a != NULL; a++)
			free(*a);
		free(p->children[i].args);
		if (p->children[i].meter != NULL) {
			meter_unmap(p->children[i].meter);
			close(p->children[i].meter_fd);
		}
	}
	free(p->children);
	if (p->folder != NULL)
		remove_folder(p->folder);
	if (p->lock >= 0) {
		if (p->made_state)
			restart_tidy(p->state);
		close(p->lock);
	}
	free(p->folder);
	free(p->state);
	free(p->index);
	link_sink_done(&p->sink);
	*p = (struct plan){.lock = -1};
}
