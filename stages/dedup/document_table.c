#include "stages/dedup/document_table.h"

#include <stdlib.h>

#include "common/mem.h"

enum { FIRST_DOCUMENTS = 1024, CHUNK_BYTES = 1 << 20 };

void
document_table_done(struct document_table *t)
{
	for (size_t i = 0; i < t->n_chunks; i++)
		free(t->chunks[i]);
	free(t->chunks);
	free(t->documents);
	*t = (struct document_table){0};
}

static const char *
keep(struct document_table *t, struct span id)
{
	uint32_t n = (uint32_t)id.n;
	size_t need = sizeof(n) + id.n;
	char *p;

	if (t->room - t->used < need) {
		t->room = need > CHUNK_BYTES ? need : CHUNK_BYTES;
		t->used = 0;
		t->bytes += t->room;
		t->chunks = mem_grow(t->chunks, (t->n_chunks + 1) * sizeof(*t->chunks));
		t->chunks[t->n_chunks++] = mem_alloc(t->room);
	}
	p = t->chunks[t->n_chunks - 1] + t->used;
	memcpy(p, &n, sizeof(n));
	if (id.n > 0)
		memcpy(p + sizeof(n), id.p, id.n);
	t->used += need;
	return p;
}

uint32_t
document_table_add(
    struct document_table *t, const struct hash *identity, uint64_t key, struct span id)
{
	if (t->n == t->cap) {
		t->cap = t->cap == 0 ? FIRST_DOCUMENTS : 2 * t->cap;
		t->documents = mem_grow(t->documents, t->cap * sizeof(*t->documents));
	}
	t->documents[t->n++] =
	    (struct owning_document){.identity = *identity, .key = key, .text = keep(t, id)};
	return t->n;
}

uint64_t
document_table_bytes(const struct document_table *t, uint64_t n, uint64_t id_bytes)
{
	uint64_t cap = t->cap == 0 ? FIRST_DOCUMENTS : t->cap;

	while (cap < t->n + n)
		cap *= 2;
	return cap * sizeof(*t->documents) + t->bytes + id_bytes + n * sizeof(uint32_t);
}
