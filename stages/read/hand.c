#include "stages/read/hand.h"

#include <stdlib.h>

#include "common/mem.h"

void
hand_put(struct hand *h, const struct queue_entry *e)
{
	if (h->n == h->cap) {
		h->cap = h->cap == 0 ? 64 : 2 * h->cap;
		h->entries = mem_grow(h->entries, h->cap * sizeof(*h->entries));
	}
	h->entries[h->n++] = *e;
	h->bytes += e->raw.n;
}

void
hand_drop(struct hand *h, size_t n)
{
	for (size_t i = 0; i < n; i++)
		h->bytes -= hand_entry(h, i)->raw.n;
	h->at += n;
}

void
hand_sift(struct hand *h, size_t i, bool (*keep)(void *object, struct queue_entry *e), void *object)
{
	size_t to = h->at + i;

	for (size_t from = to; from < h->n; from++) {
		struct queue_entry e = h->entries[from];

		if (keep(object, &e))
			h->entries[to++] = e;
		else
			h->bytes -= e.raw.n;
	}
	h->n = to;
}

void
hand_make_room(struct hand *h)
{
	size_t n = hand_count(h);
	struct arena old = h->arena;

	if (h->at == 0 && n > 0)
		return; /* nothing was dropped */
	h->arena = h->spare;
	for (size_t i = 0; i < n; i++) {
		struct queue_entry e = h->entries[h->at + i];

		e.id = arena_copy(&h->arena, e.id);
		e.raw = arena_copy(&h->arena, e.raw);
		e.given = arena_copy(&h->arena, e.given);
		if (e.detail != NULL)
			e.detail = arena_copy(&h->arena, span_of(e.detail, strlen(e.detail) + 1)).p;
		h->entries[i] = e;
	}
	h->at = 0;
	h->n = n;
	arena_reset(&old);
	h->spare = old;
}

void
hand_done(struct hand *h)
{
	free(h->entries);
	arena_done(&h->arena);
	arena_done(&h->spare);
	*h = (struct hand){0};
}
