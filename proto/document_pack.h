/*
 * document_pack - a document as MessagePack, on the wire and as the record in the sink.
 *
 * When a field is added: add it to pack and unpack side by side, to proto/README.md, and to the
 * golden file of tests/unit/proto; peers pass over keys that they do not know. When a field changes
 * its meaning: HEADER_VERSION goes up.
 */
#ifndef WINNOW_DOCUMENT_PACK_H
#define WINNOW_DOCUMENT_PACK_H

#include "common/arena.h"
#include "common/buf.h"
#include "proto/document.h"
#include "proto/key.h"
#include "proto/scan.h"

enum { RECORD_VERSION = 1 };

/* How deep meta nests at most, itself counted: it lies in a record, which is to be read again. */
enum { META_DEPTH = SCAN_DEPTH - 1 };

enum scope {
	SCOPE_WIRE,   /* between stages: with raw bytes and what only later stages need */
	SCOPE_RECORD, /* what leaves the chain */
};

/* Append d as one MessagePack map. */
void document_pack(struct buf *out, const struct document *d, enum scope scope);

/*
 * Read what document_pack wrote, in either scope, keys in any order; keys that are not known are
 * passed over. Spans point into the bytes under s, arrays lie in a. *ret_d is written on success
 * only. Returns 0, or ERR_RECORD, also for a record of another version.
 */
int document_unpack(struct document *ret_d, struct scan *s, struct arena *a) WARN_UNUSED;

/* The same, but only id, key, source and form: who it is. The rest is passed over. */
int document_unpack_name(struct document *ret_d, struct scan *s, struct arena *a) WARN_UNUSED;

/* Read the map of a place; its span points into the bytes under s. 0 or ERR_RECORD. */
int place_unpack(struct place *ret_place, struct scan *s) WARN_UNUSED;

/* Read the map of what an archive says, likewise. */
int warc_unpack(struct warc *ret_warc, struct scan *s) WARN_UNUSED;

#endif
