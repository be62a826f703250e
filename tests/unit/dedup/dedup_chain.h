/*
 * dedup_chain - the stage dedup with documents made by hand, and its verdicts as text.
 */
#ifndef WINNOW_DEDUP_CHAIN_H
#define WINNOW_DEDUP_CHAIN_H

#include <poll.h>

#include "stages/stage.h"
#include "tests/unit/folder.h"

enum { MOST = 16, RUN = 11 };

/* The stage, and the batch that it took last. */
struct chain {
	struct settings settings;
	void *state;
	struct batch batch;
	uint64_t seq;
	uint64_t seqs[MOST]; /* where the document with this key went, by its last digits */
	char uri[80];
};

/* A document as extract makes it: paragraphs are told apart by their text. */
static inline struct document
document_of(struct arena *a, uint64_t key, const char *const *texts)
{
	struct document d = {.key = key, .source = {.path = SPAN("path")}};
	size_t n = 0;

	while (texts[n] != NULL)
		n++;
	d.id = arena_print(a, "d%llu", (unsigned long long)key);
	d.paragraphs = arena_zero(a, n, sizeof(*d.paragraphs));
	for (; d.n_paragraphs < n; d.n_paragraphs++) {
		struct span text = span_str(texts[d.n_paragraphs]);

		d.paragraphs[d.n_paragraphs] = (struct paragraph){.text = text,
		    .hash = hash128(text),
		    .n = (uint32_t)d.n_paragraphs,
		    .chars = (uint32_t)text.n};
		d.stats.bytes += text.n;
	}
	d.stats.paragraphs = n;
	return d;
}

static inline void
chain_begin(struct chain *c, uint64_t run)
{
	struct begin b = {.run = run};

	cr_assert_eq(stage.begin(c->state, &b), 0);
	c->seq = b.next;
}

static inline void
chain_start(struct chain *c)
{
	c->state = NULL;
	cr_assert_eq(stage.open(&c->state, &c->settings), 0, "%s", err_text());
}

/* With owners of texts of three characters and more. */
static inline void
chain_open(struct chain *c)
{
	*c = (struct chain){.settings = {.min_chars = 3}};
	chain_start(c);
	chain_begin(c, RUN);
}

static inline void
chain_close(struct chain *c)
{
	stage.close(c->state);
	batch_done(&c->batch);
}

/* Until all is durable. */
static inline void
chain_commit(struct chain *c)
{
	struct pollfd wake = {.fd = stage.wake(c->state), .events = POLLIN};
	uint64_t done = c->seq;
	bool settled = false;

	for (;;) {
		uint64_t before = done;

		done = c->seq;
		cr_assert_eq(
		    stage.commit(c->state, ENDING_NO, &done, &settled), 0, "%s", err_text());
		if (settled)
			break;
		cr_assert_leq(done, c->seq);
		cr_assert(done >= before || before == c->seq, "it went back");
		cr_assert_eq(poll(&wake, 1, 10000), 1);
	}
	cr_assert_eq(done, c->seq);
}

/* One document as a batch, with its id and url where they are not NULL. */
static inline struct document *
put(struct chain *c, uint64_t key, const char *id, const char *url, bool replay,
    const char *const *texts)
{
	struct document *d;

	batch_reset(&c->batch);
	d = c->batch.documents = arena_zero(&c->batch.arena, 1, sizeof(*d));
	c->batch.n_documents = 1;
	c->batch.run = RUN;
	if (!replay)
		c->seqs[key % MOST] = c->seq++;
	c->batch.seq = c->seqs[key % MOST];
	*d = document_of(&c->batch.arena, key, texts);
	if (id != NULL)
		d->id = span_str(id);
	d->url = span_str(url);
	return d;
}

static inline struct document *
give(struct chain *c, uint64_t key, const char *id, const char *url, bool replay,
    const char *const *texts)
{
	struct document *d = put(c, key, id, url, replay, texts);

	cr_assert_eq(stage.batch(c->state, &c->batch, replay), 0, "%s", err_text());
	cr_assert_eq(d->stats.paragraphs, d->stats.kept + d->stats.exact + d->stats.near);
	return d;
}

#define TEXTS(...) ((const char *const[]){__VA_ARGS__, NULL})
#define GIVE(c, key, ...) give((c), (key), NULL, NULL, false, TEXTS(__VA_ARGS__))
#define REPLAY(c, key, ...) give((c), (key), NULL, NULL, true, TEXTS(__VA_ARGS__))

/*
 * The verdict as text: kept paragraphs by their number, then what was dropped as number<owner/its
 * number, then the one it is a duplicate of.
 */
static inline void
verdict_is(const struct document *d, const char *expected)
{
	char text[1024];
	size_t n = 0;

	text[0] = '\0';
	for (size_t i = 0; i < d->n_paragraphs; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%u ", d->paragraphs[i].n);
	for (size_t i = 0; i < d->n_dropped; i++) {
		const struct dropped *drop = &d->dropped[i];
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%u<%.*s/%u ", drop->n,
		    (int)drop->owner.id.n, drop->owner.id.p, drop->owner.n);
		cr_assert_eq(drop->why, WHY_EXACT);
	}
	if (d->duplicate.found)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "=%.*s*%d ",
		    (int)d->duplicate.id.n, d->duplicate.id.p, d->duplicate.share);
	if (n > 0)
		text[n - 1] = '\0';
	cr_assert_str_eq(text, expected);
}

static inline void
chain_open_at(struct chain *c, const struct folder *f)
{
	*c = (struct chain){.settings = {.min_chars = 3}};
	snprintf(c->uri, sizeof(c->uri), "file:%s/index", f->path);
	c->settings.index = c->uri;
	chain_start(c);
}

#endif
