/*
 * codings - the decoders behind inflate: each takes stored bytes a step further. Parts of inflate;
 * nobody else needs them.
 */
#ifndef WINNOW_CODINGS_H
#define WINNOW_CODINGS_H

#include <isa-l/igzip_lib.h>
#include <lz4frame.h>
#include <zstd.h>

#include "common/inflate.h"

enum {
	IN_BYTES = 256 << 10,
	HISTORY_BYTES = 64 << 10, /* of what was used stay: the next member may begin there */
	MAGIC_BYTES = 4,
	GZIP_HEAD_BYTES = 10,
	DICTIONARY_BYTES = 64 << 20, /* a larger one is none */
};

struct gzip {
	struct inflate_state state;
	struct isal_gzip_header header;
};

struct inflate {
	struct feed feed;
	bool ended;   /* the feed has no more */
	bool clipped; /* the coding was not told by the first bytes, which are damaged */
	enum coding coding;
	const char *fault;   /* what is wrong with the data, or NULL */
	bool bomb;           /* that is what is wrong */
	uint64_t in_offset;  /* bytes read from the feed */
	uint64_t out_offset; /* bytes given out */
	const char *p;       /* of those that were read, what is not used yet */
	size_t n;
	size_t n_before;          /* bytes in front of p that are still there */
	bool within;              /* a member or frame that has not ended */
	bool header;              /* its header is read */
	struct inflate_mark mark; /* of the member in hand */
	struct inflate_mark safe; /* the newest one behind all that was searched */
	uint64_t searched;        /* stored bytes in which the next member was looked for already */
	struct gzip *gzip;        /* of gzip and deflate */
	ZSTD_DStream *zstd;
	size_t wants; /* zstd and lz4: bytes of the next block and the header behind it */
	bool full;    /* zstd and lz4: the decoder may hold bytes that found no room */
	LZ4F_dctx *lz4;
	char *pushed; /* bytes that were given back */
	size_t n_pushed, pushed_at;
	char *in; /* [HISTORY_BYTES + IN_BYTES] */
};

/* What the first n bytes say; UNKNOWN if more are needed. */
enum coding coding_of(const char *p, size_t n);

/* Make the decoder of z->coding. 0 or ERR_SYS. */
int coding_open(struct inflate *z) WARN_UNUSED;

void coding_close(struct inflate *z);

/* Decode some of what there is to p; the number of bytes. Damage is left in z->fault. */
size_t coding_step(struct inflate *z, char *p, size_t n);

/* Forget what was begun: the next stored byte is the first of a member. */
void coding_restart(struct inflate *z);

/* Where a member may begin in n bytes, n if nowhere; *ret_sure is false if more bytes are needed.
 */
size_t coding_find(enum coding coding, const char *p, size_t n, bool *ret_sure);

/* Take a zstd dictionary: the content of the first frame. What is none is no fault. */
void coding_dictionary(struct inflate *z, const char *p, size_t n);

#endif
