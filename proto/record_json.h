/*
 * record_json - the record as JSON: what --format jsonl and `winnow cat` print.
 *
 * The same keys in the same order as the MessagePack record; hashes as lower-case hexadecimal,
 * numbers with fractions as decimals, raw bytes as base64 under raw_b64.
 */
#ifndef WINNOW_RECORD_JSON_H
#define WINNOW_RECORD_JSON_H

#include "common/buf.h"
#include "proto/document.h"
#include "proto/scan.h"

/* MessagePack extension 1: a JSON number as it was written, where no MessagePack number is it. */
enum { EXT_NUMBER = 1 };

/* Append the record of d, one JSON object without a line end. */
void record_json(struct buf *out, const struct document *d);

/* Append the dead letter of a refused document: {"v", "id", "key", "source", "form", ...}. */
void dead_letter_json(struct buf *out, const struct document *d);

/*
 * Append the value under s as JSON: bin as base64 strings, numbers as written; of keys that are no
 * strings, maps and arrays as base64 strings of their bytes, others as strings of their JSON.
 * Returns 0 or ERR_RECORD; out may then hold a part of it.
 */
int value_json(struct buf *out, struct scan *s) WARN_UNUSED;

#endif
