#include "stages/read/flights.h"

#include <stdlib.h>

#include "common/mem.h"

void
id_list_add(struct id_list *l, struct span id)
{
	uint32_t n = (uint32_t)id.n;

	buf_put(&l->bytes, &n, sizeof(n));
	buf_span(&l->bytes, id);
	l->n++;
}

struct span *
id_list_spans(const struct id_list *l)
{
	struct span *list = mem_alloc((l->n + 1) * sizeof(*list));
	const char *p = l->bytes.p;
	uint32_t n;

	for (size_t i = 0; i < l->n; i++) {
		memcpy(&n, p, sizeof(n));
		list[i] = span_of(p + sizeof(n), n);
		p += sizeof(n) + n;
	}
	return list;
}

struct flight *
flights_add(struct flights *f, uint64_t seq)
{
	if (f->n == f->cap) {
		f->cap = f->cap == 0 ? 64 : 2 * f->cap;
		f->list = mem_grow(f->list, f->cap * sizeof(*f->list));
	}
	f->list[f->n] = (struct flight){.seq = seq};
	return &f->list[f->n++];
}

size_t
flights_below(const struct flights *f, uint64_t seq)
{
	size_t n = 0;

	while (n < f->n && f->list[n].seq < seq)
		n++;
	return n;
}

void
flights_drop(struct flights *f, size_t n)
{
	for (size_t i = 0; i < n; i++)
		buf_done(&f->list[i].ids.bytes);
	f->n -= n;
	for (size_t i = 0; i < f->n; i++)
		f->list[i] = f->list[i + n];
}

void
flights_done(struct flights *f)
{
	flights_drop(f, f->n);
	free(f->list);
	*f = (struct flights){0};
}
