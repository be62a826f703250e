#include "stages/winnow/forecast_sample.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/hash.h"
#include "common/inflate.h"

enum {
	LEAST = 128 << 10, /* bytes of a file: some documents, not one that is cut */
	LINE = 4 << 20,    /* bytes that the end of a line is looked for behind the cap */
	CHUNK = 64 << 10,
	UNEVEN = 4, /* a compressed file may give so many times its share of the budget */
};

static uint64_t
least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static uint64_t
sum_of_beginnings(const struct inputs *in, uint64_t cap)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < in->n; i++)
		sum += least(in->files[i].bytes, cap);
	return sum;
}

struct forecast_pick
forecast_pick(const struct inputs *in, uint64_t budget)
{
	struct forecast_pick pick = {.step = 1, .cap = LEAST};
	uint64_t sum = sum_of_beginnings(in, LEAST), share;

	if (sum > budget)
		pick.step = (size_t)((sum + budget - 1) / budget);
	while (pick.cap < budget && sum_of_beginnings(in, pick.cap) < budget)
		pick.cap += pick.cap / 4;
	share = UNEVEN * budget * pick.step / (in->n == 0 ? 1 : in->n);
	pick.cap = least(least(pick.cap, budget), share > LEAST ? share : LEAST);
	return pick;
}

/* One of each `step` files: by lot, which is always the same, since names may take turns. */
static size_t
drawn(size_t from, const struct inputs *in, size_t step)
{
	size_t left = in->n - from < step ? in->n - from : step;

	return from + (size_t)(hash64(span_of((const char *)&from, sizeof(from))) % left);
}

/* A file of which the beginning is copied. */
struct copy {
	struct inflate *from;
	int to;
	uint64_t got;     /* bytes that came out of it */
	uint64_t written; /* bytes in the sample */
};

static int
put(struct copy *c, const char *p, size_t n)
{
	if (write(c->to, p, n) != (ssize_t)n)
		return err_set(ERR_SYS, "the sample cannot be written: %s", strerror(errno));
	c->written += n;
	return 0;
}

/* Up to the cap and from there to the end of the line. *ret_ended: there is no more in it. */
static int
copy_beginning(struct copy *c, uint64_t cap, bool *ret_ended)
{
	char chunk[CHUNK];
	size_t n;

	*ret_ended = false;
	while (c->written < cap + LINE) {
		const char *end = NULL;

		if (inflate_read(c->from, chunk, sizeof(chunk), &n) < 0 || n == 0) {
			*ret_ended = true;
			return 0;
		}
		c->got += n;
		if (c->written + n > cap) {
			size_t from = c->written < cap ? (size_t)(cap - c->written) : 0;
			end = memchr(chunk + from, '\n', n - from);
		}
		TRY(put(c, chunk, end == NULL ? n : (size_t)(end + 1 - chunk)));
		if (end != NULL)
			return 0;
	}
	return 0;
}

/* One file into a file of the sample. *ret_ratio: bytes decompressed for each that is stored. */
static int
copy_file(struct copy *c, int from, const struct input_file *file, uint64_t cap, double *ret_ratio)
{
	uint64_t stored;
	bool ended;
	int r;

	TRY(inflate_open(&c->from, from));
	r = copy_beginning(c, cap, &ended);
	stored = ended ? file->bytes : inflate_in_offset(c->from);
	*ret_ratio = (double)c->got / (double)(stored == 0 ? 1 : stored);
	inflate_close(c->from);
	return r;
}

static int
take(struct forecast_sample *s, const struct input_file *file, const char *path, uint64_t cap,
    double *io_stored)
{
	struct copy c = {.to = -1};
	int from = open(file->path, O_RDONLY | O_CLOEXEC), r;
	double ratio = 0;

	if (from < 0)
		return 0; /* the run will say so */
	c.to = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	r = c.to < 0 ? err_set(ERR_SYS, "%s: %s", path, strerror(errno))
		     : copy_file(&c, from, file, cap, &ratio);
	close(from);
	if (c.to >= 0)
		close(c.to);
	if (r < 0 || c.written == 0)
		return r;
	s->files++;
	s->bytes += c.written;
	s->all += ratio * (double)file->bytes;
	*io_stored += (double)file->bytes;
	return 0;
}

int
forecast_sample_make(struct forecast_sample *ret_sample, const struct inputs *in, uint64_t budget,
    const char *folder)
{
	struct forecast_pick pick = forecast_pick(in, budget);
	struct forecast_sample s = {0};
	double stored = 0;

	for (size_t i = 0; i < in->n; i += pick.step) {
		const struct input_file *file = &in->files[drawn(i, in, pick.step)];
		char path[4096];

		if (file->error != 0 || file->bytes == 0)
			continue;
		snprintf(path, sizeof(path), "%s/%08zu", folder, i);
		TRY(take(&s, file, path, pick.cap, &stored));
	}
	if (s.files == 0)
		return err_set(ERR_USAGE,
		    "of the sources that were looked at none can be read, or all are empty");
	s.all *= (double)in->total / stored;
	*ret_sample = s;
	return 0;
}
