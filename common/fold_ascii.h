/*
 * fold_ascii - lower-case plain text, as fast as the processor can.
 *
 * Each form gives the same result, byte by byte; fold_ascii_best chooses the fastest at run time.
 */
#ifndef WINNOW_FOLD_ASCII_H
#define WINNOW_FOLD_ASCII_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Fold ASCII up to the first byte that needs more: a control character, a space after a space, one
 * that is not ASCII. Returns the bytes done, as many in out, which has room for n; what is behind
 * them there may change.
 */
typedef size_t fold_ascii(char *out, const char *in, size_t n);

/* One form of it, and what it is called; works: this processor has what it needs. */
struct fold_form {
	const char *name;
	fold_ascii *fold;
	bool works;
};

/* The forms, the plainest first; ends with name NULL. */
const struct fold_form *fold_ascii_forms(void);

/* The last one that works. Opens nothing, and asks only the processor. */
fold_ascii *fold_ascii_best(void);

/* The forms, each in plain C, or with what its name says. */
fold_ascii fold_ascii_plain;
#if defined(__x86_64__)
fold_ascii fold_ascii_sse2, fold_ascii_avx2, fold_ascii_avx512;
#elif defined(__ARM_NEON) && defined(__aarch64__)
fold_ascii fold_ascii_neon;
#endif

#endif
