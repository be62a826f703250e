/*
 * charset - the bytes of a page as UTF-8.
 *
 * The first of these decides: a byte order mark; NUL bytes in every other place (UTF-16); that the
 * bytes are valid UTF-8; what HTTP said; what a meta element near the start says; what the bytes
 * look like (uchardet); windows-1252. UTF-8 that somebody claims is believed if most of the
 * sequences in it are right.
 *
 * Source: WHATWG Encoding Standard (the names); HTML Living Standard, section 13.2.3.2.
 * Differs: valid UTF-8 is UTF-8 whatever anybody claims, except for ISO-2022-JP.
 */
#ifndef WINNOW_CHARSET_H
#define WINNOW_CHARSET_H

#include "common/arena.h"
#include "common/err.h"
#include "common/span.h"

enum { CHARSET_LABELS = 224 };

struct charset_label {
	const char *label; /* in lower case */
	const char *name;  /* what ICU calls it */
};

extern const struct charset_label charset_labels[CHARSET_LABELS];

/* Belongs to one thread. */
struct charset;

/* Returns 0, or ERR_SYS if ICU or uchardet cannot be had. Later calls open no file. */
int charset_open(struct charset **ret) WARN_UNUSED;

/* NULL is a no-op. */
void charset_close(struct charset *c);

/*
 * bytes         a page as it came
 * content_type  the value of its HTTP header, or n == 0
 * ret_name      what ICU calls the encoding; lives for ever
 * ret_replaced  sequences that stood for nothing and became U+FFFD
 *
 * The result is valid UTF-8 without a byte order mark: a part of bytes, or in the arena. The same
 * bytes give the same text, whatever was decoded before. Cost: linear.
 */
struct span charset_decode(struct charset *c, struct arena *a, struct span bytes,
    struct span content_type, const char **ret_name, size_t *ret_replaced);

#endif
