/*
 * dedup - drop the paragraphs that another document, or this one further up, was first to bring.
 *
 * Batches come in the order of their seq, so who owns what never depends on timing. A paragraph is
 * kept when it is the first with its hash in its document and its owner is the same document; else
 * it is dropped with its owner.
 */
#include <stdlib.h>

#include "common/hook.h"
#include "common/log.h"
#include "common/mem.h"
#include "proto/index_memory.h"
#include "proto/sketch.h"
#include "stages/dedup/near_least.h"
#include "stages/dedup/first_seen.h"
#include "stages/dedup/index.h"
#include "stages/dedup/index_service.h"
#include "common/memory_limit.h"
#include "stages/meter.h"
#include "stages/stage.h"

enum {
	TURN = 32,                      /* look-ups whose memory is fetched together */
	NEAR_AHEAD = 4,                 /* the same for near ones, which look at more */
	DUPLICATE_SHARE = UNIT * 4 / 5, /* of the bytes: the document is called a duplicate */
};

struct dedup {
	const struct settings *settings;
	struct index *index;
	struct index_service *service;
	uint64_t count; /* of the batch that comes again, 0: none does, or not known */
	int32_t least;  /* similarity of near paragraphs, in ten-thousandths */
};

/* The verdict on one document while it is made. */
struct verdict {
	struct dedup *dedup;
	struct document *d;
	struct hash identity;
	uint32_t ordinal; /* in the index, 0: it is not there yet */
	bool replay;
	uint64_t count; /* a replay: the place of its batch among all, 0: not known */
	struct first_seen seen;
	struct paragraph *kept;
	size_t n_kept;
	uint32_t *owners;   /* [paragraphs] ordinal of the owner, 0: kept */
	uint64_t n_earlier; /* drops whose owner came in an earlier run */
	uint64_t n_near;    /* drops that are near their owner */
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
is_same_document(const void *verdict, uint32_t document)
{
	const struct verdict *v = verdict;
	const struct owning_document *owner = index_document(v->dedup->index, document);

	return memcmp(owner->identity.bytes, v->identity.bytes, HASH_BYTES) == 0;
}

static bool
is_same(const struct verdict *v, const struct entry *e)
{
	return is_same_document(v, e->document);
}

static bool
is_earlier(const struct verdict *v, uint32_t ordinal)
{
	return ordinal != 0 && run_table_is_foreign(index_runs(v->dedup->index), ordinal);
}

static const struct entry *
find(const struct verdict *v, const struct hash *hash)
{
	return v->count > 0 ? index_find_then(v->dedup->index, hash, v->count)
			    : index_find(v->dedup->index, hash);
}

/* The ordinal of the document, which is new to the index. */
static uint32_t
own_ordinal(struct verdict *v)
{
	if (v->ordinal == 0)
		v->ordinal = index_add_document(v->dedup->index, &v->identity, v->d->key, v->d->id);
	return v->ordinal;
}

static void
own(struct verdict *v, const struct hash *hash, uint32_t paragraph)
{
	if (!v->replay) /* its owners are in the index already */
		index_add(v->dedup->index, hash, own_ordinal(v), paragraph);
}

static struct dropped *
drop(struct verdict *v, const struct paragraph *p, enum why why, struct owner owner)
{
	struct dropped *out = &v->d->dropped[v->d->n_dropped++];
	enum dropped_text keeps = v->dedup->settings->dropped_text;

	*out = (struct dropped){.n = p->n, .hash = p->hash, .why = why, .owner = owner};
	if (keeps == DROPPED_TEXT_ALL || (keeps == DROPPED_TEXT_NEAR && why == WHY_NEAR))
		out->text = p->text;
	v->n_near += why == WHY_NEAR;
	return out;
}

/* Repeats a paragraph of this document: what that one is near, this one is, and its owner is its.
 */
static void
drop_repeat(struct verdict *v, size_t at, const struct first *first)
{
	const struct dropped *before = first->dropped;
	struct owner owner = {.key = v->d->key, .id = v->d->id, .n = first->n};
	struct dropped *out;

	v->owners[at] = v->owners[first->at];
	v->n_earlier += is_earlier(v, v->owners[at]);
	out = drop(v, &v->d->paragraphs[at], before == NULL ? WHY_EXACT : before->why,
	    before == NULL ? owner : before->owner);
	if (before != NULL)
		out->similarity = before->similarity;
}

/* What another document owns. */
static struct dropped *
drop_owned(struct verdict *v, size_t at, enum why why, uint32_t document, uint32_t paragraph)
{
	const struct owning_document *o = index_document(v->dedup->index, document);
	struct owner owner = {.key = o->key, .id = owning_document_id(o), .n = paragraph};

	v->owners[at] = document;
	v->n_earlier += is_earlier(v, document);
	return drop(v, &v->d->paragraphs[at], why, owner);
}

/* near */

static bool
is_near(const struct verdict *v)
{
	return v->dedup->settings->dedup == DEDUP_NEAR;
}

/* A paragraph that is kept: it is owned, and others may be near it. */
static void
own_paragraph(struct verdict *v, const struct paragraph *p)
{
	struct near_owner o = {.paragraph = p->n};

	own(v, &p->hash, p->n);
	if (v->replay || !is_near(v) || p->sketch.n == 0)
		return;
	sketch_unpack(&o.sketch, p->sketch.p);
	o.document = v->ordinal;
	index_add_near_owner(v->dedup->index, &o);
}

/*
 * Of which owner a paragraph that nobody owns is near: the one that it was found near when it first
 * came, or, if it comes now, what a search finds. Paragraphs of the same document do not count, so
 * that another version of it stays whole.
 */
static const struct near_drop *
find_near(struct verdict *v, const struct paragraph *p)
{
	struct index *ix = v->dedup->index;
	const struct near_drop *known = v->count > 0 ? index_near_drop_then(ix, &p->hash, v->count)
						     : index_near_drop(ix, &p->hash);
	struct near_drop d = {.hash = p->hash, .paragraph = p->n};
	struct near_found found;
	struct sketch sketch;

	if (known != NULL || v->replay || p->sketch.n == 0)
		return known;
	sketch_unpack(&sketch, p->sketch.p);
	found = index_near_find(
	    ix, &sketch, sketch_least(&sketch, v->dedup->least), is_same_document, v);
	if (found.owner == NULL)
		return NULL;
	d.owner = found.owner->document;
	d.owner_paragraph = found.owner->paragraph;
	d.similarity = found.similarity;
	d.document = own_ordinal(v);
	index_add_near_drop(ix, &d);
	return index_near_drop(ix, &p->hash);
}

/* What nobody owns: it is dropped as near, or kept and owned. Returns what became of it. */
static const struct dropped *
judge_unowned(struct verdict *v, size_t at)
{
	const struct paragraph *p = &v->d->paragraphs[at];
	const struct near_drop *near = is_near(v) ? find_near(v, p) : NULL;
	struct dropped *out;

	if (near == NULL)
		own_paragraph(v, p);
	if (near == NULL || is_same_document(v, near->owner)) {
		v->kept[v->n_kept++] = *p;
		return NULL;
	}
	out = drop_owned(v, at, WHY_NEAR, near->owner, near->owner_paragraph);
	out->similarity = near->similarity;
	return out;
}

static void
judge(struct verdict *v, size_t at)
{
	const struct paragraph *p = &v->d->paragraphs[at];
	struct first *first = first_seen_find(&v->seen, &p->hash);
	const struct entry *e;

	if (first->taken) {
		drop_repeat(v, at, first);
		return;
	}
	*first = (struct first){.taken = true, .hash = p->hash, .n = p->n, .at = at};
	e = find(v, &p->hash);
	if (p->chars < v->dedup->settings->min_chars || (e != NULL && is_same(v, e)))
		v->kept[v->n_kept++] = *p;
	else if (e == NULL)
		first->dropped = judge_unowned(v, at);
	else {
		first->dropped = drop_owned(v, at, WHY_EXACT, e->document, e->paragraph);
		if (hook_is_off("first-owner"))
			own(v, &p->hash, p->n);
	}
}

/* duplicate_of */

static void
name_duplicate(struct verdict *v, uint32_t ordinal, int32_t share)
{
	const struct owning_document *o = index_document(v->dedup->index, ordinal);

	v->d->duplicate = (struct duplicate){
	    .found = true, .key = o->key, .id = owning_document_id(o), .share = share};
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
	e = find(v, &hash);
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

	d->stats.near = v->n_near;
	d->stats.exact = d->n_dropped - v->n_near;
	d->stats.kept = d->n_paragraphs - d->n_dropped;
	if (d->n_paragraphs > 0 && !repeats_whole(v))
		find_main_owner(v);
	if (v->dedup->settings->action == ACTION_DROP) {
		d->paragraphs = v->kept;
		d->n_paragraphs = v->n_kept;
	}
}

/* Fetch what the look-ups of a turn, whose first steps were fetched before, will need. */
static void
fetch_turn(const struct dedup *s, const struct document *d, size_t from)
{
	for (size_t i = from; i < d->n_paragraphs && i < from + TURN; i++)
		index_prefetch_entry(s->index, &d->paragraphs[i].hash);
	for (size_t i = from + TURN; i < d->n_paragraphs && i < from + 2 * TURN; i++)
		index_prefetch(s->index, &d->paragraphs[i].hash);
}

static void
fetch_first_turn(const struct dedup *s, const struct document *d)
{
	for (size_t i = 0; i < d->n_paragraphs && i < TURN; i++)
		index_prefetch(s->index, &d->paragraphs[i].hash);
}

static void
prefetch_near(const struct verdict *v, const struct paragraph *p)
{
	struct sketch sketch;

	if (v->replay || p->sketch.n == 0 || !is_near(v))
		return;
	sketch_unpack(&sketch, p->sketch.p);
	index_near_prefetch(v->dedup->index, &sketch);
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
	    .count = s->count,
	    .kept = arena_zero(a, n, sizeof(*v.kept)),
	    .owners = arena_zero(a, n, sizeof(*v.owners)),
	};

	d->dropped = arena_zero(a, n, sizeof(*d->dropped));
	d->n_dropped = 0;
	first_seen_init(&v.seen, a, n);
	for (size_t i = 0; i < n; i++) {
		if (i % TURN == 0)
			fetch_turn(s, d, i);
		if (i + NEAR_AHEAD < n)
			prefetch_near(&v, &d->paragraphs[i + NEAR_AHEAD]);
		judge(&v, i);
		d->paragraphs[i].sketch = span_of(NULL, 0);
	}
	settle(&v);
	return v.n_earlier;
}

/* What a batch was formed from: the keys of its documents, which cover place and raw bytes. */
static uint64_t
digest_of(struct batch *b)
{
	uint64_t *keys = arena_zero(&b->arena, b->n_documents, sizeof(*keys));

	for (size_t i = 0; i < b->n_documents; i++)
		keys[i] = htole64(b->documents[i].key);
	return hash64(span_of((const char *)keys, b->n_documents * sizeof(*keys)));
}

static bool
brought(const struct dedup *s, uint32_t ordinal, uint64_t key)
{
	const struct owning_document *d = index_document(s->index, ordinal);

	return d != NULL && d->key == key;
}

/* An owner must always come out: it may not be refused now, by a time limit that it once met. */
static bool
owns_nothing(const struct dedup *s, const struct run_batch *known, const struct document *d)
{
	for (uint32_t i = 0; i < known->n; i++)
		if (brought(s, known->first + i, d->key))
			return false;
	return true;
}

/* A batch that comes again must be what it was. */
static int
check_replay(const struct dedup *s, const struct batch *b, uint64_t digest)
{
	const struct run_batch *known = run_table_batch_of(index_runs(s->index), b->seq);

	if (known == NULL)
		return 0; /* older than all that anybody needs */
	if (known->digest != digest && !hook_is_off("replay-digest"))
		return err_set(ERR_USAGE,
		    "the input has changed since batch %llu was read; begin anew with --restart",
		    (unsigned long long)b->seq);
	for (size_t i = 0; i < b->n_documents; i++)
		if (document_is_refused(&b->documents[i]) &&
		    !owns_nothing(s, known, &b->documents[i]))
			return err_set(ERR_RECORD,
			    "batch %llu: document %.*s, which owns paragraphs, was refused; "
			    "waiting for it to come again",
			    (unsigned long long)b->seq, (int)b->documents[i].id.n,
			    b->documents[i].id.p);
	return 0;
}

/* Room for all that the batch may bring: an entry a paragraph, and one for the whole. */
static int
check_room(const struct dedup *s, const struct batch *b)
{
	uint64_t entries = b->n_documents, id_bytes = 0;

	for (size_t i = 0; i < b->n_documents; i++) {
		entries += b->documents[i].n_paragraphs;
		id_bytes += b->documents[i].id.n;
	}
	return s->settings->when_full == WHEN_FULL_FORGET
		   ? index_make_room(s->index, entries, b->n_documents, id_bytes)
		   : index_room(s->index, entries, b->n_documents, id_bytes);
}

/* Which place a batch that comes again had among all; 0: older than all that anybody needs. */
static uint64_t
count_of(const struct dedup *s, uint64_t seq)
{
	const struct run_batch *known = run_table_batch_of(index_runs(s->index), seq);

	return known == NULL ? 0 : known->count;
}

static int
take(void *state, struct batch *b, bool replay)
{
	struct dedup *s = state;
	uint64_t digest = digest_of(b);

	TRY(replay ? check_replay(s, b, digest) : check_room(s, b));
	s->count = replay ? count_of(s, b->seq) : 0;
	b->n_earlier = 0;
	for (size_t i = 0; i < b->n_documents; i++) {
		struct document *d = &b->documents[i];

		if (i + 1 < b->n_documents)
			fetch_first_turn(s, &b->documents[i + 1]);
		if (document_is_refused(d))
			continue;
		if (s->settings->dedup == DEDUP_OFF)
			d->stats.kept = d->n_paragraphs;
		else
			b->n_earlier += work_on(s, &b->arena, d, replay);
	}
	return replay ? 0 : index_take(s->index, b->seq, digest);
}

static int
begin(void *state, struct begin *b)
{
	struct dedup *s = state;
	const struct run *run;

	TRY(index_begin(s->index, b->run));
	run = run_table_newest(index_runs(s->index));
	if (run != NULL) {
		b->run = run->id;
		b->next = run->next;
	}
	b->runs = run_table_count(index_runs(s->index));
	b->index = s->settings->dedup == DEDUP_OFF ? 0 : index_id(s->index);
	return 0;
}

/* A snapshot that fails changes nothing, and is tried again when the log has grown. */
static void
turn(struct dedup *s)
{
	if (index_turn(s->index) < 0)
		log_line(
		    LOG_WARNING, "the log of the index could not be compacted: %s", err_text());
}

static int
commit(void *state, enum ending ending, uint64_t *io_done, bool *ret_settled)
{
	struct dedup *s = state;
	int r = index_commit(s->index, ending != ENDING_NO, io_done);

	TRY(r);
	*ret_settled = r == 0;
	return 0;
}

static void
serve(void *state, uint64_t base, bool *ret_changed)
{
	struct dedup *s = state;

	turn(s);
	index_service_turn(s->service, base, ret_changed);
}

static void
tell(void *state)
{
	const struct index *ix = ((struct dedup *)state)->index;
	const struct holdings *h = index_holdings(ix);
	uint64_t limit = index_limit_bytes(ix);

	meter_set(METER_INDEX_OWNERS, h->entries);
	meter_set(METER_INDEX_DOCUMENTS, h->n_documents);
	meter_set(METER_INDEX_BYTES, index_memory_bytes(ix));
	meter_set(METER_INDEX_LIMIT, limit);
	meter_set(METER_INDEX_DISK, index_disk_bytes(ix));
	meter_set(
	    METER_INDEX_ROOM, index_memory_left(limit, h->entries, h->n_documents, h->id_bytes));
}

static int
wake(void *state)
{
	const struct dedup *s = state;

	return index_wake(s->index);
}

static int
open_dedup(void **ret_state, const struct settings *settings)
{
	struct dedup *s;
	int32_t least;
	int r;

	TRY(near_least_parse(settings->similarity, &least));
	s = mem_zero(1, sizeof(*s));
	s->settings = settings;
	s->least = least;
	r = index_open_near(&s->index, settings->dedup == DEDUP_OFF ? NULL : settings->index,
	    settings->index_limit == 0 ? memory_limit() : settings->index_limit,
	    settings->dedup == DEDUP_NEAR);
	if (r < 0) {
		free(s);
		return r;
	}
	if (index_folder_of(s->index) >= 0)
		index_service_open(&s->service, s->index, settings);
	*ret_state = s;
	return 0;
}

static void
close_dedup(void *state)
{
	struct dedup *s = state;

	if (s == NULL)
		return;
	index_service_close(s->service);
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
    .serve = serve,
    .wake = wake,
    .tell = tell,
    .close = close_dedup,
};
