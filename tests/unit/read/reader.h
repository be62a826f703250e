/*
 * reader - the stage read in the hands of a test: opened, begun, and asked for batches.
 */
#ifndef WINNOW_READER_H
#define WINNOW_READER_H

#include "common/buf.h"
#include "common/hash.h"
#include "stages/stage.h"
#include "tests/unit/folder.h"

enum { SOURCES = 8 };

/* A reader, and the batch that it filled last. */
struct reader {
	struct settings settings;
	const char *sources[SOURCES];
	void *state;
	struct batch batch;
};

static inline void
add_source(struct reader *r, const char *source)
{
	r->sources[r->settings.n_sources++] = source;
	r->settings.sources = r->sources;
}

static inline void
reader_init(struct reader *r, const char *source)
{
	*r = (struct reader){.settings = {.max_document = 64 << 20}};
	add_source(r, source);
}

static inline void
reader_begin(struct reader *r)
{
	struct begin b = {.run = 1, .runs = 7};

	cr_assert_eq(stage.open(&r->state, &r->settings), 0, "%s", err_text());
	cr_assert_eq(stage.begin(r->state, &b), 0);
}

static inline void
reader_open(struct reader *r, const char *source)
{
	reader_init(r, source);
	reader_begin(r);
}

static inline void
reader_done(struct reader *r)
{
	stage.close(r->state);
	batch_done(&r->batch);
}

static inline int
fill(struct reader *r)
{
	batch_reset(&r->batch);
	return stage.batch(r->state, &r->batch, false);
}

/* Fill a batch; its number of documents. */
static inline size_t
filled(struct reader *r)
{
	cr_assert_eq(fill(r), 0);
	cr_assert_eq(r->batch.n_read, r->batch.n_documents);
	return r->batch.n_documents;
}

static inline void
is_document(const struct reader *r, size_t i, const char *path, uint64_t offset, const char *raw)
{
	const struct document *d = &r->batch.documents[i];

	cr_assert_lt(i, r->batch.n_documents);
	cr_assert(!document_is_refused(d), "%.*s", (int)d->refused.detail.n, d->refused.detail.p);
	cr_assert(span_equal(d->source.path, span_str(path)), "%.*s", (int)d->source.path.n,
	    d->source.path.p);
	cr_assert_eq(d->source.offset, offset);
	cr_assert_eq(d->source.length, strlen(raw));
	cr_assert(span_equal(d->raw, span_str(raw)));
}

static inline void
is_refused(const struct reader *r, size_t i, const char *path, const char *reason)
{
	const struct document *d = &r->batch.documents[i];

	cr_assert_lt(i, r->batch.n_documents);
	cr_assert(document_is_refused(d));
	cr_assert(span_equal(d->refused.stage, SPAN("read")));
	cr_assert(span_equal(d->refused.reason, span_str(reason)));
	cr_assert_gt(d->refused.detail.n, 0);
	cr_assert_eq(d->refused.attempts, 1);
	cr_assert(span_equal(d->source.path, span_str(path)));
}

#endif
