/*
 * some_index - a folder with an index in it: batches of one document that owns what it is told to.
 */
#ifndef WINNOW_SOME_INDEX_H
#define WINNOW_SOME_INDEX_H

#include "proto/index_read.h"
#include "tests/unit/folder.h"
#include "tests/unit/proto/told.h"

#define SOME_PARAMETERS "\"normaliser\": 1, \"icu\": \"72.1\""

struct some_index {
	struct index_files files;
	struct buf group;
	uint32_t documents;
	uint64_t seq;
	int fd;
};

static inline void
some_open(struct some_index *s, const char *folder)
{
	*s = (struct some_index){.fd = -1};
	cr_assert_eq(index_files_open(&s->files, folder, true, 0), 0, "%s", err_text());
	s->files.parameters = SPAN(SOME_PARAMETERS);
	cr_assert_eq(index_files_list(&s->files), 0);
	cr_assert_eq(index_files_resume(&s->files, &s->fd), 0);
	owner_log_run(&s->group, 11);
}

/* A document seen in this minute, with owners of the hashes from `from` to below `to`. */
static inline void
some_document(struct some_index *s, const char *id, uint32_t minute, uint64_t from, uint64_t to)
{
	struct hash identity = told_hash(1000 + s->documents);

	owner_log_seen(&s->group, minute);
	owner_log_document(&s->group, &identity, 0xABC000 + s->documents, span_str(id));
	s->documents++;
	for (uint64_t i = from; i < to; i++) {
		struct entry e = {told_hash(i), s->documents, (uint32_t)(i - from)};

		owner_log_entry(&s->group, &e);
	}
	owner_log_batch(&s->group, 11, s->seq++, 7);
}

static inline void
some_close(struct some_index *s)
{
	bool sync;

	owner_log_sync(&s->group, s->files.id);
	cr_assert_eq(index_files_append(&s->files, s->fd, buf_view(&s->group), &sync), 0);
	close(s->fd);
	buf_done(&s->group);
	index_files_close(&s->files);
}

/* What a reader of the folder is told, without the number of runs. */
static inline void
some_is(const char *folder, const char *expected)
{
	struct told told = {.refuse = NULL};
	const struct index_reader reader = told_reader(&told);
	struct run_table runs = {0};
	struct index_files files;

	cr_assert_eq(index_files_open(&files, folder, false, 0), 0, "%s", err_text());
	cr_assert_eq(index_read(&files, &runs, &reader, index_pass_file), 0, "%s", err_text());
	told_is(&told, expected);
	run_table_done(&runs);
	buf_done(&told.text);
	index_files_close(&files);
}

#endif
