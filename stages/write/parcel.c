#include "stages/write/parcel.h"

#include <stdlib.h>

#include "common/mem.h"

enum { FIRST_RECORDS = 64 };

void
parcel_add(struct parcel *p, const struct document *d, struct span body)
{
	struct parcel_record *r;

	if (p->n == p->cap) {
		p->cap = p->cap == 0 ? FIRST_RECORDS : 2 * p->cap;
		p->records = mem_grow(p->records, p->cap * sizeof(*p->records));
	}
	r = &p->records[p->n++];
	r->key = d->key;
	r->id = p->bytes.n;
	buf_span(&p->bytes, d->id);
	r->body = p->bytes.n;
	buf_span(&p->bytes, body);
	r->end = p->bytes.n;
}

void
parcel_move(struct parcel *to, struct parcel *from)
{
	struct parcel emptied = *to;

	emptied.n = emptied.bytes.n = 0;
	*to = *from;
	*from = emptied;
}

void
parcel_done(struct parcel *p)
{
	buf_done(&p->bytes);
	free(p->records);
	*p = (struct parcel){0};
}
