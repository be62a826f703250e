/*
 * html_entities - character references: &eacute; and &#233; as the character that they stand for.
 *
 * Source: HTML Living Standard, sections 13.2.5.72 to 13.2.5.80 and 13.5 (the names).
 */
#ifndef WINNOW_HTML_ENTITIES_H
#define WINNOW_HTML_ENTITIES_H

#include <stdbool.h>

#include "common/arena.h"
#include "common/span.h"

enum {
	HTML_ENTITIES = 2125,
	HTML_ENTITY_NAME = 31, /* bytes of the longest name */
	HTML_ENTITY_TEXT = 6,  /* bytes of the longest text */
};

struct html_entity {
	const char *name; /* without & and ; */
	const char *text; /* UTF-8 */
	bool bare;        /* also without its semicolon */
};

extern const struct html_entity html_entities[HTML_ENTITIES];

/*
 * The reference that begins at s.p, an ampersand: its bytes, or 0 if there is none there. Its text
 * goes to out, of HTML_ENTITY_TEXT bytes, and is *ret_n bytes of UTF-8. What is no character
 * (NUL, a surrogate, above U+10FFFF) is U+FFFD; &#128; to &#159; are those of windows-1252.
 */
size_t html_reference(struct span s, char *out, size_t *ret_n);

/* s with its references replaced: s itself if it has none, else a copy in the arena. */
struct span html_unescape(struct arena *a, struct span s);

#endif
