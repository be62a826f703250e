#include "stages/outbox.h"

static const struct outgoing *
at(const struct outbox *o, size_t i)
{
	return &o->batches[(o->first + i) % OUTBOX_BATCHES];
}

bool
outbox_has_room(const struct outbox *o)
{
	return o->n < OUTBOX_BATCHES;
}

bool
outbox_has(const struct outbox *o, uint64_t seq)
{
	for (size_t i = 0; i < o->n; i++)
		if (at(o, i)->header.seq == seq)
			return true;
	return false;
}

void
outbox_put(struct outbox *o, const struct header *h, struct buf *packed)
{
	struct outgoing *g = &o->batches[(o->first + o->n++) % OUTBOX_BATCHES];

	g->header = *h;
	message_take(&g->body, packed);
}

void
outbox_release(struct outbox *o, uint64_t done)
{
	while (o->n_durable < o->n && at(o, o->n_durable)->header.seq < done)
		o->n_durable++;
}

bool
outbox_is_ready(const struct outbox *o)
{
	return o->n_durable > 0;
}

static void
drop_first(struct outbox *o)
{
	zmq_msg_close(&o->batches[o->first].body);
	o->first = (o->first + 1) % OUTBOX_BATCHES;
	o->n--;
}

int
outbox_send(struct outbox *o, struct port *to)
{
	while (o->n_durable > 0) {
		struct outgoing *g = &o->batches[o->first];
		int r = port_send(to, NULL, &g->header, &g->body);

		if (r == ERR_HOLD)
			return 0;
		TRY(r);
		drop_first(o);
		o->n_durable--;
	}
	return 0;
}

void
outbox_clear(struct outbox *o)
{
	while (o->n > 0)
		drop_first(o);
	o->n_durable = 0;
}
