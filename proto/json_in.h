/*
 * json_in - one JSON text as MessagePack, so that records of both kinds are read by one reader.
 *
 * Source: RFC 8259, by yajl. Numbers come out as they went in: integers of 64 bits as MessagePack
 *         integers, what a double prints back the same as a double, all others as extension 1
 *         (EXT_NUMBER) with the digits as written. \u0000 is an ordinary character; half a
 * surrogate pair is U+FFFD.
 */
#ifndef WINNOW_JSON_IN_H
#define WINNOW_JSON_IN_H

#include "common/arena.h"
#include "common/buf.h"
#include "common/err.h"

/*
 * Append the one value in text, which must be valid UTF-8, to out. Scratch comes from a. Returns 0,
 * or ERR_RECORD with a message that names the byte: broken JSON, nested too deep, more than one
 * value. out may then hold a part of it.
 */
int json_in(struct buf *out, struct arena *a, struct span text) WARN_UNUSED;

/* The same, all of it by yajl: to test the short cut for what is not unusual (json_fast.h). */
int json_in_slow(struct buf *out, struct arena *a, struct span text) WARN_UNUSED;

#endif
