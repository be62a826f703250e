/*
 * golden - files that hold the bytes of this version, and bytes with nothing behind them.
 */
#ifndef WINNOW_GOLDEN_H
#define WINNOW_GOLDEN_H

#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/buf.h"
#include "common/mem.h"

static inline struct span
file_read(const char *path, struct buf *b)
{
	FILE *f = fopen(path, "rb");
	size_t n;

	cr_assert(f != NULL, "%s: %s", path, strerror(errno));
	do {
		n = fread(buf_room(b, 4096), 1, 4096, f);
		b->n += n;
	} while (n > 0);
	fclose(f);
	return buf_view(b);
}

/*
 * The bytes of a golden file, which are to be `bytes`. WINNOW_WRITE_GOLDEN=1 writes them first:
 * look at the difference before it is committed.
 */
static inline struct span
golden(const char *name, struct span bytes, struct buf *b)
{
	char path[512];
	struct span file;
	size_t at = 0;

	snprintf(path, sizeof(path), "%s/%s", TEST_DATA, name);
	if (getenv("WINNOW_WRITE_GOLDEN") != NULL) {
		FILE *f = fopen(path, "wb");
		cr_assert(f != NULL, "%s: %s", path, strerror(errno));
		cr_assert_eq(fwrite(bytes.p, 1, bytes.n, f), bytes.n);
		cr_assert_eq(fclose(f), 0);
	}
	file = file_read(path, b);
	while (at < file.n && at < bytes.n && file.p[at] == bytes.p[at])
		at++;
	cr_assert(span_equal(file, bytes),
	    "%s: %zu bytes, ours are %zu; they differ from byte %zu on", name, file.n, bytes.n, at);
	return file;
}

/* Bytes with nothing behind them, so that a sanitizer sees a read beyond the end. */
static inline struct span
tight(struct span s)
{
	char *p = mem_alloc(s.n);

	if (s.n > 0)
		memcpy(p, s.p, s.n);
	return span_of(p, s.n);
}

static inline void
tight_done(struct span s)
{
	free((char *)s.p);
}

#endif
