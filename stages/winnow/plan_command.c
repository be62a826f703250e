/*
 * plan - what a run over these sources would take: runs the chain over a sample of them, and
 * reckons from that.
 */
#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "common/log.h"
#include "common/mem.h"
#include "common/memory_limit.h"
#include "common/options.h"
#include "proto/index_files.h"
#include "stages/state.h"
#include "stages/winnow/commands.h"
#include "stages/winnow/forecast.h"
#include "stages/winnow/plan.h"

enum { SAMPLE_BYTES = 8 << 20, OPEN_FOLDERS = 16 };

/* the room that there is */

/* Free bytes where a file would be, and which disk that is; false: it is not known. */
static bool
free_bytes(const char *path, uint64_t *ret_free, dev_t *ret_disk)
{
	char *folder = mem_string(path, strlen(path)), *slash;
	struct statvfs v;
	struct stat st;
	bool known;

	while (stat(folder, &st) < 0 && (slash = strrchr(folder, '/')) != NULL && slash > folder)
		*slash = '\0';
	if (stat(folder, &st) < 0) /* a name in the folder where we are, or below the root */
		strcpy(folder, folder[0] == '/' ? "/" : ".");
	known = stat(folder, &st) == 0 && (S_ISREG(st.st_mode) || S_ISDIR(st.st_mode)) &&
		statvfs(folder, &v) == 0;
	free(folder);
	if (!known)
		return false;
	*ret_free = (uint64_t)v.f_bavail * v.f_frsize;
	*ret_disk = st.st_dev;
	return true;
}

/* Where the index would be, allocated; NULL: in memory alone. */
static int
index_place(char **ret_place, const struct settings *s)
{
	const char *folder;

	*ret_place = NULL;
	if (s->dedup == DEDUP_OFF)
		return 0;
	if (s->index == NULL) {
		*ret_place = state_folder(s);
		return 0;
	}
	TRY(index_folder(&folder, s->index));
	*ret_place = mem_string(folder, strlen(folder));
	return 0;
}

static int
find_room(struct forecast_room *ret_room, const struct settings *s)
{
	struct forecast_room room = {UINT64_MAX, UINT64_MAX, UINT64_MAX, false};
	bool has_output = false, has_index = false;
	dev_t output = 0, index = 0;
	char *place;

	TRY(index_place(&place, s));
	if (s->dedup != DEDUP_OFF)
		room.memory = s->index_limit == 0 ? memory_limit() : s->index_limit;
	if (s->output != NULL)
		has_output = free_bytes(s->output, &room.output, &output);
	if (place != NULL)
		has_index = free_bytes(place, &room.index, &index);
	room.one_disk = has_output && has_index && output == index;
	free(place);
	*ret_room = room;
	return 0;
}

/* what is printed */

static void
print_index(struct buf *b, const struct forecast *f, const struct forecast_room *room)
{
	if (f->near_bytes <= 0)
		return;
	buf_str(b, "index memory  at most ");
	forecast_bytes(b, f->exact_bytes);
	buf_str(b, " with --dedup exact, ");
	forecast_bytes(b, f->near_bytes);
	buf_str(b, " with near; ");
	forecast_bytes(b, (double)room->memory);
	buf_str(b, " allowed\n");
	if (room->index == UINT64_MAX)
		return;
	buf_str(b, "index disk    at most ");
	forecast_bytes(b, f->index_bytes);
	buf_str(b, "; ");
	forecast_bytes(b, (double)room->index);
	buf_str(b, " free\n");
}

static void
print_sources(struct buf *b, const struct inputs *in, const struct forecast_sample *sample,
    const struct forecast *f)
{
	buf_print(b, "sources       %zu file%s, ", in->n, in->n == 1 ? "" : "s");
	forecast_bytes(b, (double)in->total);
	if (f->bytes > 1.02 * (double)in->total) {
		buf_str(b, ", decompressed about ");
		forecast_bytes(b, f->bytes);
	}
	buf_str(b, "\nsample        ");
	forecast_bytes(b, (double)sample->bytes);
	buf_print(b, " of %zu file%s, %.3g %% of the whole\n", sample->files,
	    sample->files == 1 ? "" : "s", 100 * f->share);
}

static void
print_forecast(struct buf *b, const struct forecast *f, const struct forecast_room *room,
    const struct settings *s)
{
	buf_str(b, "documents     about ");
	forecast_count(b, f->documents);
	buf_str(b, "\nparagraphs    about ");
	forecast_count(b, f->paragraphs);
	buf_str(b, ", at most ");
	forecast_count(b, f->kept);
	buf_str(b, " kept\ntime          about ");
	forecast_time(b, f->seconds);
	buf_print(b, ", at %.1f MB/s with %u workers\noutput        at most ",
	    f->bytes / 1e6 / f->seconds, s->workers == 0 ? plan_cores() : (unsigned)s->workers);
	forecast_bytes(b, f->output_bytes);
	if (room->output != UINT64_MAX) {
		buf_str(b, "; ");
		forecast_bytes(b, (double)room->output);
		buf_str(b, " free");
	}
	buf_byte(b, '\n');
	print_index(b, f, room);
	if (f->share < 0.99)
		buf_str(b, "\nAn estimate: it is as good as the sample is like the rest. Repeats "
			   "across the whole are\nmore than in it, so output and index may well "
			   "take less.\n");
}

static void
warn(const struct forecast *f, const struct forecast_room *room, const struct settings *s)
{
	struct buf b = {0};
	struct span rest;

	forecast_warn(&b, f, room, s->dedup == DEDUP_NEAR);
	rest = buf_view(&b);
	while (rest.n > 0) {
		size_t n = (size_t)((const char *)memchr(rest.p, '\n', rest.n) - rest.p);

		log_line(LOG_WARNING, "%.*s", (int)n, rest.p);
		rest = span_cut(rest, n + 1, rest.n);
	}
	buf_done(&b);
}

/* the command */

static int
try_sample(struct forecast_sample *ret_sample, struct forecast_trial *ret_trial,
    const struct inputs *in, const char *folder, const struct settings *s, const struct options *o)
{
	struct buf copies = {0};
	int r = 0;

	buf_print(&copies, "%s/in", folder);
	buf_byte(&copies, '\0');
	if (mkdir(copies.p, 0700) < 0)
		r = err_set(ERR_SYS, "%s: %s", copies.p, strerror(errno));
	if (r == 0)
		r = forecast_sample_make(ret_sample, in, SAMPLE_BYTES, copies.p);
	if (r == 0)
		r = forecast_trial_run(ret_trial, "/proc/self/exe", folder, s, o);
	buf_done(&copies);
	return r;
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *where)
{
	(void)st;
	(void)type;
	(void)where;
	remove(path);
	return 0;
}

static int
plan_over(const struct inputs *in, const struct settings *s, const struct options *o)
{
	const char *where = getenv("TMPDIR");
	char folder[4096];
	struct forecast_sample sample;
	struct forecast_trial trial;
	struct forecast_room room;
	struct forecast f;
	struct buf b = {0};
	int r;

	TRY(find_room(&room, s));
	snprintf(folder, sizeof(folder), "%s/winnow-plan-XXXXXX", where != NULL ? where : "/tmp");
	if (mkdtemp(folder) == NULL)
		return err_set(ERR_SYS, "%s: %s", folder, strerror(errno));
	r = try_sample(&sample, &trial, in, folder, s, o);
	nftw(folder, remove_one, OPEN_FOLDERS, FTW_DEPTH | FTW_PHYS);
	TRY(r);
	f = forecast_of(&sample, &trial);
	print_sources(&b, in, &sample, &f);
	print_forecast(&b, &f, &room, s);
	fwrite(b.p, 1, b.n, stdout);
	buf_done(&b);
	warn(&f, &room, s);
	return fflush(stdout) == 0 ? 0 : err_set(ERR_SYS, "standard output cannot be written");
}

/* Why nothing can be said of these sources. */
static int
say_unknown(const struct inputs *in)
{
	for (size_t i = 0; i < in->n; i++)
		if (in->files[i].error != 0)
			return err_set(
			    ERR_USAGE, "%s: %s", in->files[i].path, strerror(in->files[i].error));
	return err_set(ERR_USAGE, "the sources are empty, or not only files and folders: how much "
				  "is in them is not known");
}

static int
plan(const struct settings *s, const struct options *o)
{
	char *dead_letters = state_dead_letters(s);
	const char *own[] = {s->output, s->state, dead_letters};
	struct inputs in;
	int r;

	r = inputs_list(
	    &in, s->sources, s->n_sources, (struct exclusion){own, sizeof(own) / sizeof(own[0])});
	free(dead_letters);
	TRY(r);
	r = in.total == 0 ? say_unknown(&in) : plan_over(&in, s, o);
	inputs_done(&in);
	return r;
}

int
command_plan(int argc, char **argv)
{
	struct settings settings;
	struct options options;
	int r;

	argv[0] = (char *)"winnow plan";
	log_open(argv[0]);
	r = settings_parse(&settings, &options, TAKES_RUN,
	    "Say what `winnow run` with these options and SOURCEs would take, in time, memory and "
	    "disk: the chain runs over a sample of 8 MB, in a folder of its own in TMPDIR.",
	    "SOURCE...", argc, argv);
	if (r == 0 && settings.n_sources == 0)
		r = err_set(ERR_USAGE, "no SOURCE: name files and folders");
	if (r == 0)
		r = plan(&settings, &options);
	if (r < 0)
		log_line(LOG_ERROR, "%s", err_text());
	settings_done(&options);
	return err_exit(r);
}
