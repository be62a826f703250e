#include "stages/write/course.h"

void
mark_copy(struct mark *to, const struct mark *from)
{
	to->next = from->next;
	to->counts = from->counts;
	to->token = from->token;
	to->state.n = 0;
	buf_span(&to->state, from->token.state);
	to->token.state = buf_view(&to->state);
}

void
course_boundary(struct course *c)
{
	mark_copy(&c->boundary, &c->taken);
	tallies_move(&c->settled, &c->fresh);
}

static void
forget_tallies(struct course *c)
{
	tallies_done(&c->fresh);
	tallies_done(&c->settled);
}

void
course_forget(struct course *c)
{
	struct mark *all[] = {&c->taken, &c->boundary, &c->under_way, &c->durable};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		mark_copy(all[i], &(struct mark){0});
	forget_tallies(c);
}

void
course_go_on(struct course *c, struct checkpoint *from)
{
	course_forget(c);
	mark_copy(&c->taken,
	    &(struct mark){.next = from->next, .counts = from->counts, .token = from->token});
	memcpy(c->settled.by, from->by, sizeof(from->by));
	memset(from->by, 0, sizeof(from->by));
	mark_copy(&c->boundary, &c->taken);
	mark_copy(&c->durable, &c->taken);
}

void
course_describe(const struct course *c, struct checkpoint *to)
{
	to->next = c->boundary.next;
	to->token = c->boundary.token;
	to->counts = c->boundary.counts;
	memcpy(to->by, c->settled.by, sizeof(to->by));
}

void
course_done(struct course *c)
{
	buf_done(&c->taken.state);
	buf_done(&c->boundary.state);
	buf_done(&c->under_way.state);
	buf_done(&c->durable.state);
	forget_tallies(c);
}
