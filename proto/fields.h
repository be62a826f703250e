/*
 * fields - reading the maps of our own records, key by key.
 */
#ifndef WINNOW_FIELDS_H
#define WINNOW_FIELDS_H

#include "common/arena.h"
#include "proto/scan.h"

/* Take the value of one key into the object; keys that are not known are skipped. */
typedef int field_reader(void *object, struct span key, struct scan *s, struct arena *a);

/* Inside a field_reader: whether `key` is this one. */
#define KEY_IS(literal) \
	(key.n == sizeof(literal) - 1 && memcmp(key.p, literal, sizeof(literal) - 1) == 0)

/*
 * Read a map into an object. Returns 0 or ERR_RECORD, as do all of these. In place, so that a
 * field_reader of the same file is not called through a pointer for each key.
 */
static inline __attribute__((always_inline)) WARN_UNUSED int
read_fields(struct scan *s, struct arena *a, void *object, field_reader *field)
{
	uint32_t pairs;
	struct span key;

	TRY(scan_map(s, &pairs));
	while (pairs-- > 0) {
		TRY(scan_str(s, &key));
		TRY(field(object, key, s, a));
	}
	return 0;
}

/*
 * The head of an array whose elements take at least `least` bytes each: a count that cannot fit
 * into the bytes left is refused before anything is allocated by it.
 */
int read_count(struct scan *s, size_t least, uint32_t *ret_n) WARN_UNUSED;

/*
 * One element of such an array: a map. One of fewer than `least` bytes, with all that is in it, is
 * refused: so what was allocated by the count stays in proportion to the bytes that came.
 */
static inline __attribute__((always_inline)) WARN_UNUSED int
read_element(struct scan *s, struct arena *a, size_t least, void *object, field_reader *field)
{
	size_t before = scan_left(s);

	TRY(read_fields(s, a, object, field));
	return before - scan_left(s) < least ? ERR_RECORD : 0;
}

/* A string that is one of a closed list; parse gives its number or -1. */
int read_name(struct scan *s, int (*parse)(struct span), int *ret_value) WARN_UNUSED;

#endif
