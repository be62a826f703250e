/*
 * document_reader - one document out of bytes that end with it.
 */
#ifndef WINNOW_DOCUMENT_READER_H
#define WINNOW_DOCUMENT_READER_H

#include "proto/document_pack.h"
#include "proto/json_in.h"
#include "samples.h"

/* Read one document out of all of the bytes; 0, or ERR_RECORD and the result was not touched. */
static inline int
read_document(struct span bytes)
{
	struct span only = tight(bytes);
	struct scan s = scan_of(only);
	struct arena a = {0};
	struct document d = {.key = 77};
	int r = document_unpack(&d, &s, &a);

	cr_assert(r == 0 || d.key == 77, "a failure wrote its result");
	cr_assert(r < 0 || scan_left(&s) == 0);
	arena_done(&a);
	tight_done(only);
	return r;
}

/* A map of one pair: this key with a value that is a whole MessagePack value. */
static inline int
read_pair(const char *key, struct span value)
{
	struct buf b = {0};
	int r;

	buf_put(&b, "\x81\xD9", 2);
	buf_byte(&b, (char)strlen(key));
	buf_str(&b, key);
	buf_span(&b, value);
	r = read_document(buf_view(&b));
	buf_done(&b);
	return r;
}

#endif
