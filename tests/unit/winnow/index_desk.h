/*
 * index_desk - an index and its records as a run leaves them, and `winnow index` on it.
 */
#ifndef WINNOW_INDEX_DESK_H
#define WINNOW_INDEX_DESK_H

#include <time.h>
#include <unistd.h>

#include "stages/winnow/commands.h"
#include "tests/unit/proto/some_index.h"
#include "tests/unit/scratch.h"

static struct buf out, said;
static char uri[128];

/* Three documents: two of minute 29912345 with two owners each, one of today's with one. */
static inline void
desk_open(void)
{
	struct some_index s;

	scratch_open();
	snprintf(uri, sizeof(uri), "file:%s", scratch_path("ix"));
	some_open(&s, uri + 5);
	some_document(&s, "first", 29912345, 1, 3);
	some_document(&s, "second", 29912345, 3, 5);
	some_document(&s, "third", (uint32_t)(time(NULL) / 60), 5, 6);
	some_close(&s);
}

static inline void
desk_close(void)
{
	buf_done(&out);
	buf_done(&said);
	scratch_close();
}

/* `winnow index` with up to five words, the URI among them: its exit status; what it printed. */
static inline int
desk(const char *a, const char *b, const char *c, const char *d, const char *e)
{
	const char *words[] = {"index", a, b, c, d, e, NULL};
	struct caught stdout_, stderr_;
	char *argv[7];
	int argc = 0, status;

	memcpy(argv, words, sizeof(argv));
	while (argv[argc] != NULL)
		argc++;
	catch_begin(&stdout_, STDOUT_FILENO);
	catch_begin(&stderr_, STDERR_FILENO);
	status = command_index(argc, argv);
	catch_end(&stderr_, &said);
	catch_end(&stdout_, &out);
	return status;
}

static inline void
holds(const struct buf *b, const char *text)
{
	cr_assert(memmem(b->p, b->n, text, strlen(text)) != NULL, "'%.*s' does not say '%s'",
	    (int)b->n, b->p, text);
}

static inline void
holds_not(const struct buf *b, const char *text)
{
	cr_assert(memmem(b->p, b->n, text, strlen(text)) == NULL, "'%.*s' says '%s'", (int)b->n,
	    b->p, text);
}

#endif
