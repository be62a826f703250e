#include "stages/read/answers.h"

#include <stdlib.h>

#include "common/hash.h"
#include "common/mem.h"

static struct waiter **
bucket(struct answers *a, struct span id)
{
	return &a->buckets[hash64(id) % ANSWERS_BUCKETS];
}

static bool
is_for(const struct waiter *w, struct span id)
{
	return span_equal(span_of(w->id, w->id_n), id);
}

void
answers_wait(struct answers *a, struct span id, struct span peer, bool delimited)
{
	struct waiter **place = bucket(a, id), *w;

	for (w = *place; w != NULL; w = w->next)
		if (is_for(w, id) && span_equal(span_of(w->peer, w->peer_n), peer))
			return;
	w = mem_zero(1, sizeof(*w) + id.n);
	w->delimited = delimited;
	w->peer_n = (unsigned char)peer.n;
	memcpy(w->peer, peer.p, peer.n);
	w->id_n = id.n;
	memcpy(w->id, id.p, id.n);
	w->next = *place;
	*place = w;
	a->n++;
}

struct waiter *
answers_take(struct answers *a, struct span id)
{
	struct waiter **place = bucket(a, id), *w;

	while (*place != NULL && !is_for(*place, id))
		place = &(*place)->next;
	w = *place;
	if (w == NULL)
		return NULL;
	*place = w->next;
	a->n--;
	return w;
}

void
answers_done(struct answers *a)
{
	for (size_t i = 0; i < ANSWERS_BUCKETS; i++)
		while (a->buckets[i] != NULL) {
			struct waiter *w = a->buckets[i];

			a->buckets[i] = w->next;
			free(w);
		}
	a->n = 0;
}
