/* Texts, plain and hostile, on which every form of fold_ascii must do as the plainest does. */
#ifndef TESTS_FOLDS_H
#define TESTS_FOLDS_H

#include "common/fold_ascii.h"

#include <criterion/criterion.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { FOLD_ROOM = 300 };

static inline uint64_t
fold_random(uint64_t *state)
{
	uint64_t z = *state += 0x9E3779B97F4A7C15ULL;

	z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9ULL;
	z = (z ^ z >> 27) * 0x94D049BB133111EBULL;
	return z ^ z >> 31;
}

/* On blocks of exactly n bytes, so that a sanitizer sees a step too far. */
static inline void
fold_check(const struct fold_form *form, const char *text, size_t n)
{
	char *in = memcpy(malloc(n + 1), text, n), *out, *want = malloc(n + 1);
	size_t done, want_done;

	in = realloc(in, n == 0 ? 1 : n);
	out = malloc(n == 0 ? 1 : n);
	want_done = fold_ascii_plain(want, in, n);
	done = form->fold(out, in, n);
	cr_assert_eq(done, want_done, "%s: %zu of %zu, not %zu", form->name, done, n, want_done);
	cr_assert(memcmp(out, want, done) == 0, "%s: %.*s", form->name, (int)done, out);
	free(in);
	free(out);
	free(want);
}

/* Every byte at every place, each length, and random rows of what stops and what does not. */
static inline void
fold_try(const struct fold_form *form)
{
	static const char common[] = "aZ@[`{/0  .,\t\n\x7F\x80\xC3\xFF";
	char text[FOLD_ROOM];
	uint64_t state = 7;

	if (!form->works)
		return;
	for (size_t n = 0; n < 200; n++)
		for (int c = 0; c < 256; c++) {
			memset(text, 'M', sizeof(text));
			text[n * 7 % (n + 1)] = (char)c;
			text[n / 2] = (char)(c ^ 0x20);
			fold_check(form, text, n);
		}
	for (int round = 0; round < 30000; round++) {
		size_t n = fold_random(&state) % FOLD_ROOM, rare = 1 + fold_random(&state) % 200;

		for (size_t i = 0; i < n; i++) {
			uint64_t v = fold_random(&state);
			text[i] = v % rare != 0 ? (char)('A' + (v >> 8) % 58)
						: common[(v >> 8) % (sizeof(common) - 1)];
		}
		fold_check(form, text, n);
	}
}

#endif
