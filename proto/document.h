/*
 * document - what travels: one document, growing from left to right through the chain.
 *
 *   read        raw bytes, where they came from
 *   extract     title, language, paragraphs with their hashes; the raw bytes go
 *   dedup       paragraphs that another one owns move to dropped
 *   summarize   summary and claims
 *   write       one record in the sink
 *
 * All spans point into the message that brought the document or into the batch's arena; text is
 * valid UTF-8. The packed form is in document_pack.c, described in proto/README.md.
 */
#ifndef WINNOW_DOCUMENT_H
#define WINNOW_DOCUMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "common/span.h"
#include "proto/paragraph.h"
#include "proto/sentence.h"

/* How the raw bytes are to be read; on the wire a short string, see form_name. */
enum form {
	FORM_NONE,    /* no raw bytes any more: extract has read them */
	FORM_TEXT,    /* the document is a text */
	FORM_JSON,    /* one JSON object */
	FORM_MSGPACK, /* one MessagePack map */
	FORM_HTML,    /* the document is a page, in any encoding */
	FORM_HTTP,    /* an HTTP response: status line, headers, body */
};

/* Where a document's bytes were; together with their hash this is its occurrence. */
struct place {
	struct span path;  /* as given, or the URI of a queue without credentials */
	struct span entry; /* of a queue: what names it there; then it has no offset. Else n == 0 */
	uint64_t offset;   /* bytes from the start of the (decompressed) input */
	uint64_t length;   /* bytes */
};

/* What an archive says of its record; n == 0 and 0: nothing. */
struct warc {
	struct span record;  /* its WARC-Record-ID */
	struct span date;    /* WARC-Date, as it stands there */
	struct span digest;  /* as sha1:... */
	struct span mime;    /* text/html */
	struct span revisit; /* of a revisit: the record or URL that has the content */
	uint32_t status;     /* of HTTP */
};

/* Why a document did not come through; stage.n == 0 means that it did. */
struct fault {
	struct span stage;
	struct span reason; /* one word of the closed list in proto/README.md */
	struct span detail; /* free text for people */
	uint32_t attempts;
};

/* The one other document that holds (nearly) all of this one. */
struct duplicate {
	bool found;
	uint64_t key;
	struct span id;
	int32_t share; /* ten-thousandths of this document's bytes */
};

/* Counts of one document; in = kept + exact + near. */
struct stats {
	uint64_t paragraphs, kept, exact, near, bytes;
};

struct document {
	struct span id;
	uint64_t key; /* XXH3-64 of the occurrence as text; how other records name this one */
	struct span url, fetched, published, title, lang; /* n == 0: not known */
	struct place source;
	struct warc warc; /* of a record of an archive */
	struct span meta; /* a packed MessagePack map, or n == 0 */

	enum form form;
	struct span raw;
	struct span type;     /* the Content-Type of raw, where an archive says it */
	struct span filtered; /* why it is not wanted: it is counted, and leaves nothing else */

	struct paragraph *paragraphs; /* in order of their number; kept ones, from dedup on */
	size_t n_paragraphs;
	struct dropped *dropped; /* in order of their number */
	size_t n_dropped;
	struct duplicate duplicate;
	struct sentence *summary; /* in document order */
	size_t n_summary;
	struct claim *claims; /* best first */
	size_t n_claims;

	struct fault refused; /* becomes a dead letter; raw is still there */
	struct fault error;   /* leaves as a record with paragraphs, but without a summary */
	struct span warning;  /* for the log of the run, such as replaced bytes */
	struct stats stats;
};

/* A document that is refused carries no paragraphs; stages hand it on untouched. */
static inline bool
document_is_refused(const struct document *d)
{
	return d->refused.stage.n > 0;
}

/* Whether an archive says anything of it. */
static inline bool
document_is_archived(const struct document *d)
{
	const struct warc *w = &d->warc;

	return w->record.n + w->date.n + w->digest.n + w->mime.n + w->revisit.n > 0 ||
	       w->status > 0;
}

struct span form_name(enum form form);
int form_parse(struct span name); /* an enum form, or -1 */

/* Where a document stood, for people: "path, byte 17" or "stream, entry 17-0"; n bytes with the
 * NUL. */
void place_words(const struct place *p, char *room, size_t n);

#endif
