/*
 * framing_parts - what the parts of framing share. Nobody else needs it.
 */
#ifndef WINNOW_FRAMING_PARTS_H
#define WINNOW_FRAMING_PARTS_H

#include "proto/framing.h"

enum {
	BLOCK_BYTES = 1 << 20,
	READ_BYTES = 256 << 10,
	CLIPPED_LETTER = 'g', /* in the token: gzip whose first header is lost */
};

static inline size_t
left(const struct framing *f)
{
	return f->to - f->from;
}

static inline const char *
start(const struct framing *f)
{
	return f->block->bytes + f->from;
}

static inline struct span
rest(const struct framing *f)
{
	return span_of(start(f), left(f));
}

/* framing.c */

/* Read some more. 0, or ERR_QUIET when nothing comes; at the end of the input f->ended is set. */
int refill(struct framing *f) WARN_UNUSED;

/* Read until there are n bytes, or no more: also behind damage, which f->damaged says. */
int want(struct framing *f, size_t n) WARN_UNUSED;

void advance(struct framing *f, size_t n);

/* Cut n bytes off as one document. */
int cut(struct framing *f, size_t n, struct piece *ret_piece);

/* A copy of s that lives until framing_release. */
struct span keep(struct framing *f, struct span s);

/*
 * What is left, and what cannot be read behind it, as one refusal; where something can be read
 * behind it, the input goes on there.
 */
int cut_damaged(struct framing *f, struct piece *ret_piece);

/* Begin to read what the feed gives as an input of its own. */
int begin_stream(struct framing *f, struct feed feed, enum coding coding) WARN_UNUSED;

void end_stream(struct framing *f);

/* Whether the stream in hand has nothing more to give, also of damage. */
bool is_over(const struct framing *f);

/* framing_detect.c */

/* Look at the first bytes, for a byte order mark and for what is there. */
int detect(struct framing *f) WARN_UNUSED;

/* What is no text: one piece that says so. */
int next_binary(struct framing *f, struct piece *ret_piece);

/* framing_forms.c */

int next_text(struct framing *f, struct piece *ret_piece);
int next_line(struct framing *f, struct piece *ret_piece);
int next_map(struct framing *f, struct piece *ret_piece);

/* Go on passing over what is too large. */
int pass_large(struct framing *f, int stop, struct piece *ret_piece);

/* framing_records.c */

int next_record(struct framing *f, struct piece *ret_piece);

/* framing_entries.c */

/* Take what is read now for a tar or zip, whose files come one after the other. */
int open_container(struct framing *f, struct piece *ret_piece);

/* Begin the next file. 0; ERR_STOP: no container has one; 1: *ret_piece says why one is not read.
 */
int next_entry(struct framing *f, struct piece *ret_piece) WARN_UNUSED;

/* Close all containers. */
void close_containers(struct framing *f);

/* Where the containers go on, for the token, and back. */
void entries_place(const struct framing *f, struct buf *state);
int entries_go_on(struct framing *f, struct span *state) WARN_UNUSED;

/* framing_place.c */

/* Remember where the member begins that was just read from. */
void add_mark(struct framing *f);

/* A mark as two numbers, and back; false if it is none. */
void mark_print(struct buf *out, struct inflate_mark m);
bool mark_parse(struct span *s, struct inflate_mark *ret);
bool number_parse(struct span *s, uint64_t *ret);

/* Go to a decoded byte of z by way of a mark before it. */
int go_to(struct inflate *z, struct inflate_mark mark, uint64_t offset) WARN_UNUSED;

#endif
