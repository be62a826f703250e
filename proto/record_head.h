/*
 * record_head - the head of a record of an archive: WARC 0.17 to 1.1, and ARC 1.
 *
 * Source: ISO 28500 (WARC File Format 1.1, sections 4 to 6) and "Arc File Format" of the Internet
 *         Archive, version 1. What real files do is read: lines that end in LF or CR CR LF, angle
 *         brackets and spaces in URIs, a missing blank line, any order and case of headers.
 */
#ifndef WINNOW_RECORD_HEAD_H
#define WINNOW_RECORD_HEAD_H

#include <stdbool.h>
#include <stdint.h>

#include "common/err.h"
#include "common/span.h"

enum { RECORD_HEAD_BYTES = 64 << 10, ARC_LINE_BYTES = 8 << 10 }; /* no head is longer */

enum record_type {
	RECORD_OTHER, /* nobody's document: warcinfo, request, metadata and what is unknown */
	RECORD_RESPONSE,
	RECORD_RESOURCE,
	RECORD_CONVERSION,
	RECORD_REVISIT,
};

/* Spans point into the bytes that were read; n == 0: not there. */
struct record_head {
	enum record_type type;
	size_t n;        /* bytes of the head */
	uint64_t length; /* of the block behind it */
	bool has_length; /* a number was there */
	struct span id;  /* urn:uuid:..., without brackets */
	struct span url, content_type;
	struct span payload_digest, block_digest;
	struct span truncated; /* why its writer kept a part only: length, time, disconnect */
	struct span date;      /* WARC: ISO 8601; ARC: fourteen digits */
	struct span
	    refers; /* of a revisit: the id of the record that was there first, or its URL */
};

/*
 * Read the head at the start of s. Returns 0; ERR_HOLD if more bytes are needed; ERR_RECORD if
 * there is no head there.
 */
int warc_head_read(struct record_head *ret, struct span s) WARN_UNUSED;
int arc_head_read(struct record_head *ret, struct span s) WARN_UNUSED;

/*
 * Where, from byte `from` on, the next head of that kind begins at the start of a line; s.n if
 * nowhere. What may be the beginning of one at the end of s is told by *ret_sure: bytes before it
 * hold none.
 */
size_t warc_head_find(struct span s, size_t from, size_t *ret_sure);
size_t arc_head_find(struct span s, size_t from, size_t *ret_sure);

#endif
