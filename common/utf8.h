/*
 * utf8 - reading UTF-8 one code point at a time, and making it valid.
 *
 * Source: The Unicode Standard 15.0, section 3.9: table 3-7 (well-formed sequences) and the
 *         "maximal subpart" practice for replacement with U+FFFD.
 */
#ifndef WINNOW_UTF8_H
#define WINNOW_UTF8_H

#include <stdbool.h>
#include <stdint.h>

#include "common/arena.h"
#include "common/span.h"

enum { UTF8_BAD = 0xFFFD };

/*
 * The code point at s.p[*at]; *at moves behind it. *at must be below s.n. A sequence that is not
 * well-formed gives U+FFFD for each maximal subpart and sets *ret_bad, which may be NULL.
 */
uint32_t utf8_next(struct span s, size_t *at, bool *ret_bad);

/* The code point that ends at *at, which moves before it. *at must be above 0; s must be valid. */
uint32_t utf8_previous(struct span s, size_t *at);

/* Write c as UTF-8 at p, which has room for 4 bytes; the number of bytes. */
size_t utf8_put(char *p, uint32_t c);

/* Whether no byte of s is above 0x7F. */
bool utf8_is_ascii(struct span s);

/* The number of code points of valid UTF-8. */
size_t utf8_count(struct span s);

/* The place of the first ill-formed sequence, or s.n if there is none. */
size_t utf8_valid(struct span s);

/*
 * s itself if it is valid UTF-8, else a copy in the arena in which each maximal subpart of an
 * ill-formed sequence is U+FFFD. *ret_replaced counts them.
 */
struct span utf8_repair(struct arena *a, struct span s, size_t *ret_replaced);

/* Whether c has the property White_Space. */
bool utf8_is_space(uint32_t c);

/*
 * Whether c could steer a terminal or turn what stands beside it around: C0 (line ends and tabs,
 * too), DEL, C1, and the characters with the property Bidi_Control.
 */
bool utf8_is_control(uint32_t c);

/* s without White_Space at both ends; s must be valid. */
struct span utf8_trim(struct span s);

#endif
