#include "stages/inbox.h"

static size_t
slot(uint64_t seq)
{
	return (size_t)(seq % WINDOW_BATCHES);
}

static void
empty(struct inbox *in, size_t at)
{
	if (in->full[at])
		frame_done(&in->frames[at]);
	in->full[at] = false;
}

void
inbox_begin(struct inbox *in, uint64_t run, uint64_t next)
{
	inbox_done(in);
	in->run = run;
	in->next = next;
}

enum inbox_verdict
inbox_put(struct inbox *in, struct frame *f)
{
	uint64_t seq = f->header.seq;

	if (in->run == 0 || f->header.run != in->run)
		return INBOX_FOREIGN;
	if (seq < in->next)
		return INBOX_REPLAY;
	if (seq - in->next >= WINDOW_BATCHES)
		return INBOX_FOREIGN;
	if (in->full[slot(seq)])
		return INBOX_TWICE;
	in->frames[slot(seq)] = *f;
	in->full[slot(seq)] = true;
	return INBOX_KEPT;
}

struct frame *
inbox_front(struct inbox *in)
{
	return in->full[slot(in->next)] ? &in->frames[slot(in->next)] : NULL;
}

struct frame *
inbox_first(struct inbox *in)
{
	for (uint64_t seq = in->next; seq < in->next + WINDOW_BATCHES; seq++)
		if (in->full[slot(seq)])
			return &in->frames[slot(seq)];
	return NULL;
}

void
inbox_remove(struct inbox *in, uint64_t seq)
{
	empty(in, slot(seq));
}

void
inbox_advance(struct inbox *in)
{
	empty(in, slot(in->next));
	in->next++;
}

void
inbox_skip(struct inbox *in, uint64_t base)
{
	if (base > in->next && base - in->next >= WINDOW_BATCHES) {
		inbox_done(in);
		in->next = base;
	}
	while (in->next < base)
		inbox_advance(in);
}

uint64_t
inbox_have(const struct inbox *in)
{
	uint64_t bits = 0;

	for (unsigned i = 0; i < WINDOW_BATCHES; i++)
		bits |= (uint64_t)in->full[slot(in->next + i)] << i;
	return bits;
}

void
inbox_done(struct inbox *in)
{
	for (size_t i = 0; i < WINDOW_BATCHES; i++)
		empty(in, i);
}
