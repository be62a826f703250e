/*
 * batch - what one message on a link carries: some documents, in order.
 *
 * Frame 0 is the header (header.h), frame 1 the body: a MessagePack map with the resume token, the
 * counts and the documents. A batch is named by (run, seq) and formed from the input alone, so one
 * built again has the same documents.
 */
#ifndef WINNOW_BATCH_H
#define WINNOW_BATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "common/arena.h"
#include "common/buf.h"
#include "common/err.h"
#include "proto/document.h"
#include "proto/token.h"

enum {
	BATCH_BYTES = 256 << 10, /* a batch ends at the document that reaches this */
	BATCH_DOCUMENTS = 512,
	WINDOW_BATCHES = 64,     /* in flight between read and write */
	WINDOW_BYTES = 16 << 20, /* or one larger document alone */
};

struct batch {
	uint64_t run, seq, base;
	uint32_t attempt;
	struct token token;
	uint64_t n_read, read_bytes; /* counts of read: documents and their raw bytes */
	uint64_t n_earlier;          /* count of dedup: drops whose owner came in an earlier run */
	struct document *documents;
	size_t n_documents;
	struct arena arena; /* everything that dies with the batch */
};

/* Forget the batch's content; its arena can be used for the next one. */
void batch_reset(struct batch *b);

void batch_done(struct batch *b);

/* Append the body to out; the header is link's affair. */
void batch_pack(struct buf *out, const struct batch *b);

/*
 * The number of documents that a body has by the head of its array, found without reading them, or
 * -1 if it does not say: then batch_unpack refuses it.
 */
int64_t batch_count(struct span body);

/*
 * Read a body into a batch that is reset. Spans point into it, arrays into b->arena. Returns 0, or
 * ERR_RECORD if the bytes are not such a body: then b is reset. Every count is checked against the
 * bytes left before anything is allocated, and every element must take the bytes that its kind
 * takes at least. So what is taken from the arena is at most five times the size of the body (a
 * struct fact is 3.6 times the shortest packed fact) and a quarter of a megabyte for the documents.
 */
int batch_unpack(struct batch *b, struct span body) WARN_UNUSED;

/* The same, but of the documents only id, key, source and form. */
int batch_unpack_names(struct batch *b, struct span body) WARN_UNUSED;

/*
 * Whether both have the same token, the same counts and, by key, source and id, the same documents
 * in the same order: whether b can be what a worker made of a. Where there were raw bytes, the id
 * may have come out of them.
 */
bool batch_is_of(const struct batch *b, const struct batch *a);

#endif
