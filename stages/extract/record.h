/*
 * record - an input record, a MessagePack map, as a document with its text still in one piece.
 *
 * Known keys: id, url, title, lang, published, fetched (also ts, timestamp, crawled, created), and
 * the body as text, as paragraphs (strings, or our own paragraphs), or as html or body (a page;
 * body may be a text, or a page in base64). Of several the first that is not blank counts:
 * paragraphs, text, html. Everything else is meta, as it came, and so are the other bodies and what
 * comes where the place is taken; null is as good as absent. Winnow's own records are valid input:
 * what was computed of them is left out.
 */
#ifndef WINNOW_RECORD_H
#define WINNOW_RECORD_H

#include "common/arena.h"
#include "common/err.h"
#include "proto/document.h"
#include "stages/extract/renames.h"

/* The body of a record: one text, or paragraphs, or a page. */
struct body {
	struct span text;
	bool has_text;
	struct span html;
	bool has_html;
	struct paragraph *paragraphs; /* text, n and kind are set; text not trimmed yet */
	size_t n_paragraphs;
	bool has_paragraphs;
};

/*
 * Read the map in bytes into d and *ret_body. Strings that are not UTF-8 are repaired; *replaced
 * counts the sequences. Spans point into bytes or a. Returns 0, or ERR_RECORD with a message: no
 * map, a body of a wrong type, none at all. d->id and the like are untouched then.
 */
int record_read(struct document *d, struct body *ret_body, size_t *replaced, struct arena *a,
    struct span bytes, const struct renames *renames) WARN_UNUSED;

#endif
