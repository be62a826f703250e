#include "stages/summarize/sentences.h"

#include "common/utf8.h"
#include "stages/summarize/marks.h"
#include "stages/summarize/stops.h"

enum { FIRST_CUTS = 64 };

/* First bytes of stops, bullets and line breaks, where the pass has to look closer. */
static const bool looks[256] = {
    ['.'] = true,
    ['!'] = true,
    ['?'] = true,
    ['\n'] = true,
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

void
sentences_split(struct cuts *ret, struct arena *a, const struct lexicon *l, struct span text)
{
	size_t start = 0, at = 0;

	ret->n = 0;
	if (text.n == 0)
		return;
	while (at < text.n) {
		size_t next = at + 1;
		uint32_t c = (unsigned char)text.p[at];

		if (!looks[c]) {
			at++;
			continue;
		}
		if (c >= 0x80) {
			next = at;
			c = utf8_next(text, &next, NULL);
		}
		if (mark_is_stop(c)) {
			struct stop stop = stop_read(text, start, at);

			next = stop.after;
			if (stop_ends(l, &stop)) {
				add(ret, a, text, start, next);
				start = next;
			}
		} else if (c == '\n' ? line_begins(text, next)
				     : is_bullet(c) && at > start && text.p[at - 1] == ' ') {
			add(ret, a, text, start, at);
			start = at;
		}
		at = next;
	}
	add(ret, a, text, start, text.n);
}
