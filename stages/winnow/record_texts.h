/*
 * record_texts - the paragraphs of a record, kept and dropped, in either form.
 */
#ifndef WINNOW_RECORD_TEXTS_H
#define WINNOW_RECORD_TEXTS_H

#include "stages/winnow/record_files.h"

/* One paragraph. */
struct record_text {
	struct span id;   /* of its document */
	uint64_t key;     /* likewise */
	uint32_t n;       /* its number there */
	struct span text; /* n == 0: it was dropped without it */
	bool near;        /* it was dropped as near; then: */
	int32_t similarity;
	uint64_t owner_key;
	uint32_t owner_n;
	struct span owner_id;
};

typedef int text_taker(void *object, const struct record_text *t);

/*
 * Tell each paragraph of a record: the kept ones, then the dropped. Spans lie in a or in the piece.
 * Dead letters have none. Returns 0, ERR_RECORD with a message, or what take returned.
 */
int record_texts(
    const struct piece *piece, struct arena *a, text_taker *take, void *object) WARN_UNUSED;

/* Read "key#n": 16 hexadecimal digits and the number of a paragraph. ERR_USAGE with a message. */
int record_place_parse(const char *text, uint64_t *ret_key, uint32_t *ret_n) WARN_UNUSED;

#endif
