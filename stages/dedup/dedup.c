/*
 * dedup - drop the paragraphs that another document, or this one further up, was first to bring.
 *
 * Batches come in the order of their seq, so who owns what never depends on timing. A paragraph is
 * kept when it is the first with its hash in its document and its owner is the same document; else
 * it is dropped with its owner.
 */
#include <stdlib.h>

#include "common/mem.h"
#include "stages/dedup/first_seen.h"
#include "stages/dedup/index.h"
#include "stages/stage.h"

enum {
	AHEAD = 12,                     /* look-ups whose memory is fetched in advance */
	DUPLICATE_SHARE = UNIT * 4 / 5, /* of the bytes: the document is called a duplicate */
};

struct dedup {
	const struct settings *settings;
	struct index *index;
	uint64_t run, next;
};

/* The verdict on one document while it is made. */
struct verdict {
	struct dedup *dedup;
	struct document *d;
	struct hash identity;
	uint32_t ordinal; /* in the index, 0: it is not there yet */
	bool replay;
	struct first_seen seen;
	struct paragraph *kept;
	size_t n_kept;
	uint32_t *owners;   /* [paragraphs] ordinal of the owner, 0: kept */
	uint64_t n_earlier; /* drops whose owner came in an earlier run */
};

/* What makes a document the same one, by --same-document. */
static struct hash
identity_of(const struct document *d, enum same_document by)
{
	if (by == SAME_ID)
		return hash128(d->id);
	if (by == SAME_URL && d->url.n > 0)
		return hash128(d->url);
	return hash128(span_of((const char *)&d->key, sizeof(d->key)));
}

static bool
is_same(const struct verdict *v, const struct entry *e)
{
	const struct owning_document *owner = index_document(v->dedup->index, e->document);

	return memcmp(owner->identity.bytes, v->identity.bytes, HASH_BYTES) == 0;
}

static bool
is_earlier(const struct verdict *v, uint32_t ordinal)
{
	return ordinal != 0 && ordinal < index_first_of_run(v->dedup->index);
}

static void
own(struct verdict *v, const struct hash *hash, uint32_t paragraph)
{
	struct index *ix = v->dedup->index;

	if (v->replay) /* its owners are in the index already */
		return;
	if (v->ordinal == 0)
		v->ordinal = index_add_document(ix, &v->identity, v->d->key, v->d->id);
	index_add(ix, hash, v->ordinal, paragraph);
}

static struct dropped *
drop(struct verdict *v, const struct paragraph *p, struct owner owner)
{
	struct dropped *out = &v->d->dropped[v->d->n_dropped++];

	*out = (struct dropped){.n = p->n, .hash = p->hash, .why = WHY_EXACT, .owner = owner};
	if (v->dedup->settings->dropped_text == DROPPED_TEXT_ALL)
		out->text = p->text;
	return out;
}

/* Repeats a paragraph of this document: the first one's owner is its owner. */
static void
drop_repeat(struct verdict *v, size_t at, const struct first *first)
{
	struct owner owner = {.key = v->d->key, .id = v->d->id, .n = first->n};

	if (first->dropped != NULL)
		owner = first->dropped->owner;
	v->owners[at] = v->owners[first->at];
	v->n_earlier += is_earlier(v, v->owners[at]);
	drop(v, &v->d->paragraphs[at], owner);
}

static void
judge(struct verdict *v, size_t at)
{
	const struct paragraph *p = &v->d->paragraphs[at];
	struct first *first = first_seen_find(&v->seen, &p->hash);
	const struct entry *e = NULL;

	if (first->taken) {
		drop_repeat(v, at, first);
		return;
	}
	*first = (struct first){.taken = true, .hash = p->hash, .n = p->n, .at = at};
	if (p->chars >= v->dedup->settings->min_chars) {
		e = index_find(v->dedup->index, &p->hash);
		if (e == NULL)
			own(v, &p->hash, p->n);
	}
	if (e != NULL && !is_same(v, e)) {
		const struct owning_document *o = index_document(v->dedup->index, e->document);
		struct owner owner = {.key = o->key, .id = o->id, .n = e->paragraph};
		v->owners[at] = e->document;
		v->n_earlier += is_earlier(v, e->document);
		first->dropped = drop(v, p, owner);
	} else
		v->kept[v->n_kept++] = *p;
}

/* duplicate_of */

static void
name_duplicate(struct verdict *v, uint32_t ordinal, int32_t share)
{
	const struct owning_document *o = index_document(v->dedup->index, ordinal);

	v->d->duplicate =
	    (struct duplicate){.found = true, .key = o->key, .id = o->id, .share = share};
}

/* All paragraphs together: a document that has the same ones is the one this repeats. */
static bool
repeats_whole(struct verdict *v)
{
	struct document *d = v->d;
	struct buf all = {0};
	struct hash hash;
	const struct entry *e;

	for (size_t i = 0; i < d->n_paragraphs; i++)
		buf_put(&all, d->paragraphs[i].hash.bytes, HASH_BYTES);
	buf_str(&all, "whole");
	hash = hash128(buf_view(&all));
	buf_done(&all);
	e = index_find(v->dedup->index, &hash);
	if (e == NULL)
		own(v, &hash, INDEX_WHOLE);
	if (e == NULL || is_same(v, e))
		return false;
	name_duplicate(v, e->document, UNIT);
	return true;
}

/* The one owner that may have most of the bytes (Boyer and Moore's vote), then its true share. */
static void
find_main_owner(struct verdict *v)
{
	const struct document *d = v->d;
	uint32_t candidate = 0;
	uint64_t lead = 0, bytes = 0, all = 0;

	for (size_t i = 0; i < d->n_paragraphs; i++) {
		uint64_t n = d->paragraphs[i].text.n;
		if (v->owners[i] == candidate)
			lead += n;
		else if (n > lead) {
			candidate = v->owners[i];
			lead = n - lead;
		} else
			lead -= n;
	}
	for (size_t i = 0; i < d->n_paragraphs; i++) {
		bytes += v->owners[i] == candidate ? d->paragraphs[i].text.n : 0;
		all += d->paragraphs[i].text.n;
	}
	if (candidate != 0 && all > 0 && bytes * UNIT >= all * DUPLICATE_SHARE)
		name_duplicate(v, candidate, (int32_t)(bytes * UNIT / all));
}

static void
settle(struct verdict *v)
{
	struct document *d = v->d;

	d->stats.exact = d->n_dropped;
	d->stats.kept = d->n_paragraphs - d->n_dropped;
	if (d->n_paragraphs > 0 && !repeats_whole(v))
		find_main_owner(v);
	if (v->dedup->settings->action == ACTION_DROP) {
		d->paragraphs = v->kept;
		d->n_paragraphs = v->n_kept;
	}
}

static uint64_t
work_on(struct dedup *s, struct arena *a, struct document *d, bool replay)
{
	size_t n = d->n_paragraphs;
	struct verdict v = {
	    .dedup = s,
	    .d = d,
	    .identity = identity_of(d, s->settings->same_document),
	    .replay = replay,
	    .kept = arena_zero(a, n, sizeof(*v.kept)),
	    .owners = arena_zero(a, n, sizeof(*v.owners)),
	};

	d->dropped = arena_zero(a, n, sizeof(*d->dropped));
	d->n_dropped = 0;
	first_seen_init(&v.seen, a, n);
	for (size_t i = 0; i < n && i < AHEAD; i++)
		index_prefetch(s->index, &d->paragraphs[i].hash);
	for (size_t i = 0; i < n; i++) {
		if (i + AHEAD < n)
			index_prefetch(s->index, &d->paragraphs[i + AHEAD].hash);
		judge(&v, i);
	}
	settle(&v);
	return v.n_earlier;
}

static int
take(void *state, struct batch *b, bool replay)
{
	struct dedup *s = state;

	b->n_earlier = 0;
	for (size_t i = 0; i < b->n_documents; i++) {
		struct document *d = &b->documents[i];

		if (document_is_refused(d))
			continue;
		if (s->settings->dedup == DEDUP_OFF)
			d->stats.kept = d->n_paragraphs;
		else
			b->n_earlier += work_on(s, &b->arena, d, replay);
	}
	if (!replay)
		s->next = b->seq + 1;
	return 0;
}

static int
begin(void *state, struct begin *b)
{
	struct dedup *s = state;

	if (b->run == 0)
		return 0;
	s->run = b->run;
	s->next = b->next;
	b->runs = index_begin(s->index, b->run);
	return 0;
}

static int
commit(void *state, enum ending ending, uint64_t *io_done, bool *ret_settled)
{
	struct dedup *s = state;

	(void)ending;
	(void)io_done;
	(void)ret_settled;
	return index_commit(s->index, s->run, s->next);
}

static int
open_dedup(void **ret_state, const struct settings *settings)
{
	struct dedup *s;
	int r;

	if (settings->dedup == DEDUP_NEAR)
		return err_set(ERR_USAGE, "--dedup near is not built yet; use exact or off");
	s = mem_zero(1, sizeof(*s));
	s->settings = settings;
	r = index_open(&s->index, settings->index);
	if (r < 0) {
		free(s);
		return r;
	}
	*ret_state = s;
	return 0;
}

static void
close_dedup(void *state)
{
	struct dedup *s = state;

	if (s == NULL)
		return;
	index_close(s->index);
	free(s);
}

const struct stage stage = {
    .name = "dedup",
    .about = "Drop paragraphs that were seen before, and say who owns them.",
    .role = ROLE_ORDERED,
    .taker = TAKES_DEDUP,
    .open = open_dedup,
    .begin = begin,
    .batch = take,
    .commit = commit,
    .close = close_dedup,
};
