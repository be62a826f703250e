/*
 * exported - an index as the text that index_export prints.
 */
#ifndef WINNOW_EXPORTED_H
#define WINNOW_EXPORTED_H

#include <errno.h>
#include <sys/mman.h>

#include "proto/index_export.h"
#include "proto/index_import.h"
#include "tests/unit/proto/some_index.h"

static inline int
exported_put(void *object, struct span lines)
{
	buf_span(object, lines);
	return 0;
}

/* All of a folder's index, with a NUL behind it. */
static inline void
exported(struct buf *out, const char *folder, struct export_counts *ret_counts)
{
	struct index_files f;
	struct index_view v;

	cr_assert_eq(index_view_open(&v, &f, folder), 0, "%s", err_text());
	cr_assert_eq(index_export(&v, &f, exported_put, out, ret_counts), 0, "%s", err_text());
	index_view_unmap(&v);
	index_files_close(&f);
	buf_byte(out, '\0');
	out->n--;
}

/* Read a text as import_read does; its result. */
static inline int
imported(struct import *im, struct span text)
{
	int fd = memfd_create("export", MFD_CLOEXEC), r;

	cr_assert_eq(write(fd, text.p, text.n), (ssize_t)text.n);
	cr_assert_eq(lseek(fd, 0, SEEK_SET), 0);
	r = import_read(im, fd, "FILE");
	close(fd);
	return r;
}

#endif
