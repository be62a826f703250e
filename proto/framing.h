/*
 * framing - cut a stream of bytes into raw documents: a whole text or page, lines of JSON,
 * MessagePack maps, records of WARC and ARC; and, in tar and zip, each file as a stream of its own.
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
#include "common/tar.h"
#include "common/zip.h"
#include "proto/document.h"
#include "proto/filter.h"
#include "proto/record_head.h"

/* One raw document, or the place where one cannot be had. */
struct piece {
	struct span raw;
	enum form form;
	uint64_t offset;    /* bytes from the start of the decompressed input */
	uint64_t length;    /* bytes; raw.n, or more where raw was cut */
	const char *reason; /* NULL: a document; else why it is refused: see proto/README.md */
	char detail[256];   /* of a refusal, for people */
	struct span entry;  /* "!/name" of the file in a tar or zip, or n == 0 */
	bool archived;      /* a record of a WARC or ARC; what follows is of it, and of its time */
	struct record_head head;
	uint32_t status;      /* of HTTP; 0: none */
	struct span mime;     /* its media type, where it says it; also of files that are no text */
	struct span type;     /* the whole Content-Type, where raw does not say it itself */
	struct span filtered; /* why it is not wanted, or n == 0; then raw is empty */
	char warning[160];    /* what is odd but was read, or "" */
};

struct block {
	struct block *next;
	size_t size;
	char bytes[];
};

/* What an input is made of, when it is no document or documents right away. */
enum container { CONTAINER_NONE, CONTAINER_WARC, CONTAINER_ARC, CONTAINER_TAR, CONTAINER_ZIP };

enum { LEVELS = 3 }; /* archives in archives in archives; what is in there is not opened */

/* A tar or zip that is open. */
struct level {
	bool is_zip;
	struct inflate *in;     /* what it is read from */
	struct inflate *packed; /* of a zip: the decoder of the file in hand, or NULL */
	struct tar tar;
	struct zip zip;
	struct packed_file entry; /* the file in hand */
	size_t n_name;            /* of framing.entry: what is in front of the names in here */
	struct inflate_mark mark; /* of `in`, before the file in hand */
};

struct framing {
	struct inflate *in; /* NULL: no input */
	int fd;
	bool waits;      /* the input may have nothing just now: a pipe, a terminal */
	enum form form;  /* FORM_NONE: not known yet */
	enum form given; /* what form was when the input began */
	uint64_t max_document;
	bool empty_is_text;
	struct block *block;         /* where bytes are read to */
	struct block *spare;         /* one that nobody uses, or NULL */
	struct block *old;           /* blocks that pieces still point into */
	size_t from, to;             /* of the block: read and not yet cut */
	size_t looked;               /* from there on a line end has not been looked for yet */
	uint64_t offset;             /* of block->bytes[from] in the input */
	bool shared;                 /* pieces point into the block */
	bool detected;               /* the first bytes have been looked at */
	uint64_t n_pieces;           /* given so far */
	bool passing;                /* over a piece that is too large */
	uint64_t passed_from;        /* offset of that piece */
	const struct filter *filter; /* NULL: everything is wanted */
	enum container container;
	const char *binary;         /* the media type of what is no text, or NULL */
	bool unsupported;           /* and it may hold texts, but nobody here can read it */
	struct piece passed;        /* a record that is passed over: what will be said of it */
	uint64_t pass_left;         /* bytes of it */
	bool pass_silently;         /* it is nobody's document */
	struct inflate_mark *marks; /* where decoding can begin, the oldest first */
	size_t n_marks, marks_cap;
	struct level levels[LEVELS];
	size_t n_levels;
	struct buf entry; /* "!/name" of each level */
	bool ended;       /* the input has given all it has */
	bool damaged;     /* it ended in damage; err_text() is kept in `damage` */
	char damage[256];
};

/* Make a framing without an input. The filter is the caller's; NULL wants everything. */
void framing_open(struct framing *f, uint64_t max_document, const struct filter *filter);

/*
 * Begin to cut what comes from fd, which becomes the framing's. FORM_NONE decides by the first
 * bytes: the magic of an archive; or of those that are no white space: '{' is lines of JSON, a
 * MessagePack map's head is records of MessagePack, an element, comment or declaration of HTML a
 * page, anything else is a text. An input without a byte is an empty text if empty_is_text, else no
 * document. Returns 0 or ERR_SYS; then the input is closed.
 */
int framing_begin(struct framing *f, int fd, enum form form, bool empty_is_text) WARN_UNUSED;

/*
 * Where the next piece begins, as text for the token (proto/README.md): a letter for the form, and
 * where there are compressed members or files in archives, what it takes to get there fast. The
 * offset is f->offset.
 */
void framing_place(const struct framing *f, struct buf *state);

/*
 * Go on with an input that was begun before, at an earlier framing's place. To be called behind
 * framing_begin. ERR_RECORD if the input is shorter or damaged before that place, or the state is
 * none; ERR_SYS.
 */
int framing_go_on(struct framing *f, uint64_t offset, struct span state) WARN_UNUSED;

/* Whether there is an input: one that has begun and was not ended. */
bool framing_is_open(const struct framing *f);

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
