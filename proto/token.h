/*
 * token - where read goes on behind a batch: the place in its inputs, in a form that lasts.
 */
#ifndef WINNOW_TOKEN_H
#define WINNOW_TOKEN_H

#include <stdint.h>

#include "common/buf.h"
#include "common/err.h"
#include "common/span.h"
#include "proto/scan.h"

struct token {
	uint64_t input;    /* which of the inputs, in the order of the sequence */
	uint64_t offset;   /* bytes into it, decompressed */
	struct span state; /* of the decoder, opaque; n == 0 at the start of an input */
};

/* Append it as a MessagePack map. */
void token_pack(struct buf *out, const struct token *t);

/* Read it; its span points into what is scanned. 0 or ERR_RECORD. */
int token_unpack(struct token *ret_token, struct scan *s) WARN_UNUSED;

#endif
