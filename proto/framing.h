/*
 * framing - cut a stream of bytes into raw documents: a whole text or page, lines of JSON,
 * MessagePack maps.
 *
 * Nothing is copied but what lies across the end of a block: a piece's bytes stay where they were
 * read until framing_release, also when its input is closed. Small inputs share a block.
 */
#ifndef WINNOW_FRAMING_H
#define WINNOW_FRAMING_H

#include <stdbool.h>
#include <stdint.h>

#include "common/err.h"
#include "common/inflate.h"
#include "proto/document.h"

/* One raw document, or the place where one cannot be had. */
struct piece {
	struct span raw;
	enum form form;
	uint64_t offset;    /* bytes from the start of the decompressed input */
	uint64_t length;    /* bytes; raw.n, or more where raw was cut */
	const char *reason; /* NULL: a document; else why it is refused: see proto/README.md */
	char detail[256];   /* of a refusal, for people */
};

struct block {
	struct block *next;
	size_t size;
	char bytes[];
};

struct framing {
	struct inflate *in; /* NULL: no input */
	int fd;
	bool waits;     /* the input may have nothing just now: a pipe, a terminal */
	enum form form; /* FORM_NONE: not known yet */
	uint64_t max_document;
	bool empty_is_text;
	struct block *block;  /* where bytes are read to */
	struct block *old;    /* blocks that pieces still point into */
	struct block *spare;  /* one that nobody uses, or NULL */
	size_t from, to;      /* of the block: read and not yet cut */
	size_t looked;        /* from there on a line end has not been looked for yet */
	uint64_t offset;      /* of block->bytes[from] in the input */
	bool shared;          /* pieces point into the block */
	bool detected;        /* the first bytes have been looked at */
	uint64_t n_pieces;    /* given so far */
	bool passing;         /* over a piece that is too large */
	uint64_t passed_from; /* offset of that piece */
	bool ended;           /* the input has given all it has */
	bool damaged;         /* it ended in damage; err_text() is kept in `damage` */
	char damage[256];
};

/* Make a framing without an input. */
void framing_open(struct framing *f, uint64_t max_document);

/*
 * Begin to cut what comes from fd, which becomes the framing's. FORM_NONE decides by the first
 * bytes that are no white space: '{' is lines of JSON, a MessagePack map's head is records of
 * MessagePack, an element, comment or declaration of HTML a page, anything else is a text. An input
 * without a byte is an empty text if empty_is_text, else no document. Returns 0 or ERR_SYS; then
 * the input is closed.
 */
int framing_begin(struct framing *f, int fd, enum form form, bool empty_is_text) WARN_UNUSED;

/*
 * Go on with an input that was begun before: behind `offset` bytes of it, decompressed, which is
 * where a piece ended. To be called behind framing_begin, with the form that was found then.
 * ERR_RECORD if the input is shorter or damaged before that place; ERR_SYS.
 */
int framing_go_on(struct framing *f, uint64_t offset) WARN_UNUSED;

/* Whether nothing more can come from the input. */
bool framing_at_end(const struct framing *f);

/* Close the input; nothing if there is none. Its stored (compressed) bytes that were read. */
uint64_t framing_end(struct framing *f);

/*
 * The next piece. 0: *ret_piece, whose bytes live until framing_release.
 * ERR_STOP: the input is at its end. ERR_QUIET: nothing more has come within QUIET_MS.
 */
int framing_next(struct framing *f, struct piece *ret_piece) WARN_UNUSED;

/* The pieces so far are not needed any more. */
void framing_release(struct framing *f);

/* Stored (compressed) bytes of the input that were read so far; 0 without one. */
uint64_t framing_stored(const struct framing *f);

void framing_close(struct framing *f);

#endif
