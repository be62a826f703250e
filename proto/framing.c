#include "proto/framing.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/mem.h"
#include "proto/framing_parts.h"

enum {
	QUIET_MS = 50, /* what --batch-wait is for queues: a batch does not wait longer for more */
};

/* One block is kept for the next time: else what is made meanwhile would come to lie in its gap. */
static struct block *
new_block(struct framing *f, size_t size)
{
	struct block *b = size == BLOCK_BYTES ? f->spare : NULL;

	if (b == NULL)
		b = mem_alloc(sizeof(*b) + size);
	else
		f->spare = NULL;
	b->next = NULL;
	b->size = size;
	return b;
}

static void
free_block(struct framing *f, struct block *b)
{
	if (f->spare == NULL && b->size == BLOCK_BYTES)
		f->spare = b;
	else
		free(b);
}

void
framing_open(struct framing *f, uint64_t max_document, const struct filter *filter)
{
	*f = (struct framing){.fd = -1, .max_document = max_document, .filter = filter};
	f->block = new_block(f, BLOCK_BYTES);
}

int
begin_stream(struct framing *f, struct feed feed, enum coding coding)
{
	f->from = f->looked = f->to; /* behind what earlier pieces point to */
	f->offset = f->n_pieces = 0;
	f->detected = f->ended = f->damaged = f->passing = false;
	f->container = CONTAINER_NONE;
	f->binary = NULL;
	f->n_marks = 0;
	if (inflate_open_feed(&f->in, feed, coding) < 0) {
		f->in = NULL;
		return ERR_SYS;
	}
	return 0;
}

void
end_stream(struct framing *f)
{
	inflate_close(f->in);
	f->in = NULL;
}

int
framing_begin(struct framing *f, int fd, enum form form, bool empty_is_text)
{
	struct stat st;

	f->fd = fd;
	f->form = f->given = form;
	f->empty_is_text = empty_is_text;
	f->waits = fstat(fd, &st) == 0 && !S_ISREG(st.st_mode);
	if (begin_stream(f, feed_file(fd), CODING_UNKNOWN) < 0) {
		framing_end(f);
		return ERR_SYS;
	}
	return 0;
}

bool
framing_is_open(const struct framing *f)
{
	return f->fd >= 0;
}

bool
is_over(const struct framing *f)
{
	return f->in == NULL || (f->ended && !f->damaged && !f->passing && f->from == f->to);
}

bool
framing_at_end(const struct framing *f)
{
	return f->n_levels == 0 && is_over(f);
}

uint64_t
framing_end(struct framing *f)
{
	uint64_t stored = framing_stored(f);

	end_stream(f);
	close_containers(f);
	if (f->fd >= 0)
		close(f->fd);
	f->fd = -1;
	return stored;
}

/*
 * Room for at least READ_BYTES more. What is not cut yet moves to the start, of this block if no
 * piece points into it, else of a new one.
 */
static void
make_room(struct framing *f)
{
	size_t n = f->to - f->from, size = BLOCK_BYTES;
	struct block *fresh;

	if (f->block->size - f->to >= READ_BYTES)
		return;
	while (size < 2 * n + READ_BYTES)
		size *= 2;
	if (!f->shared && size <= f->block->size)
		memmove(f->block->bytes, f->block->bytes + f->from, n);
	else {
		fresh = new_block(f, size);
		memcpy(fresh->bytes, f->block->bytes + f->from, n);
		f->block->next = f->old;
		f->old = f->block;
		f->block = fresh;
		f->shared = false;
	}
	f->looked -= f->from;
	f->from = 0;
	f->to = n;
}

static bool
is_quiet(const struct framing *f)
{
	struct pollfd p = {.fd = f->fd, .events = POLLIN};

	return f->waits && poll(&p, 1, QUIET_MS) == 0;
}

int
refill(struct framing *f)
{
	size_t got;
	int r;

	if (is_quiet(f))
		return ERR_QUIET;
	make_room(f);
	r = inflate_read(f->in, f->block->bytes + f->to, READ_BYTES, &got);
	if (r < 0) {
		f->damaged = f->ended = true;
		snprintf(f->damage, sizeof(f->damage), "%s", err_text());
		return 0;
	}
	f->to += got;
	f->ended = got == 0;
	add_mark(f);
	return 0;
}

int
want(struct framing *f, size_t n)
{
	while (left(f) < n && !f->ended)
		TRY(refill(f));
	return 0;
}

void
advance(struct framing *f, size_t n)
{
	f->from += n;
	f->offset += n;
	if (f->looked < f->from)
		f->looked = f->from;
}

int
cut(struct framing *f, size_t n, struct piece *ret_piece)
{
	*ret_piece = (struct piece){
	    .raw = span_of(start(f), n),
	    .form = f->form,
	    .offset = f->offset,
	    .length = n,
	};
	f->shared = true;
	f->n_pieces++;
	advance(f, n);
	return 0;
}

struct span
keep(struct framing *f, struct span s)
{
	struct block *b = new_block(f, s.n);

	memcpy(b->bytes, s.p, s.n);
	b->next = f->old;
	f->old = b;
	return span_of(b->bytes, s.n);
}

/* Whether what is read is a bomb, or what it is read from. */
static bool
is_bomb(const struct framing *f)
{
	bool is = inflate_is_bomb(f->in);

	for (size_t i = 0; i < f->n_levels; i++)
		is = is || inflate_is_bomb(f->levels[i].in) ||
		     (f->levels[i].packed != NULL && inflate_is_bomb(f->levels[i].packed));
	return is;
}

int
cut_damaged(struct framing *f, struct piece *ret_piece)
{
	uint64_t passed = 0;
	bool found = false;

	cut(f, left(f), ret_piece);
	ret_piece->reason = is_bomb(f) ? "bomb" : "damaged";
	if (f->container != CONTAINER_NONE || (!f->detected && inflate_has_members(f->in)))
		TRY(inflate_resync(f->in, &passed, &found));
	ret_piece->length += passed;
	f->offset += passed;
	snprintf(ret_piece->detail, sizeof(ret_piece->detail), "%s", f->damage);
	if (found)
		snprintf(ret_piece->detail + strlen(ret_piece->detail),
		    sizeof(ret_piece->detail) - strlen(ret_piece->detail),
		    "; it goes on at compressed byte %llu",
		    (unsigned long long)inflate_in_offset(f->in));
	f->damaged = false;
	f->ended = !found;
	return 0;
}

/* pieces */

/* The next piece of the stream in hand. */
static int
next_of_stream(struct framing *f, struct piece *ret_piece)
{
	if (f->binary != NULL)
		return next_binary(f, ret_piece);
	if (f->container != CONTAINER_NONE)
		return next_record(f, ret_piece);
	if (f->passing)
		return pass_large(f, f->form == FORM_JSON ? '\n' : -1, ret_piece);
	switch (f->form) {
	case FORM_JSON: return next_line(f, ret_piece);
	case FORM_MSGPACK: return next_map(f, ret_piece);
	default: return next_text(f, ret_piece);
	}
}

/* 0, or 1 with a refusal in *ret_piece. */
static int
step(struct framing *f, struct piece *ret_piece)
{
	int r;

	if (f->in == NULL)
		return next_entry(f, ret_piece);
	if (!f->detected)
		TRY(detect(f));
	if (!f->detected) { /* damage comes before anything else */
		TRY(cut_damaged(f, ret_piece));
		return 1;
	}
	if (f->container == CONTAINER_TAR || f->container == CONTAINER_ZIP)
		return open_container(f, ret_piece);
	r = next_of_stream(f, ret_piece);
	if (r == ERR_STOP && f->n_levels > 0) {
		end_stream(f);
		return 0;
	}
	return r == 0 ? 1 : r;
}

int
framing_next(struct framing *f, struct piece *ret_piece)
{
	int r;

	do
		r = step(f, ret_piece);
	while (r == 0);
	if (r > 0)
		ret_piece->entry = buf_view(&f->entry);
	return r > 0 ? 0 : r;
}

void
framing_release(struct framing *f)
{
	while (f->old != NULL) {
		struct block *next = f->old->next;
		free_block(f, f->old);
		f->old = next;
	}
	f->shared = false;
	if (f->block != NULL && f->block->size > BLOCK_BYTES && left(f) < READ_BYTES) {
		struct block *small = new_block(f, BLOCK_BYTES);

		memcpy(small->bytes, start(f), left(f));
		free(f->block);
		f->block = small;
		f->looked -= f->from;
		f->to -= f->from;
		f->from = 0;
	}
}

uint64_t
framing_stored(const struct framing *f)
{
	const struct inflate *in = f->n_levels > 0 ? f->levels[0].in : f->in;

	return in == NULL ? 0 : inflate_in_offset(in);
}

void
framing_close(struct framing *f)
{
	framing_end(f);
	framing_release(f);
	free(f->block);
	free(f->marks);
	buf_done(&f->entry);
	free(f->spare);
	f->block = f->spare = NULL;
	f->marks = NULL;
}
