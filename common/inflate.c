#include "common/inflate.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "common/codings.h"
#include "common/mem.h"

enum {
	DIRECT_BYTES = 64 << 10,  /* a plain read of so many goes to its place at once */
	SKIPPABLE_HEAD_BYTES = 8, /* of a zstd frame: magic and size */
	SKIPPED_AT_ONCE = 256 << 10,
};

static int
read_feed(struct inflate *z, char *p, size_t n, size_t *ret_n)
{
	TRY(feed_read(&z->feed, p, n, ret_n));
	z->ended = *ret_n == 0;
	z->in_offset += *ret_n;
	return 0;
}

/* Read more behind what is not used, and keep some of what was. */
static int
fill(struct inflate *z)
{
	size_t n = 0, kept = z->n_before < HISTORY_BYTES ? z->n_before : HISTORY_BYTES;

	if (z->in == NULL)
		z->in = mem_alloc(HISTORY_BYTES + IN_BYTES);
	if (z->coding == CODING_PLAIN)
		kept = 0;
	if (kept + z->n > 0)
		memmove(z->in, z->p - kept, kept + z->n);
	z->p = z->in + kept;
	z->n_before = kept;
	TRY(read_feed(z, z->in + kept + z->n, IN_BYTES - z->n, &n));
	z->n += n;
	return 0;
}

/* Drop what was read: the feed stands elsewhere now. */
static void
drop(struct inflate *z, uint64_t in_offset, uint64_t out_offset)
{
	free(z->pushed);
	z->pushed = NULL;
	z->n_pushed = z->pushed_at = 0;
	z->n = z->n_before = 0;
	z->in_offset = in_offset;
	z->out_offset = out_offset;
	z->ended = false;
}

/* The first frame of a zstd file may hold the dictionary of the others. */
static int
read_dictionary(struct inflate *z)
{
	static const char magic[] = "\x5D\x2A\x4D\x18";
	const unsigned char *size;
	size_t n, got = 0;
	char *bytes;
	int r = 0;

	while (!z->ended && z->n < SKIPPABLE_HEAD_BYTES)
		TRY(fill(z));
	size = (const unsigned char *)z->p + MAGIC_BYTES;
	if (z->n < SKIPPABLE_HEAD_BYTES || memcmp(z->p, magic, MAGIC_BYTES) != 0)
		return 0;
	n = (size_t)size[0] | (size_t)size[1] << 8 | (size_t)size[2] << 16 | (size_t)size[3] << 24;
	if (n > DICTIONARY_BYTES)
		return 0;
	z->p += SKIPPABLE_HEAD_BYTES;
	z->n -= SKIPPABLE_HEAD_BYTES;
	bytes = mem_alloc(n);
	while (r == 0 && got < n) {
		size_t part = z->n < n - got ? z->n : n - got;

		memcpy(bytes + got, z->p, part);
		got += part;
		z->p += part;
		z->n -= part;
		if (got < n && z->ended)
			break;
		if (got < n)
			r = fill(z);
	}
	z->n_before = 0;
	if (r == 0 && got == n)
		coding_dictionary(z, bytes, n);
	else if (r == 0)
		z->fault = "it ends too early";
	free(bytes);
	return r;
}

/* Read as much as it takes to tell the coding, and make its decoder. */
static int
recognise(struct inflate *z)
{
	while (z->coding == CODING_UNKNOWN) {
		enum coding coding = coding_of(z->p, z->n);

		if (coding == CODING_UNKNOWN && z->ended)
			coding = CODING_PLAIN;
		if (coding == CODING_UNKNOWN) {
			TRY(fill(z));
			continue;
		}
		z->coding = coding;
		TRY(coding_open(z));
		if (coding == CODING_ZSTD)
			TRY(read_dictionary(z));
	}
	return 0;
}

static int
damaged(const struct inflate *z)
{
	static const char *const names[] = {[CODING_UNKNOWN] = "",
	    [CODING_PLAIN] = "",
	    [CODING_GZIP] = "gzip",
	    [CODING_ZSTD] = "zstd",
	    [CODING_LZ4] = "lz4",
	    [CODING_DEFLATE] = "deflate"};

	return err_set(ERR_RECORD, "%s data is damaged at compressed byte %" PRIu64 ": %s",
	    names[z->coding], inflate_in_offset(z), z->fault);
}

int
inflate_open(struct inflate **ret, int fd)
{
	return inflate_open_feed(ret, feed_file(fd), CODING_UNKNOWN);
}

int
inflate_open_feed(struct inflate **ret, struct feed feed, enum coding coding)
{
	struct inflate *z = mem_zero(1, sizeof(*z));

	z->feed = feed;
	z->coding = coding;
	z->p = ""; /* nothing yet, but somewhere */
	if (coding != CODING_UNKNOWN && coding_open(z) < 0) {
		free(z);
		return ERR_SYS;
	}
	*ret = z;
	return 0;
}

int
inflate_clipped(struct inflate *z, const char *p, size_t n)
{
	size_t all = n + z->n;
	char *in = mem_alloc(HISTORY_BYTES + (all > IN_BYTES ? all : IN_BYTES));

	if (n > 0)
		memcpy(in, p, n);
	if (z->n > 0)
		memcpy(in + n, z->p, z->n);
	free(z->in);
	z->p = z->in = in;
	z->n = all;
	z->n_before = 0;
	z->out_offset = 0;
	z->clipped = true;
	z->coding = CODING_GZIP;
	return coding_open(z);
}

bool
inflate_is_clipped(const struct inflate *z)
{
	return z->clipped;
}

static size_t
step(struct inflate *z, char *p, size_t n)
{
	size_t before = z->n, made;
	bool within = z->within;

	made = coding_step(z, p, n);
	z->out_offset += made;
	if (made == 0 && z->n > 0 && z->n == before && z->within == within && z->fault == NULL) {
		if (z->coding == CODING_DEFLATE && z->header && !z->within)
			z->n = 0; /* behind the end of the only stream */
		else
			z->fault = "cannot be decoded";
	}
	if (z->coding != CODING_PLAIN && z->out_offset > INFLATE_FREE &&
	    z->out_offset / INFLATE_RATIO > z->in_offset) {
		z->bomb = true;
		z->fault = "it grows more than 512 times: a bomb";
	}
	return made;
}

/* Give out what was given back. */
static size_t
read_pushed(struct inflate *z, char *p, size_t n)
{
	if (n > z->n_pushed - z->pushed_at)
		n = z->n_pushed - z->pushed_at;
	memcpy(p, z->pushed + z->pushed_at, n);
	z->pushed_at += n;
	z->out_offset += n;
	return n;
}

int
inflate_read(struct inflate *z, char *p, size_t n, size_t *ret_n)
{
	size_t made;

	if (z->pushed_at < z->n_pushed) {
		*ret_n = read_pushed(z, p, n);
		return 0;
	}
	TRY(recognise(z));
	if (z->coding == CODING_PLAIN && z->n == 0 && n >= DIRECT_BYTES && !z->ended) {
		TRY(read_feed(z, p, n, ret_n));
		z->n_before = 0; /* what is in the buffer is not what is before this */
		z->out_offset += *ret_n;
		return 0;
	}
	while (z->bomb || (made = step(z, p, n)) == 0) {
		if (z->fault != NULL)
			return damaged(z);
		if (z->n > 0)
			continue;
		if (!z->ended)
			TRY(fill(z));
		else if (z->within)
			z->fault = "it ends too early";
		else
			break;
	}
	*ret_n = made;
	return 0;
}

uint64_t
inflate_size(struct inflate *z)
{
	return recognise(z) == 0 && z->coding == CODING_PLAIN ? feed_size(&z->feed) : UINT64_MAX;
}

bool
inflate_seek(struct inflate *z, uint64_t at)
{
	uint64_t from;

	if (recognise(z) < 0 || z->coding != CODING_PLAIN)
		return false;
	from = z->in_offset - z->n - z->n_before;
	if (at >= from && at <= z->in_offset && inflate_size(z) != UINT64_MAX) {
		z->p += (int64_t)(at - inflate_in_offset(z)); /* it is still there */
		z->n_before = (size_t)(at - from);
		z->n = (size_t)(z->in_offset - at);
		z->n_pushed = z->pushed_at = 0;
		z->out_offset = at;
		return true;
	}
	if (!feed_seek(&z->feed, at))
		return false;
	drop(z, at, at);
	return true;
}

int
inflate_skip(struct inflate *z, uint64_t n)
{
	char *bytes;
	int r = 0;

	TRY(recognise(z));
	if (n == 0 || inflate_seek(z, z->out_offset + n))
		return 0;
	bytes = mem_alloc(SKIPPED_AT_ONCE);
	while (r == 0 && n > 0) {
		size_t got = 0;

		r = inflate_read(z, bytes, n < SKIPPED_AT_ONCE ? n : SKIPPED_AT_ONCE, &got);
		if (r == 0 && got == 0)
			r = err_set(ERR_RECORD, "the input ends too early");
		n -= got;
	}
	free(bytes);
	return r;
}

void
inflate_unread(struct inflate *z, const char *p, size_t n)
{
	char *all = mem_alloc(n + z->n_pushed - z->pushed_at);

	memcpy(all, p, n);
	if (z->n_pushed > z->pushed_at)
		memcpy(all + n, z->pushed + z->pushed_at, z->n_pushed - z->pushed_at);
	free(z->pushed);
	z->n_pushed += n - z->pushed_at;
	z->pushed = all;
	z->pushed_at = 0;
	z->out_offset -= n;
}

struct inflate_mark
inflate_mark(const struct inflate *z)
{
	return z->safe;
}

int
inflate_go_on(struct inflate *z, struct inflate_mark mark)
{
	TRY(recognise(z));
	if (mark.in == 0 && mark.out == 0)
		return 0;
	if (!feed_seek(&z->feed, mark.in))
		return err_set(ERR_RECORD, "it is shorter than it was, or cannot seek");
	drop(z, mark.in, mark.out);
	coding_restart(z);
	z->mark = z->safe = mark;
	return 0;
}

/* Go back to the first byte that has not been searched, as far as it is still there. */
static void
step_back(struct inflate *z)
{
	uint64_t here = inflate_in_offset(z), from = z->mark.in + 1;
	size_t back;

	if (here < from && z->n > 0) { /* not even the first byte was used */
		z->p++;
		z->n--;
		z->n_before++;
		return;
	}
	if (from < z->searched)
		from = z->searched;
	back =
	    from < here ? (here - from < HISTORY_BYTES ? (size_t)(here - from) : HISTORY_BYTES) : 0;
	if (back > z->n_before)
		back = z->n_before;
	z->p -= back;
	z->n += back;
	z->n_before -= back;
	z->searched = here > z->searched ? here : z->searched;
}

size_t
inflate_member_find(const char *p, size_t n)
{
	bool sure;
	size_t at = coding_find(CODING_GZIP, p, n, &sure);

	return sure ? at : n;
}

int
inflate_resync(struct inflate *z, uint64_t *ret_passed, bool *ret_found)
{
	uint64_t start = inflate_in_offset(z), behind;
	bool found = false;

	if (!z->bomb && z->fault != NULL && inflate_has_members(z))
		step_back(z);
	else
		z->n = 0;
	while (!found && (z->n > 0 || !z->ended) && !z->bomb && z->coding != CODING_DEFLATE) {
		bool sure;
		size_t at = coding_find(z->coding, z->p, z->n, &sure);

		z->p += at;
		z->n -= at;
		z->n_before += at;
		found = sure && z->n > 0;
		if (found)
			break;
		if (z->ended) {
			z->p += z->n;
			z->n_before += z->n;
			z->n = 0;
		} else if (fill(z) < 0)
			z->ended = true;
	}
	behind = inflate_in_offset(z);
	*ret_passed = behind > start ? behind - start : 1;
	z->out_offset += *ret_passed;
	*ret_found = found;
	if (found)
		coding_restart(z);
	return 0;
}

bool
inflate_has_members(const struct inflate *z)
{
	return z->coding == CODING_GZIP || z->coding == CODING_ZSTD || z->coding == CODING_LZ4;
}

bool
inflate_is_bomb(const struct inflate *z)
{
	return z->bomb;
}

uint64_t
inflate_in_offset(const struct inflate *z)
{
	return z->in_offset - z->n;
}

uint64_t
inflate_out_offset(const struct inflate *z)
{
	return z->out_offset;
}

void
inflate_close(struct inflate *z)
{
	if (z == NULL)
		return;
	coding_close(z);
	free(z->pushed);
	free(z->in);
	free(z);
}
