#include "stages/dedup/holdings.h"

#include <stdlib.h>

#include "common/mem.h"

enum { FIRST_DISPLACED = 64 };

void
holdings_init(struct holdings *h)
{
	*h = (struct holdings){0};
	owner_table_init(&h->owners);
}

void
holdings_done(struct holdings *h)
{
	run_table_done(&h->runs);
	document_table_done(&h->documents);
	owner_table_done(&h->owners);
	free(h->displaced);
	near_table_done(&h->near);
	near_drops_done(&h->drops);
	free(h->displaced_drops);
	*h = (struct holdings){0};
}

/* owners */

static bool
is_ghost(const struct holdings *h, const struct entry *e)
{
	return e->document < h->ghost_end &&
	       forgotten_find(&h->runs.forgotten, e->document) != NULL;
}

const struct entry *
holdings_find(const struct holdings *h, const struct hash *hash)
{
	const struct entry *e = owner_table_find(&h->owners, hash);

	return e == NULL || is_ghost(h, e) ? NULL : e;
}

/* The oldest of those that the batch may have found. */
static const struct entry *
oldest_entry(const struct holdings *h, const struct hash *hash, uint64_t count)
{
	const struct entry *e = owner_table_find(&h->owners, hash);

	for (size_t i = 0; i < h->n_displaced; i++)
		if (memcmp(h->displaced[i].hash.bytes, hash->bytes, HASH_BYTES) == 0 &&
		    !run_table_is_forgotten(&h->runs, h->displaced[i].document, count))
			return &h->displaced[i];
	return e == NULL || run_table_is_forgotten(&h->runs, e->document, count) ? NULL : e;
}

const struct entry *
holdings_find_then(const struct holdings *h, const struct hash *hash, uint64_t count)
{
	const struct entry *e = oldest_entry(h, hash, count);
	const struct near_drop *d = e == NULL ? NULL : holdings_near_drop_then(h, hash, count);

	return d != NULL && d->document < e->document ? NULL : e; /* it was no owner's then */
}

static void
displace(struct holdings *h, const struct entry *e)
{
	if (h->n_displaced == h->cap_displaced) {
		h->cap_displaced = h->cap_displaced == 0 ? FIRST_DISPLACED : 2 * h->cap_displaced;
		h->displaced = mem_grow(h->displaced, h->cap_displaced * sizeof(*h->displaced));
	}
	h->displaced[h->n_displaced++] = *e;
}

int
holdings_put(struct holdings *h, const struct entry *e)
{
	const struct entry *old;
	struct owning_document *d;

	if (e->document == 0 || e->document > h->documents.n)
		return err_set(ERR_RECORD, "an owner that is no document");
	d = document_table_get(&h->documents, e->document);
	if (d == NULL)
		return err_set(ERR_RECORD, "an owner that was forgotten before");
	old = owner_table_add(&h->owners, e);
	if (old != NULL && !is_ghost(h, old))
		return err_set(ERR_RECORD, "two owners of one hash");
	if (old != NULL) {
		displace(h, old);
		owner_table_put(&h->owners, e);
	}
	owning_document_count(d, owning_document_owns(d) + 1);
	h->entries++;
	return 0;
}

uint32_t
holdings_document(struct holdings *h, const struct hash *identity, uint64_t key, struct span id)
{
	h->n_documents++;
	h->id_bytes += id.n;
	return document_table_add(&h->documents, identity, key, id);
}

/* near */

static bool
is_there(const struct holdings *h, uint32_t document)
{
	return document > 0 && document <= h->documents.n &&
	       document_table_get(&h->documents, document) != NULL;
}

static bool
is_document_gone(const void *runs, uint32_t document)
{
	return run_table_is_gone(runs, document);
}

static bool
is_drop_gone(const struct holdings *h, const struct near_drop *d)
{
	return run_table_is_gone(&h->runs, d->document) || run_table_is_gone(&h->runs, d->owner);
}

static bool
was_drop_gone(const struct holdings *h, const struct near_drop *d, uint64_t count)
{
	return run_table_is_forgotten(&h->runs, d->document, count) ||
	       run_table_is_forgotten(&h->runs, d->owner, count);
}

/* No search may come upon what was forgotten, nor find less because it takes up room. */
static void
refresh_near(struct holdings *h)
{
	if (!h->near_stale)
		return;
	near_table_remove(&h->near, is_document_gone, &h->runs);
	h->n_drops = 0;
	for (uint32_t i = 0; i < h->drops.n; i++)
		h->n_drops += !is_drop_gone(h, &h->drops.drops[i]);
	h->near_stale = false;
}

struct near_found
holdings_near_find(struct holdings *h, const struct sketch *sketch, int32_t least,
    bool (*skips)(const void *object, uint32_t document), const void *object)
{
	refresh_near(h);
	return near_table_find(&h->near, sketch, least, skips, object);
}

int
holdings_put_near_owner(struct holdings *h, const struct near_owner *o)
{
	if (!is_there(h, o->document))
		return err_set(ERR_RECORD, "a sketch of no document");
	near_table_add(&h->near, o);
	return 0;
}

const struct near_drop *
holdings_near_drop(const struct holdings *h, const struct hash *hash)
{
	const struct near_drop *d = near_drops_find(&h->drops, hash);

	return d == NULL || (h->ghost_end > 0 && is_drop_gone(h, d)) ? NULL : d;
}

const struct near_drop *
holdings_near_drop_then(const struct holdings *h, const struct hash *hash, uint64_t count)
{
	const struct near_drop *d = near_drops_find(&h->drops, hash);

	for (size_t i = 0; i < h->n_displaced_drops; i++)
		if (memcmp(h->displaced_drops[i].hash.bytes, hash->bytes, HASH_BYTES) == 0 &&
		    !was_drop_gone(h, &h->displaced_drops[i], count))
			return &h->displaced_drops[i]; /* the oldest that it may have found */
	return d == NULL || was_drop_gone(h, d, count) ? NULL : d;
}

static void
displace_drop(struct holdings *h, const struct near_drop *d)
{
	size_t size = sizeof(*h->displaced_drops);

	if (h->n_displaced_drops == h->cap_displaced_drops) {
		size_t cap = h->cap_displaced_drops;

		h->cap_displaced_drops = cap == 0 ? FIRST_DISPLACED : 2 * cap;
		h->displaced_drops = mem_grow(h->displaced_drops, h->cap_displaced_drops * size);
	}
	h->displaced_drops[h->n_displaced_drops++] = *d;
}

int
holdings_put_near_drop(struct holdings *h, const struct near_drop *d)
{
	const struct near_drop *old = near_drops_find(&h->drops, &d->hash);

	if (holdings_near_drop(h, &d->hash) != NULL)
		return err_set(ERR_RECORD, "a paragraph near two owners");
	if (!is_there(h, d->document) || !is_there(h, d->owner))
		return err_set(ERR_RECORD, "a near paragraph of no document");
	if (old != NULL)
		displace_drop(h, old);
	near_drops_add(&h->drops, d);
	h->n_drops++;
	return 0;
}

/* forgetting */

void
holdings_forget(struct holdings *h, uint32_t first, uint32_t end)
{
	for (uint32_t i = first; i < end; i++) {
		struct owning_document *d = document_table_get(&h->documents, i);

		if (d == NULL || owning_document_owns(d) == UINT32_MAX)
			continue;
		h->entries -= owning_document_owns(d);
		h->n_documents--;
		h->id_bytes -= owning_document_id(d).n;
		owning_document_count(d, UINT32_MAX); /* once is enough */
	}
	h->ghost_end = end > h->ghost_end ? end : h->ghost_end;
	h->near_stale = true;
	if (h->purge_at == 0)
		h->purge_at = h->runs.n_batches + WINDOW_BATCHES;
}

struct purge {
	const struct holdings *h;
	uint64_t until; /* what was forgotten behind a batch up to this one goes */
};

static bool
is_document_purged(const void *object, uint32_t document)
{
	const struct purge *p = object;
	const struct forgotten_range *r = forgotten_find(&p->h->runs.forgotten, document);

	return r != NULL && r->at <= p->until;
}

static bool
is_purged(const void *object, const struct entry *e)
{
	return is_document_purged(object, e->document);
}

static void
purge_displaced(struct holdings *h, const struct purge *p)
{
	size_t n = 0;

	for (size_t i = 0; i < h->n_displaced; i++)
		if (!is_purged(p, &h->displaced[i]))
			h->displaced[n++] = h->displaced[i];
	h->n_displaced = n;
	n = 0;
	for (size_t i = 0; i < h->n_displaced_drops; i++)
		if (!is_document_purged(p, h->displaced_drops[i].document) &&
		    !is_document_purged(p, h->displaced_drops[i].owner))
			h->displaced_drops[n++] = h->displaced_drops[i];
	h->n_displaced_drops = n;
}

/* What is still to go, and when. */
static void
look_ahead(struct holdings *h, uint64_t until)
{
	h->ghost_end = 0;
	h->purge_at = 0;
	for (size_t i = 0; i < h->runs.forgotten.n; i++) {
		const struct forgotten_range *r = &h->runs.forgotten.ranges[i];

		if (r->at <= until)
			continue;
		h->ghost_end = r->end > h->ghost_end ? r->end : h->ghost_end;
		if (h->purge_at == 0 || r->at + WINDOW_BATCHES < h->purge_at)
			h->purge_at = r->at + WINDOW_BATCHES;
	}
}

void
holdings_purge(struct holdings *h, bool all)
{
	uint64_t now = h->runs.n_batches;
	struct purge p = {h, all ? now : now - WINDOW_BATCHES};

	if (h->purge_at == 0 || (!all && now < h->purge_at))
		return;
	owner_table_remove(&h->owners, is_purged, &p);
	near_drops_remove(&h->drops, is_document_purged, &p);
	purge_displaced(h, &p);
	for (size_t i = 0; i < h->runs.forgotten.n; i++) {
		const struct forgotten_range *r = &h->runs.forgotten.ranges[i];

		if (r->at <= p.until)
			document_table_remove(&h->documents, r->first, r->end);
	}
	look_ahead(h, p.until);
}

static bool
is_gone(const void *runs, const struct entry *e)
{
	return run_table_is_gone(runs, e->document);
}

void
holdings_take_back(struct holdings *h)
{
	holdings_purge(h, true);
	for (uint32_t i = 1; i <= h->documents.n; i++) {
		const struct owning_document *d = document_table_get(&h->documents, i);

		if (d == NULL || !run_table_is_gone(&h->runs, i))
			continue;
		h->entries -= owning_document_owns(d);
		h->n_documents--;
		h->id_bytes -= owning_document_id(d).n;
		document_table_remove(&h->documents, i, i + 1);
	}
	owner_table_remove(&h->owners, is_gone, &h->runs);
	near_drops_remove(&h->drops, is_document_gone, &h->runs);
	h->near_stale = true;
}

/* the limit */

uint64_t
holdings_most(uint64_t entries, uint64_t documents, uint64_t id_bytes)
{
	/* an eighth more: forgotten owners beside those that came since */
	return owner_table_most(entries + entries / 8) + document_table_most(documents, id_bytes);
}

uint64_t
holdings_near_most(const struct holdings *h, uint64_t entries, uint64_t drops)
{
	if (!h->has_near)
		return 0;
	return near_table_bytes(entries + entries / 8) + near_drops_most(drops + drops / 8);
}

static int
compare(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

/* The owners of all near paragraphs, in order: each of these goes with its owner, which is older.
 */
static uint32_t *
owners_of_drops(const struct holdings *h)
{
	uint32_t *owners = mem_zero(h->n_drops + 1, sizeof(*owners));
	size_t n = 0;

	for (uint32_t i = 0; i < h->drops.n; i++)
		if (!is_drop_gone(h, &h->drops.drops[i]))
			owners[n++] = h->drops.drops[i].owner;
	qsort(owners, n, sizeof(*owners), compare);
	return owners;
}

/* What the index would hold if the oldest were forgotten, and what comes to it. */
struct shrinking {
	uint64_t entries, documents, id_bytes, drops, spare;
};

static uint64_t
most(const struct holdings *h, const struct shrinking *s, const struct shrinking *more)
{
	uint64_t entries = s->entries + s->spare + more->entries;
	uint64_t drops = s->drops + (s->spare > 0 ? s->drops / 7 : 0) + more->drops;

	return holdings_most(
		   entries, s->documents + more->documents, s->id_bytes + more->id_bytes) +
	       holdings_near_most(h, entries, drops);
}

/* The oldest first, until there is room; *ret_end is behind the last one. */
static bool
shrink(const struct holdings *h, uint64_t limit, struct shrinking *s, const struct shrinking *more,
    const uint32_t *owners, uint32_t *ret_end)
{
	uint64_t n_gone = 0;

	while (most(h, s, more) > limit) {
		const struct owning_document *d;

		if (*ret_end > h->documents.n)
			return false;
		d = document_table_get(&h->documents, (*ret_end)++);
		if (d == NULL || owning_document_owns(d) == UINT32_MAX)
			continue;
		s->entries -= owning_document_owns(d);
		s->id_bytes -= owning_document_id(d).n;
		s->documents--;
		while (n_gone < h->n_drops && owners[n_gone] < *ret_end)
			n_gone++;
		s->drops = h->n_drops - n_gone;
		s->spare = s->entries / 7;
	}
	return true;
}

bool
holdings_oldest(struct holdings *h, uint64_t limit, uint64_t entries, uint64_t documents,
    uint64_t id_bytes, uint32_t *ret_end)
{
	struct shrinking more = {entries, documents, id_bytes, entries, 0}, s;
	uint32_t *owners;
	bool fits;

	refresh_near(h);
	s = (struct shrinking){h->entries, h->n_documents, h->id_bytes, h->n_drops, 0};
	*ret_end = 1;
	if (most(h, &s, &more) <= limit)
		return true;
	owners = owners_of_drops(h);
	fits = shrink(h, limit, &s, &more, owners, ret_end);
	free(owners);
	return fits;
}
