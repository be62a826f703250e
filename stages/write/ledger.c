#include "stages/write/ledger.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/background.h"
#include "common/files.h"
#include "common/log.h"
#include "common/mem.h"
#include "stages/state.h"

/* Without --fingerprint this process knows only what it does itself. */
static char *
own_fingerprint(const struct settings *s)
{
	struct buf b = {0};
	char *text;

	buf_print(&b, "format=%d\nempty=%d\n", (int)s->format, (int)s->empty);
	text = mem_string(b.p, b.n);
	buf_done(&b);
	return text;
}

int
ledger_open(struct ledger *l, const struct settings *s, char *folder, struct carrier *carrier)
{
	*l = (struct ledger){.settings = s, .folder = folder, .folder_fd = -1, .lock = -1};
	l->commit.carrier = carrier;
	l->commit.parts[PART_OUTPUT].fd = l->commit.parts[PART_DEAD].fd = -1;
	l->fingerprint = s->fingerprint != NULL ? mem_string(s->fingerprint, strlen(s->fingerprint))
						: own_fingerprint(s);
	return background_open(&l->background);
}

/* what does not fit */

static struct span
file_name(const char *path)
{
	struct span name = span_str(path);
	const char *slash;

	while (name.n > 0 && name.p[name.n - 1] == '/') /* a folder */
		name.n--;
	slash = name.n == 0 ? NULL : memrchr(name.p, '/', name.n);
	return slash == NULL ? name : span_of(slash + 1, (size_t)(name.p + name.n - slash - 1));
}

/* What the output is called in the checkpoint. */
static struct span
output_name(const struct ledger *l)
{
	const struct carrier *c = l->commit.carrier;

	return c != NULL ? span_str(c->name) : file_name(l->settings->output);
}

/* The first line of *text, which moves behind it. */
static struct span
next_line(struct span *text)
{
	const char *end = text->n == 0 ? NULL : memchr(text->p, '\n', text->n);
	size_t n = end == NULL ? text->n : (size_t)(end - text->p);
	struct span line = span_cut(*text, 0, n);

	*text = span_cut(*text, end == NULL ? n : n + 1, text->n);
	return line;
}

static struct span
option_name(struct span line)
{
	const char *equals = line.n == 0 ? NULL : memchr(line.p, '=', line.n);

	return span_cut(line, 0, equals == NULL ? line.n : (size_t)(equals - line.p));
}

/* The value of the option in a fingerprint, or how it is said that there is none. */
static struct span
value_in(struct span text, struct span name)
{
	while (text.n > 0) {
		struct span line = next_line(&text);
		if (span_equal(option_name(line), name) && line.n > name.n)
			return span_cut(line, name.n + 1, line.n);
	}
	return SPAN("(not given)");
}

static int
check_options(const struct ledger *l, const struct checkpoint *c)
{
	struct span was = c->fingerprint, is = span_str(l->fingerprint);

	while (was.n > 0 || is.n > 0) {
		struct span a = next_line(&was), b = next_line(&is), name = option_name(a);
		if (span_equal(a, b))
			continue;
		if (name.n == 0)
			name = option_name(b);
		a = value_in(c->fingerprint, name);
		b = value_in(span_str(l->fingerprint), name);
		return err_set(ERR_USAGE,
		    "%s was begun with --%.*s %.*s, not %.*s: give the same option, or begin anew "
		    "with --restart",
		    l->settings->output, (int)name.n, name.p, (int)a.n, a.p, (int)b.n, b.p);
	}
	return 0;
}

static int
check_name(const struct ledger *l, const char *what, struct span was, struct span is)
{
	if (span_equal(was, is))
		return 0;
	return err_set(ERR_USAGE,
	    "the state in %s is of %s %.*s, not %.*s: name it as before, or begin anew with "
	    "--restart",
	    l->folder, what, (int)was.n, was.p, (int)is.n, is.p);
}

static int
check(const struct ledger *l, const char *dead_path, const struct checkpoint *c)
{
	TRY(check_name(l, "the output", c->output, output_name(l)));
	TRY(check_name(l, "the dead letters", c->dead_letters, file_name(dead_path)));
	return check_options(l, c);
}

/* the folder */

static int
enter(struct ledger *l)
{
	if (l->lock < 0)
		TRY(state_lock(l->folder, &l->lock));
	if (l->folder_fd < 0)
		l->folder_fd = open(l->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (l->folder_fd < 0)
		return err_set(ERR_SYS, "cannot open %s: %s", l->folder, strerror(errno));
	return 0;
}

/* the checkpoint that lies beside the records */

static int
load_remote(const struct carrier *r, struct checkpoint *ret_c, bool *ret_found)
{
	struct buf text = {0};
	int result = r->kind->find(r->state, &text, ret_found);

	if (result == 0 && *ret_found && checkpoint_parse(ret_c, buf_view(&text)) < 0)
		result = err_set(
		    ERR_USAGE, "the checkpoint of %s cannot be used: %s", r->name, err_text());
	buf_done(&text);
	return result;
}

/* That there counts; ours says whether it is of this run, and whether anything was lost there. */
static int
compare_remote(
    const struct ledger *l, const struct checkpoint *ours, const struct checkpoint *there)
{
	const char *name = l->commit.carrier->name;

	if (ours->run != 0 && there->run == 0)
		return err_set(ERR_USAGE,
		    "%s has no checkpoint of the run in %s: bring it back, or begin anew with "
		    "--restart",
		    name, l->folder);
	if (ours->run != 0 && there->run != ours->run)
		return err_set(ERR_USAGE,
		    "%s has the checkpoint of another run than %s: each run needs a place and a "
		    "--state of its own; one that was begun anew needs the old one removed there, "
		    "too",
		    name, l->folder);
	if (there->next < ours->next)
		log_line(LOG_WARNING,
		    "%s is at batch %llu and was at %llu: the server has lost what it had taken; "
		    "it "
		    "is brought again as far as the sources still have it",
		    name, (unsigned long long)there->next, (unsigned long long)ours->next);
	return 0;
}

/* *io_c is ours and becomes the one that counts. */
static int
find_remote(struct ledger *l, struct checkpoint *io_c, bool *io_found)
{
	struct checkpoint there = {0};
	bool found = false;
	int r;

	TRY(state_make(l->folder));
	TRY(enter(l));
	r = load_remote(l->commit.carrier, &there, &found);
	if (r == 0)
		r = compare_remote(l, io_c, &there);
	if (r < 0) {
		checkpoint_done(&there);
		return r;
	}
	checkpoint_done(io_c);
	*io_c = there;
	*io_found = found;
	return 0;
}

int
ledger_find(struct ledger *l, const char *dead_path, struct checkpoint *ret_c, bool *ret_found)
{
	struct checkpoint c = {0};
	struct stat st;
	bool found = false;
	int r = 0;

	if (stat(l->folder, &st) == 0) {
		TRY(enter(l));
		TRY(checkpoint_load(&c, l->folder, &found));
	}
	if (l->commit.carrier != NULL && l->commit.carrier->kind->find != NULL)
		r = find_remote(l, &c, &found);
	if (r < 0) {
		checkpoint_done(&c);
		return r;
	}
	l->begun = found;
	if (found && check(l, dead_path, &c) < 0) {
		checkpoint_done(&c);
		return ERR_USAGE;
	}
	if (found)
		*ret_c = c;
	*ret_found = found;
	return 0;
}

/* commits */

static void
print(struct ledger *l, const struct checkpoint *c)
{
	l->commit.folder = l->folder_fd;
	l->commit.folder_name = l->folder;
	l->commit.text.n = 0;
	checkpoint_print(&l->commit.text, c);
}

static void
describe(const struct ledger *l, struct checkpoint *c, const char *dead_path)
{
	c->fingerprint = span_str(l->fingerprint);
	c->output = output_name(l);
	c->dead_letters = file_name(dead_path);
}

int
ledger_begin(struct ledger *l, struct checkpoint *c, const char *dead_path)
{
	struct checkpoint other = {0};
	bool unseen = l->lock < 0, found = false;

	TRY(state_make(l->folder));
	TRY(enter(l));
	if (unseen)
		TRY(checkpoint_load(&other, l->folder, &found));
	checkpoint_done(&other);
	if (found)
		return err_set(ERR_SYS, "another process has just begun a run in %s", l->folder);
	l->commit.parts[PART_OUTPUT].fd = l->commit.parts[PART_DEAD].fd = -1;
	l->commit.delivered = false;
	describe(l, c, dead_path);
	print(l, c);
	TRY(commit_run(&l->commit));
	l->begun = true;
	return 0;
}

static int
check_sink(const struct sink *s)
{
	enum file_place place = s->fd < 0 || !s->regular ? FILE_THERE : file_place(s->fd, s->name);

	if (place == FILE_THERE)
		return 0;
	if (place == FILE_REMOVED)
		return err_set(ERR_SYS, "%s was removed", s->name);
	return err_set(
	    ERR_HOLD, "%s is not where it was: was it moved, or is its disk unmounted?", s->name);
}

int
ledger_check_folder(const struct ledger *l)
{
	enum file_place place = l->folder_fd < 0 ? FILE_THERE : file_place(l->folder_fd, l->folder);

	if (place == FILE_THERE)
		return 0;
	if (place == FILE_REMOVED)
		return err_set(ERR_SYS, "%s was removed", l->folder);
	return err_set(ERR_HOLD, "%s is not where it was: is its disk unmounted?", l->folder);
}

int
ledger_check_place(const struct ledger *l, const struct sink *output, const struct sink *dead)
{
	TRY(ledger_check_folder(l));
	TRY(check_sink(output));
	return check_sink(dead);
}

static void
load_part(struct commit_part *p, struct sink *s)
{
	p->name = s->name;
	p->fd = s->fd;
	p->regular = s->regular;
	p->at = s->length;
	p->done = 0;
	p->bytes.n = 0;
	if (s->fd >= 0)
		sink_take(s, &p->bytes);
}

/* The path of a file of the state, allocated. */
static char *
beside(const struct ledger *l, const char *name)
{
	char *path = mem_alloc(strlen(l->folder) + strlen(name) + 1);

	stpcpy(stpcpy(path, l->folder), name);
	return path;
}

static char *
claim_path(const struct ledger *l)
{
	return beside(l, "/dead-letters");
}

int
ledger_claim(const struct ledger *l, const char *dead_path)
{
	char *path;
	int r;

	TRY(ledger_check_folder(l));
	path = claim_path(l);
	r = file_replace(path, span_str(dead_path));
	free(path);
	return r;
}

bool
ledger_has_claim(const struct ledger *l)
{
	char *path = claim_path(l);
	bool has = access(path, F_OK) == 0;

	free(path);
	return has;
}

int
ledger_start(struct ledger *l, struct checkpoint *c, const struct cargo *cargo)
{
	const struct sink *dead = cargo->dead;

	TRY(ledger_check_place(l, cargo->output, dead));
	load_part(&l->commit.parts[PART_OUTPUT], cargo->output);
	load_part(&l->commit.parts[PART_DEAD], cargo->dead);
	parcel_move(&l->commit.parcel, cargo->parcel);
	l->commit.delivered = false;
	c->output_bytes = cargo->output->length;
	c->dead_bytes = dead->fd >= 0 && dead->regular ? dead->length : 0;
	c->counts.bytes_out += cargo->output->length;
	describe(l, c, cargo->dead_path);
	print(l, c);
	return background_start(l->background, commit_run, &l->commit);
}

/* Not by this thread, which has to answer meanwhile: a server may take a second to be away. */
static int
try_again(struct ledger *l)
{
	if (!background_busy(l->background))
		TRY(background_start(l->background, commit_run, &l->commit));
	return err_set(ERR_HOLD, "%s", l->why);
}

int
ledger_note_part(const struct ledger *l, const char *name)
{
	char *path = beside(l, "/parts");
	int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666), error = 0;
	struct buf line = {0};

	buf_print(&line, "%s\n", name);
	if (fd < 0 || write(fd, line.p, line.n) != (ssize_t)line.n || fdatasync(fd) < 0)
		error = errno;
	if (fd >= 0)
		close(fd);
	buf_done(&line);
	free(path);
	return error == 0 ? 0
			  : err_set(err_passes(error) ? ERR_HOLD : ERR_SYS,
				"cannot write %s/parts: %s", l->folder, strerror(error));
}

void
ledger_forget_output(struct ledger *l)
{
	l->commit.parts[PART_OUTPUT].fd = -1;
}

int
ledger_settle(struct ledger *l, bool *ret_done)
{
	int r = 0;

	*ret_done = false;
	if (l->again && l->commit.carrier == NULL)
		r = commit_run(&l->commit); /* at once: only its success ends the hold */
	else if (!background_result(l->background, &r))
		return l->again ? try_again(l) : 0;
	l->again = r == ERR_HOLD;
	if (l->again)
		snprintf(l->why, sizeof(l->why), "%s", err_text());
	*ret_done = r == 0;
	return r;
}

bool
ledger_busy(const struct ledger *l)
{
	return l->again || background_busy(l->background);
}

void
ledger_close(struct ledger *l)
{
	background_close(l->background);
	commit_done(&l->commit);
	if (l->folder_fd >= 0 && !l->begun)
		unlinkat(l->folder_fd, "lock", 0); /* nothing is here that it could guard */
	if (l->folder_fd >= 0)
		close(l->folder_fd);
	if (l->lock >= 0)
		close(l->lock);
	free(l->folder);
	free(l->fingerprint);
	*l = (struct ledger){.folder_fd = -1, .lock = -1};
}
