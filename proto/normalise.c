#include "proto/normalise.h"

#include <stdlib.h>
#include <unicode/uchar.h>
#include <unicode/udata.h>
#include <unicode/unorm2.h>
#include <unicode/uset.h>
#include <unicode/utf16.h>

#include "common/buf.h"
#include "common/mem.h"
#include "common/utf8.h"

enum {
	PAGE_CHARS = 64, /* those whose UTF-8 differs in the last byte only */
	PAGES = 0x110000 / PAGE_CHARS,
	FORM_BYTES = 6,
	PIECE_BYTES = 128, /* of text, that go through ICU together, and the rest of a run */
	PIECE_UNITS = PIECE_BYTES + 2 * NORMALISE_RUN, /* the same as UTF-16, at most */
	GROWTH = 18,                                   /* of UTF-16 under NFKC, UAX #15, table 12 */
};

/* What becomes of one character, wherever it stands. */
struct form {
	char bytes[FORM_BYTES]; /* UTF-8 */
	unsigned char n;        /* bytes; 0: it has no such form, ask ICU */
	bool starts;            /* what stands before it does not change what it becomes */
};

struct normaliser {
	USet *others; /* all characters but those that stay themselves */
	UNormalizer2 *nfkc;
	struct form *pages[PAGES]; /* made when first needed */
	fold_ascii *fold;
	struct buf out;
	UChar piece[PIECE_UNITS], made[PIECE_UNITS * GROWTH];
};

/* As utf8_next for valid text, in which most characters have one to three bytes. */
static inline uint32_t
next_char(struct span s, size_t *at)
{
	const unsigned char *p = (const unsigned char *)s.p + *at;
	size_t left = s.n - *at;

	if (p[0] < 0x80) {
		*at += 1;
		return p[0];
	}
	if (p[0] < 0xE0 && left >= 2) {
		*at += 2;
		return (uint32_t)(p[0] & 0x1F) << 6 | (p[1] & 0x3F);
	}
	if (p[0] < 0xF0 && left >= 3) {
		*at += 3;
		return (uint32_t)(p[0] & 0x0F) << 12 | (uint32_t)(p[1] & 0x3F) << 6 | (p[2] & 0x3F);
	}
	return utf8_next(s, at, NULL);
}

static uint32_t
plain(uint32_t c)
{
	if (c >= 0x2010 && c <= 0x2015)
		return '-';
	if (c >= 0x2018 && c <= 0x201F)
		return c < 0x201C ? '\'' : '"';
	if (c == 0x02BC || c == 0x2032)
		return '\'';
	if (c == 0x00AB || c == 0x00BB || c == 0x2033)
		return '"';
	return c == 0x2212 ? '-' : c;
}

/* A space that would come first or second in a row is none. */
static bool
after_space(const struct buf *out)
{
	return out->n == 0 || out->p[out->n - 1] == ' ';
}

static void
put(struct buf *out, uint32_t c)
{
	char *to = buf_room(out, 4);

	if (c > ' ' && c < 0x80) {
		*to = (char)c;
		out->n++;
	} else if (!utf8_is_space(c)) {
		out->n += utf8_put(to, c);
	} else if (!after_space(out)) {
		*to = ' ';
		out->n++;
	}
}

/*
 * Append what becomes of a piece of at most PIECE_UNITS. Quotes and dashes are made plain before
 * ICU, which would make two primes of a double one, and after it, which makes some of others.
 */
static void
fold_piece(struct normaliser *n, struct span text)
{
	UErrorCode status = U_ZERO_ERROR;
	int32_t units = 0, made, i = 0;

	for (size_t at = 0; at < text.n;) {
		uint32_t c = plain(next_char(text, &at));
		U16_APPEND_UNSAFE(n->piece, units, c);
	}
	made = unorm2_normalize(n->nfkc, n->piece, units, n->made, PIECE_UNITS * GROWTH, &status);
	if (U_FAILURE(status))
		abort(); /* out of memory: nothing else can be wrong, there is room */
	while (i < made) {
		uint32_t c;
		U16_NEXT_UNSAFE(n->made, i, c);
		put(&n->out, plain(c));
	}
}

static void
form_make(struct normaliser *n, struct form *form, uint32_t c)
{
	size_t start = n->out.n, made;
	char text[4];

	form->starts = unorm2_hasBoundaryBefore(n->nfkc, (UChar32)plain(c));
	if (!form->starts)
		return;
	put(&n->out, '.'); /* so that a space is kept */
	fold_piece(n, span_of(text, utf8_put(text, c)));
	made = n->out.n - start - 1;
	n->out.n = start;
	if (made <= FORM_BYTES && (made == 1 || memchr(n->out.p + start + 1, ' ', made) == NULL)) {
		memcpy(form->bytes, n->out.p + start + 1, made);
		form->n = (unsigned char)made;
	}
}

static struct form *
page_make(struct normaliser *n, uint32_t page)
{
	struct form *forms = n->pages[page] = mem_zero(PAGE_CHARS, sizeof(*forms));

	for (uint32_t i = 0; i < PAGE_CHARS; i++)
		form_make(n, &forms[i], page * PAGE_CHARS + i);
	return forms;
}

static inline const struct form *
form_of(struct normaliser *n, uint32_t c)
{
	const struct form *forms = n->pages[c / PAGE_CHARS];

	if (forms == NULL)
		forms = page_make(n, c / PAGE_CHARS);
	return &forms[c % PAGE_CHARS];
}

/*
 * Fold the piece of text that begins at from, and return where it ends: at the first place from
 * at_least bytes on where what follows does not matter, or in a run that is too long. The cuts in
 * a run are counted from its first character, so they do not depend on the pieces before.
 */
static size_t
fold_at(struct normaliser *n, struct span text, size_t from, size_t at_least)
{
	size_t at = from, run = 0;

	while (at < text.n) {
		size_t next = at;

		if (form_of(n, next_char(text, &next))->starts) {
			if (at - from >= at_least)
				break;
			run = 0;
		}
		if (run == NORMALISE_RUN)
			break;
		run++;
		at = next;
	}
	fold_piece(n, span_cut(text, from, at));
	return at;
}

static void
put_form(struct buf *out, const struct form *form)
{
	char *to = buf_room(out, sizeof(*form));

	if (form->bytes[0] == ' ' && after_space(out))
		return;
	memcpy(to, form, sizeof(*form)); /* one move; only bytes count */
	out->n += form->n;
}

/*
 * Fold text from at to its end, or to the first character that ICU must see: then the one before
 * it, which may belong to the same run, is taken back. Returns the place where ICU must begin.
 */
static size_t
fold_forms(struct normaliser *n, struct span text, size_t at)
{
	size_t last = at, last_out = n->out.n;

	while (at < text.n) {
		if ((signed char)text.p[at] > ' ') {
			char *to = buf_room(&n->out, text.n - at);
			size_t done = n->fold(to, text.p + at, text.n - at);

			at += done;
			n->out.n += done;
			last = at - 1;
			last_out = n->out.n - 1;
		} else {
			size_t next = at;
			const struct form *form = form_of(n, next_char(text, &next));

			if (form->n == 0) {
				n->out.n = last_out;
				return last;
			}
			last = at;
			last_out = n->out.n;
			put_form(&n->out, form);
			at = next;
		}
	}
	return at;
}

static bool
is_number(uint32_t c)
{
	return c < 0x80 ? c - '0' < 10 : (U_GET_GC_MASK((UChar32)c) & U_GC_N_MASK) != 0;
}

static bool
is_punctuation(uint32_t c)
{
	/* a bit a character: !"#%&'()*,-./ :;?@ [\]_ {} */
	static const uint32_t ascii[4] = {0, 0x8C00F7EE, 0xB8000001, 0x28000000};

	if (c < 0x80)
		return (ascii[c / 32] >> c % 32 & 1) != 0;
	return (U_GET_GC_MASK((UChar32)c) & U_GC_P_MASK) != 0;
}

/* Whether a digit stands at at, or a dot and then a digit: "-.5". */
static bool
number_at(struct span s, size_t at)
{
	uint32_t c = at < s.n ? next_char(s, &at) : 0;

	if (c == '.' && at < s.n)
		c = next_char(s, &at);
	return is_number(c);
}

/* Where s begins without outer punctuation. + is a symbol, not punctuation: it stays anyway. */
static size_t
front(struct span s)
{
	size_t at = 0;

	while (at < s.n) {
		size_t next = at;
		uint32_t c = next_char(s, &next);

		if (c != ' ' && !is_punctuation(c))
			break;
		if ((c == '#' || c == '-' || c == '(' || c == '/' || c == '.') &&
		    number_at(s, next))
			break;
		at = next;
	}
	return at;
}

static bool
stays_after_digit(uint32_t c)
{
	return c == '%' || c == 0x2030 || c == '#' || c == '-' || c == '(' || c == ')' || c == '/';
}

/* Where s ends without outer punctuation, but not before from. */
static size_t
back(struct span s, size_t from)
{
	size_t end = s.n;

	while (end > from) {
		size_t start = end, digit;
		uint32_t c = utf8_previous(s, &start);

		if (c != ' ' && !is_punctuation(c))
			break;
		digit = start;
		if (stays_after_digit(c) && start > from && is_number(utf8_previous(s, &digit)))
			break;
		end = start;
	}
	return end;
}

static struct span
strip(struct span s, uint32_t *ret_chars)
{
	size_t from, to;

	if (s.n > 0 && s.p[s.n - 1] == ' ')
		s.n--;
	from = front(s);
	to = back(s, from);
	if (from < to)
		s = span_cut(s, from, to);
	*ret_chars = (uint32_t)utf8_count(s);
	return s;
}

struct span
normalise(struct normaliser *n, struct span text, uint32_t *ret_chars)
{
	n->out.n = 0;
	for (size_t at = 0; (at = fold_forms(n, text, at)) < text.n;)
		at = fold_at(n, text, at, 1);
	return strip(buf_view(&n->out), ret_chars);
}

struct span
normalise_slow(struct normaliser *n, struct span text, uint32_t *ret_chars)
{
	n->out.n = 0;
	for (size_t at = 0; at < text.n;)
		at = fold_at(n, text, at, PIECE_BYTES);
	return strip(buf_view(&n->out), ret_chars);
}

int
normalise_open(struct normaliser **ret)
{
	static const UChar others[] = u"[^[:dt=super:][:dt=sub:][:dt=fraction:][:dt=circle:]]";
	struct normaliser *n = mem_zero(1, sizeof(*n));
	UErrorCode status = U_ZERO_ERROR;
	const UNormalizer2 *nfkc;

	/* else ICU_DATA in the environment makes it look for files, before its own data */
	udata_setFileAccess(UDATA_NO_FILES, &status);
	nfkc = unorm2_getNFKCCasefoldInstance(&status);
	n->others = uset_openPattern(others, -1, &status);
	if (U_SUCCESS(status))
		uset_freeze(n->others);
	n->nfkc = unorm2_openFiltered(nfkc, n->others, &status);
	if (U_FAILURE(status)) {
		normalise_close(n);
		return err_set(ERR_SYS, "ICU cannot normalise: %s", u_errorName(status));
	}
	n->fold = fold_ascii_best();
	*ret = n;
	return 0;
}

void
normalise_with(struct normaliser *n, fold_ascii *fold)
{
	n->fold = fold;
}

void
normalise_close(struct normaliser *n)
{
	if (n == NULL)
		return;
	unorm2_close(n->nfkc);
	uset_close(n->others);
	for (size_t i = 0; i < PAGES; i++)
		free(n->pages[i]);
	buf_done(&n->out);
	free(n);
}
