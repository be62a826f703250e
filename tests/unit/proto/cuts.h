/*
 * cuts - the documents that framing cuts out of an input, and what they are to be.
 */
#ifndef WINNOW_CUTS_H
#define WINNOW_CUTS_H

#include <criterion/criterion.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "common/buf.h"
#include "proto/framing.h"

enum { PIECES = 4096, LARGEST = 64 << 20 };

/* All pieces of an input; their bytes live until cuts_done. */
struct cuts {
	struct framing f;
	struct piece *pieces;
	size_t n;
};

static inline int
fd_of(struct span bytes)
{
	int fd = memfd_create("input", MFD_CLOEXEC);

	cr_assert_eq(write(fd, bytes.p, bytes.n), (ssize_t)bytes.n);
	cr_assert_eq(lseek(fd, 0, SEEK_SET), 0);
	return fd;
}

static inline void
cuts_open(struct cuts *c, uint64_t max_document)
{
	*c = (struct cuts){.pieces = malloc(PIECES * sizeof(struct piece))};
	framing_open(&c->f, max_document);
}

/* Cut one more input to its end; its pieces come behind those of the earlier ones. */
static inline void
cuts_add(struct cuts *c, int fd, enum form form, bool empty_is_text)
{
	int r;

	cr_assert_eq(framing_begin(&c->f, fd, form, empty_is_text), 0);
	while ((r = framing_next(&c->f, &c->pieces[c->n])) != ERR_STOP)
		if (r == 0)
			cr_assert_lt(++c->n, PIECES);
		else
			cr_assert_eq(r, ERR_QUIET);
	framing_end(&c->f);
}

static inline void
cuts_of(struct cuts *c, struct span bytes, uint64_t max_document)
{
	cuts_open(c, max_document);
	cuts_add(c, fd_of(bytes), FORM_NONE, true);
}

static inline void
cuts_done(struct cuts *c)
{
	framing_close(&c->f);
	free(c->pieces);
}

/* Piece i is a document of these bytes at this place. */
static inline void
is_document(const struct cuts *c, size_t i, enum form form, uint64_t offset, struct span raw)
{
	const struct piece *p = &c->pieces[i];

	cr_assert_lt(i, c->n, "only %zu pieces", c->n);
	cr_assert(p->reason == NULL, "piece %zu: %s: %s", i, p->reason, p->detail);
	cr_assert_eq(p->form, form);
	cr_assert_eq(p->offset, offset, "piece %zu is at %llu", i, (unsigned long long)p->offset);
	cr_assert_eq(p->length, raw.n);
	cr_assert(span_equal(p->raw, raw), "piece %zu is '%.*s'", i, (int)p->raw.n, p->raw.p);
}

static inline void
is_refused(const struct cuts *c, size_t i, const char *reason, uint64_t offset, uint64_t length)
{
	const struct piece *p = &c->pieces[i];

	cr_assert_lt(i, c->n, "only %zu pieces", c->n);
	cr_assert(p->reason != NULL, "piece %zu is no refusal", i);
	cr_assert_str_eq(p->reason, reason);
	cr_assert_eq(p->offset, offset, "piece %zu is at %llu", i, (unsigned long long)p->offset);
	cr_assert_eq(p->length, length, "%llu bytes", (unsigned long long)p->length);
	cr_assert_gt(strlen(p->detail), 0);
}

static inline void
put_times(struct buf *b, char c, size_t n)
{
	memset(buf_room(b, n), c, n);
	b->n += n;
}

#endif
