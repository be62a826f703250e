/*
 * filter - which documents are wanted: by HTTP status, media type, URL, language and length.
 *
 * Text: terms between semicolons, each NAME=VALUES or NAME!=VALUES with commas between values:
 *   status=200,3xx   mime=text/html,text/plain   url=REGEX   lang=en,de   length=200
 * A star at the end of a media type or language stands for anything. A document is wanted if it
 * meets every term. url is a POSIX extended regular expression that
 * matches anywhere; it may stand more than once, and commas in it are its own. length: at least so
 * many characters (code points of the paragraphs). Without a term for them, records of archives are
 * wanted with status 2xx and as text/html, application/xhtml+xml or text/plain. What cannot be read
 * as text is never wanted.
 */
#ifndef WINNOW_FILTER_H
#define WINNOW_FILTER_H

#include <stdint.h>

#include "common/err.h"
#include "common/span.h"

struct filter;

/* Read a filter; text NULL: the default. Returns 0, or ERR_USAGE with words that name the term. */
int filter_open(struct filter **ret, const char *text) WARN_UNUSED;

/*
 * Why a record of an archive is not wanted: "status", "mime" or "url", or n == 0. status 0 and an
 * empty mime are not known yet and pass.
 */
struct span
filter_record(const struct filter *f, uint32_t status, struct span mime, struct span url);

/*
 * Why a document is not wanted by what was read of it: "url", "lang" or "length", or n == 0. An
 * empty language is not known and passes lang!= only.
 */
struct span filter_text(const struct filter *f, struct span url, struct span lang, uint64_t chars);

/* NULL is a no-op. */
void filter_close(struct filter *f);

#endif
