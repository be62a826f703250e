#include "stages/dedup/document_table.h"

#include <stdlib.h>

#include "common/mem.h"

enum { FIRST_BLOCKS = 16, CHUNK_BYTES = 16 << 10, NUMBERS = 2 * sizeof(uint32_t) };

static void
block_done(struct document_table *t, struct document_block *b)
{
	if (b == NULL)
		return;
	for (size_t i = 0; i < b->n_chunks; i++)
		free(b->chunks[i]);
	free(b->chunks);
	t->bytes -= b->bytes;
	t->n_blocks--;
	free(b);
}

void
document_table_done(struct document_table *t)
{
	for (size_t i = 0; i < t->cap; i++)
		block_done(t, t->blocks[i]);
	free(t->blocks);
	*t = (struct document_table){0};
}

/* Room for the pointers to blocks up to the one at `at`. */
static void
reach(struct document_table *t, size_t at)
{
	size_t cap = t->cap == 0 ? FIRST_BLOCKS : t->cap;

	while (cap <= at)
		cap *= 2;
	if (cap == t->cap)
		return;
	t->blocks = mem_grow(t->blocks, cap * sizeof(struct document_block *));
	memset(t->blocks + t->cap, 0, (cap - t->cap) * sizeof(struct document_block *));
	t->cap = cap;
}

static struct document_block *
block_of(struct document_table *t, uint32_t place)
{
	size_t at = place / DOCUMENT_BLOCK;

	reach(t, at);
	if (t->blocks[at] == NULL) {
		t->blocks[at] = mem_zero(1, sizeof(struct document_block));
		t->n_blocks++;
	}
	return t->blocks[at];
}

static char *
keep(struct document_table *t, struct document_block *b, struct span id)
{
	const uint32_t numbers[2] = {(uint32_t)id.n, 0};
	size_t need = NUMBERS + id.n;
	char *p;

	if (b->room - b->used < need) {
		b->room = need > CHUNK_BYTES ? need : CHUNK_BYTES;
		b->used = 0;
		b->bytes += b->room;
		t->bytes += b->room;
		b->chunks = mem_grow(b->chunks, (b->n_chunks + 1) * sizeof(*b->chunks));
		b->chunks[b->n_chunks++] = mem_alloc(b->room);
	}
	p = b->chunks[b->n_chunks - 1] + b->used;
	memcpy(p, numbers, NUMBERS);
	if (id.n > 0)
		memcpy(p + NUMBERS, id.p, id.n);
	b->used += need;
	return p;
}

uint32_t
document_table_add(
    struct document_table *t, const struct hash *identity, uint64_t key, struct span id)
{
	struct document_block *b = block_of(t, t->n);

	b->documents[t->n % DOCUMENT_BLOCK] =
	    (struct owning_document){.identity = *identity, .key = key, .text = keep(t, b, id)};
	b->n++;
	return ++t->n;
}

void
document_table_gap(struct document_table *t, uint32_t n)
{
	t->n += n;
	reach(t, t->n / DOCUMENT_BLOCK);
}

void
document_table_remove(struct document_table *t, uint32_t first, uint32_t end)
{
	for (uint64_t place = first - 1; place + 1 < end;) {
		size_t at = place / DOCUMENT_BLOCK;
		struct document_block *b = t->blocks[at];
		uint64_t next = (uint64_t)(at + 1) * DOCUMENT_BLOCK;

		for (; b != NULL && place + 1 < end && place < next; place++)
			if (b->documents[place % DOCUMENT_BLOCK].text != NULL) {
				b->documents[place % DOCUMENT_BLOCK].text = NULL;
				b->n--;
			}
		if (b != NULL && b->n == 0 && next <= t->n) { /* no more will come into it */
			block_done(t, b);
			t->blocks[at] = NULL;
		}
		place = next;
	}
}

uint64_t
document_table_bytes(const struct document_table *t, uint64_t n, uint64_t id_bytes)
{
	uint64_t blocks = (t->n % DOCUMENT_BLOCK + n + DOCUMENT_BLOCK - 1) / DOCUMENT_BLOCK;

	if (blocks > 0 && t->n % DOCUMENT_BLOCK != 0)
		blocks--; /* the newest is there */
	return (t->n_blocks + blocks) * sizeof(struct document_block) + t->bytes + id_bytes +
	       n * NUMBERS;
}

uint64_t
document_table_most(uint64_t n, uint64_t id_bytes)
{
	return n * (sizeof(struct owning_document) + NUMBERS) + id_bytes;
}
