#include "proto/sketch.h"

#include <stdlib.h>

#include "common/mem.h"
#include "common/utf8.h"
#include "proto/guard_words.h"
#include "proto/text_masks.h"
#include "proto/word_case.h"

enum {
	PENDING = 4096, /* hashes that go to the minhash together */
	RUN_SPACED = 5, /* characters */
	RUN_SPACELESS = 3,
	ORDER_BASE = 37,
};

struct sketcher {
	struct text_masks masks;
	struct minhash minhash;
	uint32_t pending[PENDING];
	size_t n_pending;
	struct sketch_trace *trace; /* or NULL */
};

struct sketcher *
sketcher_open(void)
{
	return mem_zero(1, sizeof(struct sketcher));
}

void
sketcher_close(struct sketcher *s)
{
	if (s == NULL)
		return;
	text_masks_done(&s->masks);
	free(s);
}

static inline uint64_t
mix(uint64_t x)
{
	x ^= x >> 32;
	x *= UINT64_C(0xD6E8FEB86659FD93);
	x ^= x >> 32;
	return x * UINT64_C(0x9E3779B97F4A7C15);
}

static void
flush(struct sketcher *s)
{
	minhash_add(&s->minhash, s->pending, s->n_pending);
	if (s->trace != NULL)
		buf_put(&s->trace->set, s->pending, s->n_pending * sizeof(*s->pending));
	s->n_pending = 0;
}

static inline void
put_hash(struct sketcher *s, uint64_t hash)
{
	s->pending[s->n_pending++] = (uint32_t)(hash >> 32);
	if (s->n_pending == PENDING)
		flush(s);
}

/* traits */

enum list { LIST_NUMBERS, LIST_NAMES, LIST_NEGATIONS, LIST_SIDES };

static void
note(const struct sketcher *s, enum list list, struct span word)
{
	struct sketch_trace *t = s->trace;
	struct buf *const lists[] = {&t->numbers, &t->names, &t->negations, &t->sides};

	buf_span(lists[list], word);
	buf_byte(lists[list], ' ');
}

void
sketch_trace_done(struct sketch_trace *t)
{
	buf_done(&t->set);
	buf_done(&t->numbers);
	buf_done(&t->names);
	buf_done(&t->negations);
	buf_done(&t->sides);
}

static bool
is_digit(struct span form, size_t at)
{
	return at < form.n && form.p[at] >= '0' && form.p[at] <= '9';
}

/* A letter or a digit stands there, of ASCII or not. */
static bool
is_joined(struct span form, size_t at)
{
	unsigned char c = at < form.n ? (unsigned char)form.p[at] : ' ';

	return c >= 0x80 || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/* What stands around [from, to) and belongs to the number: signs, a decimal point, per cent. */
static uint64_t
number_around(struct span form, size_t from, size_t to)
{
	char before = from > 0 ? form.p[from - 1] : ' ', after = to < form.n ? form.p[to] : ' ';
	uint64_t around = 0;

	if (memchr("-+#./:(", before, 7) != NULL || (before == ',' && is_digit(form, from - 2)))
		around = (unsigned char)before;
	if (memchr("%/:)(", after, 5) != NULL || (after == '-' && !is_joined(form, to + 1)) ||
	    ((after == '.' || after == ',') && is_digit(form, to + 1)))
		around |= (uint64_t)(unsigned char)after << 8;
	if (form.n - to >= 3 && memcmp(form.p + to, "\u2030", 3) == 0)
		around |= 1 << 16;
	if (from > 0 && before == '$')
		around |= 1 << 17;
	return around;
}

/* The numbers and names count in their order: 3 to 2 is not 2 to 3. */
static void
add_to(uint32_t *digest, uint64_t hash)
{
	*digest = (uint32_t)(mix(*digest + mix(hash)) >> 32);
}

static void
add_order(struct sketch *k, unsigned what)
{
	k->order = (uint16_t)(k->order * ORDER_BASE + what);
}

static void
add_side(struct sketch *k, const struct guard_word *w)
{
	uint32_t *side = &k->sides[w->other];
	unsigned shift = 2 * w->class;
	uint32_t count = (*side >> shift) + 1;

	*side = (*side & ~((uint32_t)3 << shift)) | (count & 3) << shift;
	add_order(k, 2 * w->class + w->other + 1);
}

static void
add_negation(struct sketch *k)
{
	k->negations++;
	add_to(&k->numbers, 1); /* where it stands among them */
	add_order(k, 2 * GUARD_CLASSES + 1);
}

static void
add_role(struct sketcher *s, struct sketch *k, struct span word, uint64_t hash)
{
	const struct guard_word *w = guard_find(hash);
	static const enum list lists[] = {[GUARD_NUMBER] = LIST_NUMBERS,
	    [GUARD_NEGATION] = LIST_NEGATIONS,
	    [GUARD_SIDE] = LIST_SIDES};

	switch (w->role) {
	case GUARD_NUMBER: add_to(&k->numbers, hash); break;
	case GUARD_NEGATION: add_negation(k); break;
	case GUARD_SIDE: add_side(k, w); break;
	case GUARD_NONE: return;
	}
	if (s->trace != NULL)
		note(s, lists[w->role], word);
}

/* A word of the normal form, [from, to), that has no digit. */
static inline void
add_word(
    struct sketcher *s, struct sketch *k, struct span form, size_t from, size_t to, uint64_t hash)
{
	if (to - from == 1 && form.p[from] == 't' && from >= 2 && form.p[from - 1] == '\'' &&
	    form.p[from - 2] == 'n') {
		add_negation(k);
		if (s->trace != NULL)
			note(s, LIST_NEGATIONS, SPAN("n't"));
	}
	if (guard_may_have_role(hash))
		add_role(s, k, span_cut(form, from, to), hash);
}

static void
add_number(
    struct sketcher *s, struct sketch *k, struct span form, size_t from, size_t to, uint64_t hash)
{
	add_to(&k->numbers, hash + mix(number_around(form, from, to)));
	if (s->trace == NULL)
		return;
	from -= from > 0 && !is_joined(form, from - 1) && form.p[from - 1] != ' ';
	to += to < form.n && !is_joined(form, to) && form.p[to] != ' ';
	note(s, LIST_NUMBERS, span_cut(form, from, to));
}

/* Of the raw text: words with a capital that are more than articles and the like. */
static void
add_names(struct sketcher *s, struct span text, struct sketch *k)
{
	const struct text_masks *m = &s->masks;
	bool spaceless, any = false;

	text_masks_make(&s->masks, text);
	spaceless = text_masks_is_spaceless(m);
	for (size_t end = 0, at; (at = text_masks_find(m->capitals, end, text.n, true)) < text.n;) {
		size_t from = at;
		uint64_t hash;
		const struct guard_word *w;

		any = true;
		while (from > end && text_masks_has(m->words, from - 1))
			from--;
		end = text_masks_find(m->words, at, text.n, false);
		hash = word_case_hash(span_cut(text, from, end));
		w = guard_find(hash);
		if (!spaceless && (w->function || w->role == GUARD_NUMBER))
			continue;
		add_to(&k->names, hash);
		if (s->trace != NULL)
			note(s, LIST_NAMES, span_cut(text, from, end));
	}
	if (!any || 2 * m->caseless > m->letters)
		k->flags |= SKETCH_CASELESS;
}

/* the set */

/* The words of the normal form: their traits, and with `pairs` each with its neighbour. */
static void
add_words(struct sketcher *s, struct span form, struct sketch *k, const uint32_t *edges, size_t n,
    bool pairs)
{
	const uint64_t *digits = s->masks.digits;
	uint64_t before = 0;

	for (size_t i = 0; i < n; i++) {
		size_t from = edges[2 * i], to = edges[2 * i + 1];
		uint64_t hash = guard_hash(form.p + from, to - from);

		if (text_masks_any(digits, from, to))
			add_number(s, k, form, from, to, hash);
		else
			add_word(s, k, form, from, to, hash);
		if (pairs && i > 0)
			put_hash(s, guard_mix(before * UINT64_C(0xD1B54A32D192ED03) + hash));
		before = hash;
	}
}

/* Runs of characters; what is no letter or digit counts as one space, or as nothing. */
static size_t
add_characters(struct sketcher *s, struct span form, struct sketch *k, bool spaceless)
{
	unsigned run = spaceless ? RUN_SPACELESS : RUN_SPACED;
	uint32_t last[RUN_SPACED] = {0};
	size_t n = 0;

	for (size_t at = 0; at < form.n;) {
		size_t from = at;
		uint32_t c = utf8_next(form, &at, NULL);
		bool is_word =
		    c >= 0x80 ? c < 0x2000 || c > 0x206F : text_masks_has(s->masks.words, from);
		uint64_t hash = 0;

		if (c >= 0x3000 && c <= 0x303F)
			is_word = false;
		if (!is_word && (spaceless || last[run - 1] == ' '))
			continue;
		if (spaceless && c >= 0x80) /* a sign is a word by itself */
			add_role(
			    s, k, span_cut(form, from, at), guard_hash(form.p + from, at - from));
		memmove(last, last + 1, (run - 1) * sizeof(*last));
		last[run - 1] = is_word ? c : ' ';
		if (++n < run)
			continue;
		for (unsigned i = 0; i < run; i++)
			hash = mix(hash + last[i]);
		put_hash(s, mix(hash));
	}
	return n < run ? 0 : n - run + 1;
}

void
sketch_make(struct sketcher *s, struct span text, struct span form, struct sketch *ret,
    struct sketch_trace *ret_trace)
{
	struct sketch k = {.flags = SKETCH_MADE};
	const uint32_t *edges;
	bool spaceless, pairs;
	size_t n = SKETCH_LEAST, words;

	s->trace = ret_trace;
	minhash_init(&s->minhash);
	text_masks_make(&s->masks, form);
	spaceless = text_masks_is_spaceless(&s->masks);
	words = text_masks_words(&s->masks, &edges);
	pairs = !spaceless && words >= SKETCH_WORDS;
	add_words(s, form, &k, edges, words, pairs);
	if (!pairs) {
		k.flags |= SKETCH_CHARACTERS;
		n = add_characters(s, form, &k, spaceless);
	}
	flush(s);
	if (n < SKETCH_LEAST) {
		*ret = (struct sketch){0};
		return;
	}
	add_names(s, text, &k);
	minhash_bytes(k.lanes, &s->minhash);
	*ret = k;
}
