/*
 * The files inside of tar and zip: each is a stream of its own, with what is in it found by its
 * first bytes, down to archives in archives.
 */
#include <stdio.h>
#include <string.h>

#include "proto/framing_parts.h"

static struct level *
top(struct framing *f)
{
	return &f->levels[f->n_levels - 1];
}

/* The container itself cannot be read on: it is given up. */
static int
refuse_rest(struct framing *f, struct piece *ret_piece)
{
	struct level *l = top(f);
	uint64_t at = l->is_zip ? l->zip.next : l->tar.next;

	*ret_piece = (struct piece){
	    .offset = at, .reason = l->is_zip && l->zip.is_bomb ? "bomb" : "damaged"};
	snprintf(ret_piece->detail, sizeof(ret_piece->detail), "%s", err_text());
	return 1;
}

static void
close_level(struct framing *f)
{
	struct level *l = top(f);

	inflate_close(l->packed);
	inflate_close(l->in);
	buf_done(&l->entry.name);
	f->entry.n = l->n_name;
	*l = (struct level){0};
	f->n_levels--;
}

void
close_containers(struct framing *f)
{
	while (f->n_levels > 0)
		close_level(f);
}

/* Take the stream in hand for a container. */
static struct level *
push(struct framing *f, bool is_zip)
{
	struct level *l = &f->levels[f->n_levels++];

	*l = (struct level){.is_zip = is_zip, .in = f->in, .n_name = f->entry.n};
	l->tar.in = f->in;
	f->in = NULL;
	return l;
}

int
open_container(struct framing *f, struct piece *ret_piece)
{
	bool is_zip = f->container == CONTAINER_ZIP;
	struct level *l;

	inflate_unread(f->in, start(f), left(f));
	f->from = f->to;
	if (f->n_levels == LEVELS) {
		*ret_piece = (struct piece){.reason = "unsupported"};
		snprintf(ret_piece->detail, sizeof(ret_piece->detail),
		    "archives are opened %d deep", LEVELS);
		end_stream(f);
		return 1;
	}
	l = push(f, is_zip);
	if (is_zip && zip_open(&l->zip, l->in) < 0) {
		refuse_rest(f, ret_piece);
		close_level(f);
		return 1;
	}
	return 0;
}

/* Begin to read the file in hand of the container. */
static int
begin_entry(struct framing *f)
{
	struct level *l = top(f);
	struct feed feed = feed_part(l->in, l->entry.size);

	f->entry.n = l->n_name;
	buf_str(&f->entry, "!/");
	buf_span(&f->entry, buf_view(&l->entry.name));
	inflate_close(l->packed);
	l->packed = NULL;
	if (l->entry.coding == CODING_DEFLATE) {
		TRY(inflate_open_feed(&l->packed, feed, CODING_DEFLATE));
		feed = feed_part(l->packed, UINT64_MAX);
	}
	f->form = f->given;
	return begin_stream(f, feed, CODING_UNKNOWN);
}

/* The file in hand cannot be read; those behind it may be. */
static int
refuse_entry(struct framing *f, struct piece *ret_piece)
{
	const struct level *l = top(f);
	size_t n = l->entry.name.n;

	*ret_piece = (struct piece){.offset = l->entry.at,
	    .length = l->entry.size,
	    .reason = l->entry.damaged ? "damaged" : "unsupported"};
	snprintf(ret_piece->detail, sizeof(ret_piece->detail), "%.*s%s%s", n < 100 ? (int)n : 100,
	    n > 0 ? l->entry.name.p : "", n > 0 ? ": " : "", l->entry.fault);
	f->entry.n = l->n_name;
	return 1;
}

/*
 * Where decoding can begin to come to the next file. What was read and given back may have gone
 * into a member behind it.
 */
static void
note_mark(struct level *l)
{
	struct inflate_mark m = inflate_mark(l->in);

	if (l->is_zip || m.out <= l->tar.next)
		l->mark = m;
}

int
next_entry(struct framing *f, struct piece *ret_piece)
{
	while (f->n_levels > 0) {
		struct level *l = top(f);
		int r;

		note_mark(l);
		r = l->is_zip ? zip_next(&l->zip, &l->entry) : tar_next(&l->tar, &l->entry);
		if (r == 0 && l->entry.fault == NULL)
			return begin_entry(f);
		if (r == 0)
			return refuse_entry(f, ret_piece);
		f->entry.n = l->n_name;
		if (r == ERR_RECORD)
			refuse_rest(f, ret_piece);
		close_level(f);
		if (r != ERR_STOP)
			return r == ERR_RECORD ? 1 : r;
	}
	return ERR_STOP;
}

void
entries_place(const struct framing *f, struct buf *state)
{
	for (size_t i = 0; i < f->n_levels; i++) {
		const struct level *l = &f->levels[i];
		bool open = i + 1 < f->n_levels || !is_over(f);

		if (inflate_is_clipped(l->in))
			buf_byte(state, CLIPPED_LETTER);
		buf_byte(state, l->is_zip ? 'z' : 't');
		mark_print(state, l->mark);
		buf_byte(state, ',');
		buf_uint(state, open ? l->entry.at : l->is_zip ? l->zip.next : l->tar.next);
		buf_byte(state, '/');
	}
}

/* One container, at the file that an earlier process had in hand. */
static int
level_go_on(struct framing *f, bool is_zip, struct inflate_mark mark, uint64_t at, bool more)
{
	struct piece refused;
	struct level *l = push(f, is_zip);

	l->mark = mark;
	if (is_zip) {
		TRY(zip_open(&l->zip, l->in));
		l->zip.next = at; /* which may be damaged */
	} else {
		TRY(inflate_go_on(l->in, mark)); /* on from there tar_next reads, and meets */
		if (at < mark.out)               /* the same damage as the first time */
			return err_set(ERR_RECORD, "it is not what it was");
		l->tar.next = at;
	}
	if (!more)
		return 0;
	return next_entry(f, &refused) == 0 ? 0 : err_set(ERR_RECORD, "it is not what it was");
}

int
entries_go_on(struct framing *f, struct span *state)
{
	for (;;) {
		struct inflate_mark mark;
		uint64_t at;
		bool is_zip;

		if (state->n > 0 && state->p[0] == CLIPPED_LETTER) {
			TRY(inflate_clipped(f->in, NULL, 0));
			*state = span_cut(*state, 1, state->n);
		}
		if (state->n == 0 || (state->p[0] != 't' && state->p[0] != 'z'))
			return 0;
		is_zip = state->p[0] == 'z';
		*state = span_cut(*state, 1, state->n);
		if (f->n_levels == LEVELS || !mark_parse(state, &mark) || !number_parse(state, &at))
			return err_set(ERR_RECORD, "no place in an input");
		TRY(level_go_on(f, is_zip, mark, at, state->n > 0));
	}
}
