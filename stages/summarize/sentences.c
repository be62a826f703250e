#include "stages/summarize/sentences.h"

#include "common/utf8.h"
#include "stages/summarize/brackets.h"
#include "stages/summarize/items.h"
#include "stages/summarize/marks.h"
#include "stages/summarize/sides.h"
#include "stages/summarize/stops.h"

enum { FIRST_CUTS = 64 };

/* First bytes of stops, brackets, bullets and line breaks, where the pass has to look closer. */
static const bool looks[256] = {
    ['.'] = true,
    ['!'] = true,
    ['?'] = true,
    ['\n'] = true,
    ['('] = true,
    [')'] = true,
    [':'] = true,
    [';'] = true,
    [0xD6] = true,
    [0xD8] = true,
    [0xDB] = true,
    [0xE0] = true,
    [0xE1] = true,
    [0xE2] = true,
    [0xE3] = true,
    [0xEF] = true,
};

static void
add(struct cuts *cuts, struct arena *a, struct span text, size_t start, size_t end)
{
	struct span s = utf8_trim(span_cut(text, start, end));

	if (s.n == 0)
		return;
	if (cuts->n == cuts->cap) {
		size_t cap = cuts->cap == 0 ? FIRST_CUTS : 2 * cuts->cap;
		struct cut *cut = arena_alloc(a, cap * sizeof(*cut));

		if (cuts->n > 0)
			memcpy(cut, cuts->cut, cuts->n * sizeof(*cut));
		cuts->cut = cut;
		cuts->cap = cap;
	}
	cuts->cut[cuts->n].start = (uint32_t)(s.p - text.p);
	cuts->cut[cuts->n++].end = (uint32_t)(s.p - text.p + s.n);
}

static bool
is_bullet(uint32_t c)
{
	return c == 0x2022 || c == 0x2043 || c == 0x25E6 || c == 0x25AA || c == 0x25CF;
}

/* Whether the line that begins at `at` begins a sentence: it is empty, or an item of a list. */
static bool
line_begins(struct span text, size_t at)
{
	size_t next;

	while (at < text.n && (text.p[at] == ' ' || text.p[at] == '\t' || text.p[at] == '\r'))
		at++;
	if (at >= text.n || text.p[at] == '\n')
		return at < text.n;
	if ((text.p[at] == '-' || text.p[at] == '*') && at + 1 < text.n && text.p[at + 1] == ' ')
		return true;
	next = at;
	return is_bullet(utf8_next(text, &next, NULL));
}

/* What the pass knows of the sentence that it is in. */
struct pass {
	struct cuts *cuts;
	struct arena *arena;
	const struct lexicon *lexicon;
	struct span text;
	size_t start; /* of the sentence, or the space before it */
	struct bracket bracket;
	struct item item; /* the newest item of a list */
};

/*
 * Where the sentence behind `end` starts: at the last space before its first character, so that
 * nothing that looks back to its start has to pass over many.
 */
static size_t
start_behind(struct span text, size_t end)
{
	size_t at = sides_skip_spaces(text, end);

	if (at > end)
		utf8_previous(text, &at);
	return at;
}

/* End the sentence at `end`, and begin the next. */
static void
cut(struct pass *p, size_t end)
{
	struct item item;
	size_t at = end;

	add(p->cuts, p->arena, p->text, p->start, end);
	p->start = start_behind(p->text, end);
	p->bracket = (struct bracket){0};
	while (at < p->text.n && (p->text.p[at] == ' ' || p->text.p[at] == '\n'))
		at++;
	item = item_read(p->text, at);
	if (item.number > 0)
		p->item = item;
}

/* A mark that may end the marker of the next item of a list, which begins a sentence. */
static void
see_item(struct pass *p, size_t at)
{
	size_t start;

	if (p->item.number == 0)
		return;
	start = item_start(p->text, p->start, at);
	if (start < p->text.n && item_follows(p->item, item_read(p->text, start)))
		cut(p, start);
}

/* The stop at `at`; where to go on. */
static size_t
see_stop(struct pass *p, size_t at)
{
	struct stop stop = stop_read(p->text, p->start, at);

	if (!bracket_holds(&p->bracket, p->text, p->start, stop.end) &&
	    stop_ends(p->lexicon, &stop))
		cut(p, stop.after);
	else if (stop.after > stop.end && p->bracket.closer != 0)
		return stop.end;
	return stop.after;
}

/* The character c at `at`, ending at `next`, which may matter; where to go on. */
static size_t
see(struct pass *p, uint32_t c, size_t at, size_t next)
{
	struct span text = p->text;
	size_t before = at;

	if (c == '.' || c == ')')
		see_item(p, at);
	if (bracket_is(c)) {
		bracket_see(&p->bracket, c, at);
	} else if (mark_is_stop(c) || ((c == ':' || c == ';') && at > p->start &&
					  mark_is_stop_of(c, utf8_previous(text, &before)))) {
		return see_stop(p, at);
	} else if (c == '\n' ? line_begins(text, next)
			     : is_bullet(c) && at > p->start && text.p[at - 1] == ' ') {
		cut(p, at);
	}
	return next;
}

/* By ICU, as far as it goes. */
static void
split_by_icu(struct pass *p, struct breaks *b)
{
	size_t end;

	while ((end = breaks_next(b)) > 0) {
		add(p->cuts, p->arena, p->text, p->start, end);
		p->start = end;
	}
	add(p->cuts, p->arena, p->text, p->start, p->text.n);
}

/* The next byte that the pass has to look at, or the end. */
static size_t
skip(struct span text, size_t at)
{
	while (at < text.n && !looks[(unsigned char)text.p[at]])
		at++;
	return at;
}

void
sentences_split(struct cuts *ret, struct arena *a, const struct lexicon *l, struct span text)
{
	struct pass p = {.cuts = ret, .arena = a, .lexicon = l, .text = text};
	size_t at;

	at = p.start = start_behind(text, 0);
	ret->n = 0;
	if (text.n == 0)
		return;
	if (lexicon_breaks(l) != NULL && breaks_wants(text) &&
	    breaks_begin(lexicon_breaks(l), text)) {
		split_by_icu(&p, lexicon_breaks(l));
		return;
	}
	p.item = item_read(text, 0);
	while ((at = skip(text, at)) < text.n) {
		size_t next = at + 1;
		uint32_t c = (unsigned char)text.p[at];

		if (c >= 0x80) {
			next = at;
			c = utf8_next(text, &next, NULL);
		}
		at = see(&p, c, at, next);
		if (at < p.start)
			at = p.start;
	}
	add(ret, a, text, p.start, text.n);
}
