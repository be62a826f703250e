#include "stages/summarize/outline.h"

#include "common/hash.h"
#include "common/utf8.h"
#include "stages/summarize/facts.h"
#include "stages/summarize/letters.h"
#include "stages/summarize/marks.h"
#include "stages/summarize/proper_names.h"
#include "stages/summarize/sentences.h"
#include "stages/summarize/worth.h"

enum {
	FIRST_LINES = 64,
	FIRST_TOPICS = 1024,
	CLOSERS = 4,
	PROBES = 64,
	COMMON_LEAST = 3, /* sentences; fewer make no word common */
	COMMON_SHARE = 5, /* a common word is in one sentence of so many */
};

/* What one reading needs besides the outline. */
struct reader {
	struct outline *out;
	struct cuts cuts;
	struct pieces pieces;
};

bool
outline_is_dropped(const struct document *d, uint32_t n)
{
	size_t from = 0, to = d->n_dropped;

	while (from < to) {
		size_t half = from + (to - from) / 2;

		if (d->dropped[half].n == n)
			return true;
		if (d->dropped[half].n < n)
			from = half + 1;
		else
			to = half;
	}
	return false;
}

/* Words while they are counted. */
struct counting {
	uint32_t n;
	bool inside; /* a word that has not ended */
};

/* The ends of words in eight bytes, which are ASCII. */
static void
count_eight(struct counting *c, uint64_t bytes)
{
	uint64_t spaces = letter_eight_spaces(bytes), behind = spaces << 8 | (c->inside ? 0 : 0x80);

	c->n += letter_eight_count(spaces & ~behind);
	c->inside = spaces >> 63 == 0;
}

static void
count_one(struct counting *c, enum letter kind)
{
	bool ends = kind == LETTER_SPACE || kind == LETTER_IDEOGRAPH;

	c->n += (c->inside && ends) + (kind == LETTER_IDEOGRAPH);
	c->inside = !ends;
}

/* The ends of words: white space behind something else. A Han or kana character ends one too. */
static uint32_t
count_words(struct span s)
{
	struct counting c = {0};

	for (size_t at = 0; at < s.n;) {
		uint64_t bytes = s.n - at < 8 ? letter_eight(0x80) : lexicon_load(s.p + at);

		if ((bytes & letter_eight(0x80)) == 0) {
			count_eight(&c, bytes);
			at += 8;
		} else {
			count_one(&c, letter_of(utf8_next(s, &at, NULL)));
		}
	}
	return c.n + c.inside;
}

static void
push_topic(struct outline *o, uint32_t topic)
{
	if (o->n_topics == o->cap_topics) {
		size_t cap = o->cap_topics == 0 ? FIRST_TOPICS : 2 * o->cap_topics;
		uint32_t *topics = arena_alloc(o->arena, cap * sizeof(*topics));

		if (o->n_topics > 0)
			memcpy(topics, o->topics, o->n_topics * sizeof(*topics));
		o->topics = topics;
		o->cap_topics = cap;
	}
	o->topics[o->n_topics++] = topic;
}

/* Append the distinct topics of a sentence; stamp tells it from the others. */
static uint32_t
add_topics(struct outline *o, const struct pieces *p, uint32_t stamp)
{
	size_t before = o->n_topics;

	for (size_t i = 0; i < p->n; i++) {
		struct word *word;
		uint32_t topic;

		if (p->piece[i].kind != PIECE_WORD || piece_is(p, i, LEX_STOP))
			continue;
		topic = o->words.word[p->piece[i].id].topic;
		word = &o->words.word[topic];
		if (topic == 0 || word->seen == stamp)
			continue;
		word->seen = stamp;
		word->sentences++;
		push_topic(o, topic);
	}
	return (uint32_t)(o->n_topics - before);
}

/* The last mark of a sentence that does not close a quotation or a bracket, or 0. */
static uint32_t
last_mark(const struct pieces *p)
{
	for (size_t i = p->n; i > 0 && i + CLOSERS > p->n; i--) {
		const struct piece *x = &p->piece[i - 1];

		if (x->kind != PIECE_MARK)
			return piece_has(p, i - 1, PIECE_DOTTED) ? '.' : 0;
		if (!mark_is_closer(x->id))
			return x->id;
	}
	return 0;
}

static uint16_t
flags_of(const struct pieces *p)
{
	uint32_t last = last_mark(p);
	size_t first = 0;
	uint16_t flags = 0;

	if (last == '?' || last == 0x61F || last == 0xFF1F)
		flags |= LINE_QUESTION;
	if (last == 0 || last == ':' || last == ',' || last == ';')
		flags |= LINE_OPEN;
	if (piece_is_mark(p, 0, '"') || piece_is_mark(p, 0, 0x201C) ||
	    piece_is_mark(p, 0, 0x2018) || piece_is_mark(p, 0, '\'') || piece_is_mark(p, 0, 0xAB))
		flags |= LINE_QUOTED;
	while (first < p->n && p->piece[first].kind == PIECE_MARK)
		first++;
	if (first == p->n)
		flags |= LINE_BARE;
	if (piece_is(p, first, LEX_POINTING))
		flags |= LINE_POINTING;
	return flags;
}

static void
count_facts(struct line *line, const struct fact *facts, size_t n)
{
	for (size_t i = 0; i < n; i++)
		line->n_facts[facts[i].kind]++;
}

static struct line *
push_line(struct outline *o)
{
	if (o->n == o->cap) {
		size_t cap = o->cap == 0 ? FIRST_LINES : 2 * o->cap;
		struct line *line = arena_alloc(o->arena, cap * sizeof(*line));

		if (o->n > 0)
			memcpy(line, o->line, o->n * sizeof(*line));
		o->line = line;
		o->cap = cap;
	}
	o->line[o->n] = (struct line){0};
	return &o->line[o->n++];
}

static void
read_line(struct reader *r, const struct paragraph *paragraph, struct cut cut, bool first)
{
	struct outline *o = r->out;
	struct line *line = push_line(o);
	struct fact facts[FACTS_MAX];
	size_t n;

	line->paragraph = paragraph;
	line->start = cut.start;
	line->end = cut.end;
	line->order = (uint32_t)o->n_prose;
	pieces_read(&r->pieces, o->arena, &o->words, paragraph->text, cut.start, cut.end);
	names_learn(&o->words, &r->pieces);
	line->traits = traits_of(&r->pieces);
	line->flags = flags_of(&r->pieces) | (first ? LINE_FIRST : 0);
	if (paragraph->kind == KIND_HEADING)
		line->flags |= LINE_HEADING;
	else if (paragraph->kind == KIND_TABLE || paragraph->kind == KIND_CODE)
		line->flags |= LINE_SIDE;
	else
		o->n_prose++;
	line->topics = (uint32_t)o->n_topics;
	if ((line->flags & (LINE_HEADING | LINE_SIDE)) == 0)
		line->n_topics = add_topics(o, &r->pieces, (uint32_t)o->n);
	line->n_words = count_words(line_text(line));
	n = facts_find(facts, o->arena, &r->pieces);
	count_facts(line, facts, n);
	line->claim = worth_of(&r->pieces, facts, n);
}

static void
read_paragraph(struct reader *r, const struct paragraph *paragraph)
{
	sentences_split(&r->cuts, r->out->arena, r->out->words.lexicon, paragraph->text);
	for (size_t i = 0; i < r->cuts.n; i++)
		read_line(r, paragraph, r->cuts.cut[i], i == 0);
}

/*
 * In a language without a list of function words these are the words that stand in many sentences,
 * mostly without a capital: no line has them as topics.
 */
static void
drop_common_topics(struct outline *o)
{
	size_t n = 0;

	for (size_t i = 0; i < o->n; i++) {
		struct line *line = &o->line[i];
		size_t from = line->topics, to = from + line->n_topics;

		line->topics = (uint32_t)n;
		for (; from < to; from++) {
			const struct word *w = &o->words.word[o->topics[from]];

			if (w->sentences < COMMON_LEAST ||
			    w->sentences * COMMON_SHARE < o->n_prose || w->names > w->plain)
				o->topics[n++] = o->topics[from];
		}
		line->n_topics = (uint32_t)(n - line->topics);
	}
	o->n_topics = n;
}

/* The document's title, or else its first heading. */
static struct span
title_of(const struct document *d)
{
	for (size_t i = 0; i < d->n_paragraphs && d->title.n == 0; i++) {
		if (d->paragraphs[i].kind == KIND_HEADING)
			return d->paragraphs[i].text;
	}
	return d->title;
}

/* The title's topics, behind those of all lines; they count as no sentence. */
static void
read_title(struct reader *r, struct span title)
{
	struct outline *o = r->out;
	size_t before = o->n_topics;

	if (title.n == 0)
		return;
	pieces_read(&r->pieces, o->arena, &o->words, title, 0, title.n);
	o->n_title = add_topics(o, &r->pieces, (uint32_t)o->n + 1);
	if (o->n_title > 0)
		o->title = o->topics + before;
	for (size_t i = 0; i < o->n_title; i++)
		o->words.word[o->title[i]].sentences--;
}

/* The slot of a line in a table of ids + 1: that of the same bytes, a free one, or n. */
static size_t
line_slot(const struct outline *o, const uint32_t *slots, size_t n, struct span text)
{
	size_t slot = hash64(text) & (n - 1);

	for (int probe = 0; probe < PROBES; probe++) {
		if (slots[slot] == 0 || span_equal(line_text(&o->line[slots[slot] - 1]), text))
			return slot;
		slot = (slot + 1) & (n - 1);
	}
	return n;
}

/* Mark every line whose bytes stood before. */
static void
mark_repeats(struct outline *o)
{
	size_t n = 16;
	uint32_t *slots;

	while (n < 2 * o->n)
		n *= 2;
	slots = arena_zero(o->arena, n, sizeof(*slots));
	for (size_t i = 0; i < o->n; i++) {
		size_t slot;

		if (o->line[i].flags & LINE_HEADING)
			continue;
		slot = line_slot(o, slots, n, line_text(&o->line[i]));
		if (slot < n && slots[slot] == 0)
			slots[slot] = (uint32_t)i + 1;
		else if (slot < n)
			o->line[i].flags |= LINE_REPEAT;
	}
}

void
outline_read(struct outline *ret, struct arena *a, const struct lexicon *l,
    const struct document *d, bool repeated)
{
	struct reader r = {.out = ret};

	*ret = (struct outline){.arena = a};
	words_init(&ret->words, a, l);
	for (size_t i = 0; i < d->n_paragraphs; i++) {
		if (repeated || !outline_is_dropped(d, d->paragraphs[i].n))
			read_paragraph(&r, &d->paragraphs[i]);
	}
	if (!lexicon_has_stops(l))
		drop_common_topics(ret);
	read_title(&r, title_of(d));
	mark_repeats(ret);
}
