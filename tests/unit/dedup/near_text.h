/*
 * near_text - sketches of made-up texts, and paragraphs as extract makes them with --dedup near.
 */
#ifndef WINNOW_NEAR_TEXT_H
#define WINNOW_NEAR_TEXT_H

#include <criterion/criterion.h>
#include <stdio.h>

#include "common/arena.h"
#include "proto/near.h"

/*
 * A text of `words` words for each number, of which every `edit`-th is another if edit > 0; no
 * digits, no names but one, so that no guard tells two apart.
 */
static inline struct span
near_text(struct arena *a, unsigned number, unsigned words, unsigned edit)
{
	struct buf b = {0};
	struct span text;

	buf_str(&b, "Sandvik");
	for (unsigned i = 0; i < words; i++) {
		unsigned n = number * 1000 + i + (edit > 0 && i % edit == edit - 1 ? 500 : 0);

		buf_byte(&b, ' ');
		for (; n > 0; n /= 20)
			buf_byte(&b, (char)('a' + n % 20));
		buf_str(&b, "ly");
	}
	text = arena_copy(a, buf_view(&b));
	buf_done(&b);
	return text;
}

static inline struct sketch
near_sketch(struct span text)
{
	struct sketcher *s = sketcher_open();
	struct buf form = {0};
	struct sketch k;

	for (size_t i = 0; i < text.n; i++)
		buf_byte(&form,
		    (char)(text.p[i] >= 'A' && text.p[i] <= 'Z' ? text.p[i] | 0x20 : text.p[i]));
	sketch_make(s, text, buf_view(&form), &k, NULL);
	buf_done(&form);
	sketcher_close(s);
	return k;
}

#endif
