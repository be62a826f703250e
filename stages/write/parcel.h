/*
 * parcel - records on their way to a sink by URI, in order, each with its key and its id.
 */
#ifndef WINNOW_PARCEL_H
#define WINNOW_PARCEL_H

#include "common/buf.h"
#include "proto/document.h"
#include "proto/key.h"

/* Starts as {0}. */
struct parcel {
	struct buf bytes; /* id and body of each record, one behind the other */
	struct parcel_record {
		uint64_t key;
		size_t id, body, end; /* where in the bytes */
	} * records;
	size_t n, cap;
};

/* One more record; document and body are copied from. */
void parcel_add(struct parcel *p, const struct document *d, struct span body);

static inline struct span
parcel_id(const struct parcel *p, size_t i)
{
	return span_cut(buf_view(&p->bytes), p->records[i].id, p->records[i].body);
}

static inline struct span
parcel_body(const struct parcel *p, size_t i)
{
	return span_cut(buf_view(&p->bytes), p->records[i].body, p->records[i].end);
}

/* All records of `from` go to `to`, whose own are gone; their memory is used again. */
void parcel_move(struct parcel *to, struct parcel *from);

void parcel_done(struct parcel *p);

#endif
