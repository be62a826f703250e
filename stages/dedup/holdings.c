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

const struct entry *
holdings_find_then(const struct holdings *h, const struct hash *hash, uint64_t count)
{
	const struct entry *e = owner_table_find(&h->owners, hash);

	for (size_t i = 0; i < h->n_displaced; i++)
		if (memcmp(h->displaced[i].hash.bytes, hash->bytes, HASH_BYTES) == 0 &&
		    !run_table_is_forgotten(&h->runs, h->displaced[i].document, count))
			return &h->displaced[i]; /* the oldest of those that it may have found */
	return e == NULL || run_table_is_forgotten(&h->runs, e->document, count) ? NULL : e;
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
	const struct entry *old = owner_table_find(&h->owners, &e->hash);
	struct owning_document *d;

	if (old != NULL && !is_ghost(h, old))
		return err_set(ERR_RECORD, "two owners of one hash");
	if (e->document == 0 || e->document > h->documents.n)
		return err_set(ERR_RECORD, "an owner that is no document");
	d = document_table_get(&h->documents, e->document);
	if (d == NULL)
		return err_set(ERR_RECORD, "an owner that was forgotten before");
	if (old != NULL)
		displace(h, old);
	owner_table_put(&h->owners, e);
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
	if (h->purge_at == 0)
		h->purge_at = h->runs.n_batches + WINDOW_BATCHES;
}

struct purge {
	const struct holdings *h;
	uint64_t until; /* what was forgotten behind a batch up to this one goes */
};

static bool
is_purged(const void *object, const struct entry *e)
{
	const struct purge *p = object;
	const struct forgotten_range *r = forgotten_find(&p->h->runs.forgotten, e->document);

	return r != NULL && r->at <= p->until;
}

static void
purge_displaced(struct holdings *h, const struct purge *p)
{
	size_t n = 0;

	for (size_t i = 0; i < h->n_displaced; i++)
		if (!is_purged(p, &h->displaced[i]))
			h->displaced[n++] = h->displaced[i];
	h->n_displaced = n;
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
}

/* the limit */

uint64_t
holdings_most(uint64_t entries, uint64_t documents, uint64_t id_bytes)
{
	/* an eighth more: forgotten owners beside those that came since */
	return owner_table_most(entries + entries / 8) + document_table_most(documents, id_bytes);
}

bool
holdings_oldest(const struct holdings *h, uint64_t limit, uint64_t entries, uint64_t documents,
    uint64_t id_bytes, uint32_t *ret_end)
{
	uint64_t now = h->entries, there = h->n_documents, bytes = h->id_bytes;
	uint64_t spare = 0;

	*ret_end = 1;
	while (holdings_most(now + spare + entries, there + documents, bytes + id_bytes) > limit) {
		const struct owning_document *d;

		if (*ret_end > h->documents.n)
			return false;
		d = document_table_get(&h->documents, (*ret_end)++);
		if (d == NULL || owning_document_owns(d) == UINT32_MAX)
			continue;
		now -= owning_document_owns(d);
		bytes -= owning_document_id(d).n;
		there--;
		spare = now / 7;
	}
	return true;
}
