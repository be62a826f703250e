#include "stages/poison.h"

#include <stdlib.h>

#include "common/mem.h"
#include "proto/document_pack.h"

/* What one try brought; the documents' spans point into it. */
struct outcome {
	struct buf bytes;
	struct batch batch;
};

struct salvage {
	const struct stage *stage;
	struct poison_known *known;
	poison_try *again;
	void *context;
	struct batch whole; /* takes the results */
	unsigned deaths[BATCH_DOCUMENTS];
	bool done[BATCH_DOCUMENTS];
	bool apart; /* nobody was at what killed it: try each alone */
	struct outcome *outcomes;
	size_t n_outcomes;
};

/* The documents of one try, by their number in the batch. */
struct choice {
	size_t n;
	uint32_t at[BATCH_DOCUMENTS];
};

static struct span
reason_of(enum jail_end end)
{
	switch (end) {
	case JAIL_HUNG: return SPAN("hung");
	case JAIL_MEMORY: return SPAN("memory");
	case JAIL_BREACH: return SPAN("jail");
	default: return SPAN("crashed");
	}
}

static bool
knows_key(const struct poison_known *known, uint64_t key)
{
	for (size_t i = 0; i < known->n && i < POISON_KNOWN; i++)
		if (known->seen[i].key == key)
			return true;
	return false;
}

bool
poison_may_know(const struct poison_known *known, const struct batch *b)
{
	for (size_t i = 0; known->n > 0 && i < b->n_documents; i++)
		if (knows_key(known, b->documents[i].key))
			return true;
	return false;
}

static struct hash
hash_of(const struct document *d)
{
	struct buf packed = {0};
	struct hash hash;

	document_pack(&packed, d, SCOPE_WIRE);
	hash = hash128(buf_view(&packed));
	buf_done(&packed);
	return hash;
}

static const struct jail_answer *
verdict_of(const struct poison_known *known, const struct document *d)
{
	struct hash hash;

	if (!knows_key(known, d->key))
		return NULL;
	hash = hash_of(d);
	for (size_t i = 0; i < known->n && i < POISON_KNOWN; i++)
		if (known->seen[i].key == d->key &&
		    memcmp(&known->seen[i].hash, &hash, sizeof(hash)) == 0)
			return &known->seen[i].answer;
	return NULL;
}

static void
remember(struct poison_known *known, const struct document *d, const struct jail_answer *answer)
{
	size_t at = known->n++ % POISON_KNOWN;

	known->seen[at].key = d->key;
	known->seen[at].hash = hash_of(d);
	known->seen[at].answer = *answer;
}

static void
set_aside(struct salvage *s, uint32_t i, const struct jail_answer *answer)
{
	struct document *d = &s->whole.documents[i];
	struct fault f = {
	    .stage = span_str(s->stage->name),
	    .reason = reason_of(answer->end),
	    .detail = arena_copy(&s->whole.arena, span_str(answer->detail)),
	    .attempts = POISON_TRIES,
	};

	if (s->stage->refuses)
		d->refused = f;
	else
		d->error = f;
	s->done[i] = true;
}

/* A try ended badly: who was at it? */
static void
count_death(struct salvage *s, const struct choice *c, const struct jail_answer *answer)
{
	uint32_t item = c->n == 1 ? 0 : answer->item;

	if (answer->end == JAIL_KILLED)
		return; /* nobody */
	if (item >= c->n) {
		s->apart = true;
		return;
	}
	if (++s->deaths[c->at[item]] >= POISON_TRIES) {
		remember(s->known, &s->whole.documents[c->at[item]], answer);
		set_aside(s, c->at[item], answer);
	}
}

/* The first suspect alone; else all that are left, or the first of them. */
static void
choose(const struct salvage *s, struct choice *c)
{
	c->n = 0;
	for (uint32_t i = 0; i < s->whole.n_documents; i++) {
		if (s->done[i])
			continue;
		if (s->deaths[i] > 0) {
			c->at[0] = i;
			c->n = 1;
			return;
		}
		c->at[c->n++] = i;
	}
	if (s->apart && c->n > 1)
		c->n = 1;
}

/* The body of a batch of these documents only. */
static void
pack_choice(const struct salvage *s, const struct choice *c, struct buf *out)
{
	struct batch piece = s->whole;

	piece.documents = mem_zero(c->n, sizeof(*piece.documents));
	piece.n_documents = c->n;
	for (size_t k = 0; k < c->n; k++)
		piece.documents[k] = s->whole.documents[c->at[k]];
	batch_pack(out, &piece);
	free(piece.documents);
}

/* The result of a try becomes the batch's; its bytes stay until the end. */
static int
take_home(struct salvage *s, const struct choice *c, struct buf *result)
{
	struct outcome *p;

	s->outcomes = mem_grow(s->outcomes, (s->n_outcomes + 1) * sizeof(*s->outcomes));
	p = &s->outcomes[s->n_outcomes++];
	*p = (struct outcome){.bytes = *result};
	*result = (struct buf){0};
	TRY(batch_unpack(&p->batch, buf_view(&p->bytes)));
	for (size_t k = 0; k < c->n; k++) {
		s->whole.documents[c->at[k]] = p->batch.documents[k];
		s->done[c->at[k]] = true;
	}
	return 0;
}

static int
try_once(struct salvage *s, const struct choice *c)
{
	struct buf body = {0}, result = {0};
	struct jail_answer answer;
	int r;

	pack_choice(s, c, &body);
	r = s->again(s->context, buf_view(&body), &answer, &result);
	if (r == 0 && answer.end == JAIL_DONE)
		r = take_home(s, c, &result);
	else if (r == 0)
		count_death(s, c, &answer);
	buf_done(&body);
	buf_done(&result);
	return r;
}

/* Those that were refused before go on untouched; who is known is not tried again. */
static void
pass_over_known(struct salvage *s)
{
	for (uint32_t i = 0; i < s->whole.n_documents; i++) {
		const struct document *d = &s->whole.documents[i];
		const struct jail_answer *verdict;

		s->done[i] = document_is_refused(d);
		verdict = s->done[i] ? NULL : verdict_of(s->known, d);
		if (verdict != NULL)
			set_aside(s, i, verdict);
	}
}

static void
done(struct salvage *s)
{
	for (size_t i = 0; i < s->n_outcomes; i++) {
		batch_done(&s->outcomes[i].batch);
		buf_done(&s->outcomes[i].bytes);
	}
	free(s->outcomes);
	batch_done(&s->whole);
}

int
poison_salvage(const struct stage *s, struct poison_known *known, struct span body,
    const struct jail_answer *first, poison_try *again, void *context, struct buf *out)
{
	struct salvage salvage = {.stage = s, .known = known, .again = again, .context = context};
	struct choice c = {0};
	int r;

	TRY(batch_unpack(&salvage.whole, body));
	c.n = salvage.whole.n_documents;
	for (uint32_t i = 0; i < c.n; i++)
		c.at[i] = i;
	if (first != NULL)
		count_death(&salvage, &c, first);
	pass_over_known(&salvage);
	for (r = 0, choose(&salvage, &c); r == 0 && c.n > 0; choose(&salvage, &c))
		r = try_once(&salvage, &c);
	if (r == 0)
		batch_pack(out, &salvage.whole);
	done(&salvage);
	return r;
}
