#include "proto/framing.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/mem.h"
#include "common/utf8.h"
#include "proto/scan.h"

enum {
	BLOCK_BYTES = 1 << 20,
	READ_BYTES = 256 << 10,
	FAR_BYTES = 1 << 20, /* and twice the limit: a MessagePack record is given up there */
	PAGE_BYTES = 1024,   /* by which a page of HTML is known */
	QUIET_MS = 50, /* what --batch-wait is for queues: a batch does not wait longer for more */
};

/* One block is kept for the next time: else what is made meanwhile would come to lie in its gap. */
static struct block *
new_block(struct framing *f, size_t size)
{
	struct block *b = size == BLOCK_BYTES ? f->spare : NULL;

	if (b == NULL)
		b = mem_alloc(sizeof(*b) + size);
	else
		f->spare = NULL;
	b->next = NULL;
	b->size = size;
	return b;
}

static void
free_block(struct framing *f, struct block *b)
{
	if (f->spare == NULL && b->size == BLOCK_BYTES)
		f->spare = b;
	else
		free(b);
}

void
framing_open(struct framing *f, uint64_t max_document)
{
	*f = (struct framing){.fd = -1, .max_document = max_document};
	f->block = new_block(f, BLOCK_BYTES);
}

int
framing_begin(struct framing *f, int fd, enum form form, bool empty_is_text)
{
	struct stat st;

	f->fd = fd;
	f->form = form;
	f->empty_is_text = empty_is_text;
	f->waits = fstat(fd, &st) == 0 && !S_ISREG(st.st_mode);
	f->from = f->looked = f->to; /* behind what earlier pieces point to */
	f->offset = f->n_pieces = 0;
	f->detected = f->ended = f->damaged = f->passing = false;
	if (inflate_open(&f->in, fd) < 0) {
		f->in = NULL;
		framing_end(f);
		return ERR_SYS;
	}
	return 0;
}

int
framing_go_on(struct framing *f, uint64_t offset)
{
	TRY(inflate_skip(f->in, offset));
	f->offset = offset;
	f->detected = true;
	f->n_pieces = 1; /* at least: it is not an input without a byte */
	return 0;
}

bool
framing_at_end(const struct framing *f)
{
	return f->in == NULL || (f->ended && !f->damaged && !f->passing && f->from == f->to);
}

uint64_t
framing_end(struct framing *f)
{
	uint64_t stored = framing_stored(f);

	if (f->in != NULL)
		inflate_close(f->in);
	if (f->fd >= 0)
		close(f->fd);
	f->in = NULL;
	f->fd = -1;
	return stored;
}

/*
 * Room for at least READ_BYTES more. What is not cut yet moves to the start, of this block if no
 * piece points into it, else of a new one.
 */
static void
make_room(struct framing *f)
{
	size_t n = f->to - f->from, size = BLOCK_BYTES;
	struct block *fresh;

	if (f->block->size - f->to >= READ_BYTES)
		return;
	while (size < 2 * n + READ_BYTES)
		size *= 2;
	if (!f->shared && size <= f->block->size)
		memmove(f->block->bytes, f->block->bytes + f->from, n);
	else {
		fresh = new_block(f, size);
		memcpy(fresh->bytes, f->block->bytes + f->from, n);
		f->block->next = f->old;
		f->old = f->block;
		f->block = fresh;
		f->shared = false;
	}
	f->looked -= f->from;
	f->from = 0;
	f->to = n;
}

static bool
is_quiet(const struct framing *f)
{
	struct pollfd p = {.fd = f->fd, .events = POLLIN};

	return f->waits && poll(&p, 1, QUIET_MS) == 0;
}

/* Read some more. 0, or ERR_QUIET when nothing comes; at the end of the input f->ended is set. */
static int
refill(struct framing *f)
{
	size_t got;
	int r;

	if (is_quiet(f))
		return ERR_QUIET;
	make_room(f);
	r = inflate_read(f->in, f->block->bytes + f->to, READ_BYTES, &got);
	if (r < 0) {
		f->damaged = f->ended = true;
		snprintf(f->damage, sizeof(f->damage), "%s", err_text());
		return 0;
	}
	f->to += got;
	f->ended = got == 0;
	return 0;
}

static size_t
left(const struct framing *f)
{
	return f->to - f->from;
}

static const char *
start(const struct framing *f)
{
	return f->block->bytes + f->from;
}

static void
advance(struct framing *f, size_t n)
{
	f->from += n;
	f->offset += n;
	if (f->looked < f->from)
		f->looked = f->from;
}

/* Cut n bytes off as one document. */
static int
cut(struct framing *f, size_t n, struct piece *ret_piece)
{
	*ret_piece = (struct piece){
	    .raw = span_of(start(f), n),
	    .form = f->form,
	    .offset = f->offset,
	    .length = n,
	};
	f->shared = true;
	f->n_pieces++;
	advance(f, n);
	return 0;
}

/* The rest of a damaged input cannot be a document of ours: it is refused with what there is. */
static int
cut_damaged(struct framing *f, struct piece *ret_piece)
{
	cut(f, left(f), ret_piece);
	ret_piece->reason = "damaged";
	snprintf(ret_piece->detail, sizeof(ret_piece->detail), "%s", f->damage);
	f->damaged = false;
	return 0;
}

/*
 * What is too large: passed over up to `stop`, or to the end where stop is negative. ERR_QUIET when
 * nothing comes: to be called again.
 */
static int
pass_large(struct framing *f, int stop, struct piece *ret_piece)
{
	const char *end = NULL;

	if (!f->passing) {
		f->passing = true;
		f->passed_from = f->offset;
		f->n_pieces++;
	}
	for (;;) {
		end = stop < 0 || left(f) == 0 ? NULL : memchr(start(f), stop, left(f));
		advance(f, end != NULL ? (size_t)(end - start(f)) : left(f));
		if (end != NULL || f->ended)
			break;
		TRY(refill(f));
	}
	f->passing = false;
	*ret_piece = (struct piece){
	    .form = f->form,
	    .offset = f->passed_from,
	    .length = f->offset - f->passed_from,
	    .reason = "too-large",
	};
	snprintf(ret_piece->detail, sizeof(ret_piece->detail),
	    "%llu bytes, over --max-document %llu", (unsigned long long)ret_piece->length,
	    (unsigned long long)f->max_document);
	return 0;
}

/* the forms */

static int
next_text(struct framing *f, struct piece *ret_piece)
{
	while (!f->ended && left(f) <= f->max_document)
		TRY(refill(f));
	if (left(f) > f->max_document)
		return pass_large(f, -1, ret_piece);
	if (f->damaged)
		return cut_damaged(f, ret_piece);
	if (left(f) == 0 && (f->n_pieces > 0 || (f->offset == 0 && !f->empty_is_text)))
		return ERR_STOP;
	return cut(f, left(f), ret_piece);
}

static bool
is_blank(struct span line)
{
	return utf8_is_ascii(line) && utf8_trim(line).n == 0;
}

static struct span
without_return(struct span line)
{
	return line.n > 0 && line.p[line.n - 1] == '\r' ? span_cut(line, 0, line.n - 1) : line;
}

static int
next_line(struct framing *f, struct piece *ret_piece)
{
	for (;;) {
		const char *end = memchr(f->block->bytes + f->looked, '\n', f->to - f->looked);
		size_t n = end != NULL ? (size_t)(end - start(f)) : left(f);

		f->looked = end != NULL ? f->from : f->to;
		if (n > f->max_document)
			return pass_large(f, '\n', ret_piece);
		if (end == NULL && !f->ended) {
			TRY(refill(f));
			continue;
		}
		if (end == NULL && f->damaged)
			return cut_damaged(f, ret_piece);
		if (end == NULL && n == 0)
			return ERR_STOP;
		TRY(cut(f, n, ret_piece));
		if (end != NULL)
			advance(f, 1);
		ret_piece->raw = without_return(ret_piece->raw);
		ret_piece->length = ret_piece->raw.n;
		if (!is_blank(ret_piece->raw))
			return 0;
	}
}

/* Behind bytes that are no MessagePack nothing can be found any more: the rest is one refusal. */
static int
refuse_rest(struct framing *f, const char *detail, struct piece *ret_piece)
{
	while (!f->ended && left(f) <= f->max_document)
		TRY(refill(f));
	if (left(f) > f->max_document)
		TRY(pass_large(f, -1, ret_piece));
	else
		TRY(cut(f, left(f), ret_piece));
	ret_piece->reason = "bad-msgpack";
	snprintf(ret_piece->detail, sizeof(ret_piece->detail), "%s", detail);
	return 0;
}

/* A record of so many bytes is not read to its end, only to have it behind us. */
static bool
is_far_over(const struct framing *f, size_t n)
{
	return n > FAR_BYTES && (n - FAR_BYTES) / 2 > f->max_document;
}

static int
next_map(struct framing *f, struct piece *ret_piece)
{
	for (;;) {
		size_t n = 0;
		int r = left(f) == 0 ? ERR_STOP : scan_one(span_of(start(f), left(f)), &n);

		if (is_far_over(f, r == 0 ? n : left(f)))
			return refuse_rest(f, "a record far over --max-document", ret_piece);
		if (r == 0 && n > f->max_document) {
			TRY(cut(f, n, ret_piece));
			ret_piece->raw = span_of(NULL, 0);
			ret_piece->reason = "too-large";
			snprintf(ret_piece->detail, sizeof(ret_piece->detail),
			    "%zu bytes, over --max-document %llu", n,
			    (unsigned long long)f->max_document);
			return 0;
		}
		if (r == 0)
			return cut(f, n, ret_piece);
		if (r == ERR_RECORD)
			return refuse_rest(f, "not MessagePack, or nested too deep", ret_piece);
		if (f->ended && f->damaged)
			return cut_damaged(f, ret_piece);
		if (f->ended)
			return left(f) == 0 ? ERR_STOP
					    : refuse_rest(f, "a record is cut short", ret_piece);
		/* twice as much each time, so that scanning again stays linear */
		for (size_t want = 2 * left(f);
		     !f->ended && left(f) < want + 1 && !is_far_over(f, left(f));)
			TRY(refill(f));
	}
}

/* A map, and no text: no UTF-8 begins with 80..8F; DE and DF could, if a small count did not
 * follow. */
static bool
looks_like_map(const unsigned char *p, size_t n)
{
	if ((p[0] & 0xF0) == 0x80)
		return true;
	return n > 1 && ((p[0] == 0xDE && p[1] < 0x80) || (p[0] == 0xDF && p[1] == 0));
}

static const struct span mark = SPAN("\xEF\xBB\xBF");

/* The first byte that is neither of a byte order mark nor white space; '\0' if there is none yet.
 */
static char
first_byte(const struct framing *f)
{
	struct span s = span_of(start(f), left(f));
	size_t at = span_starts(s, mark) ? mark.n : 0;

	while (at < s.n && memchr(" \t\r\n", s.p[at], 4) != NULL)
		at++;
	return at < s.n ? s.p[at] : '\0';
}

/*
 * Whether the bytes begin as a page does: with an element that pages begin with, a comment or a
 * declaration; in UTF-16, whose NUL bytes are passed over, too.
 *
 * Source: WHATWG MIME Sniffing, section 7.1; an XML declaration may stand before.
 */
static bool
looks_like_page(struct span s)
{
	static const char *const begins[] = {"!doctype html", "html", "head", "body", "script",
	    "style", "title", "meta", "iframe", "table", "div", "font", "h1", "a", "b", "br", "p",
	    "!--"};
	char text[PAGE_BYTES];
	size_t n = 0, at = 0;

	for (size_t i = 0; i < s.n && n < sizeof(text); i++)
		if (s.p[i] != '\0' && (unsigned char)s.p[i] < 0x80)
			text[n++] = s.p[i] >= 'A' && s.p[i] <= 'Z' ? (char)(s.p[i] | 0x20) : s.p[i];
	while (at < n && memchr(" \t\r\n", text[at], 4) != NULL)
		at++;
	s = span_of(text + at, n - at);
	if (span_starts(s, SPAN("<?xml")))
		return memmem(s.p, s.n, "<html", 5) != NULL;
	for (size_t i = 0; s.n > 0 && s.p[0] == '<' && i < sizeof(begins) / sizeof(begins[0]);
	     i++) {
		size_t length = strlen(begins[i]);

		if (s.n > length + 1 && memcmp(s.p + 1, begins[i], length) == 0 &&
		    (begins[i][0] == '!' || memchr(" >\t\r\n", s.p[length + 1], 5) != NULL))
			return true;
	}
	return false;
}

/* Look at the first bytes, for a byte order mark and for the form. */
static int
detect(struct framing *f)
{
	char first;

	while (!f->ended && left(f) < READ_BYTES / 4)
		if (refill(f) == ERR_QUIET) {
			if (left(f) < mark.n || first_byte(f) == '\0')
				return ERR_QUIET;
			break;
		}
	f->detected = true;
	first = first_byte(f);
	if (span_starts(span_of(start(f), left(f)), mark))
		advance(f, mark.n);
	if (f->form != FORM_NONE)
		return 0;
	if (first == '{')
		f->form = FORM_JSON;
	else if (left(f) > 0 && looks_like_map((const unsigned char *)start(f), left(f)))
		f->form = FORM_MSGPACK;
	else if (looks_like_page(span_of(start(f), left(f))))
		f->form = FORM_HTML;
	else
		f->form = FORM_TEXT;
	return 0;
}

int
framing_next(struct framing *f, struct piece *ret_piece)
{
	if (!f->detected)
		TRY(detect(f));
	if (f->passing)
		return pass_large(f, f->form == FORM_JSON ? '\n' : -1, ret_piece);
	switch (f->form) {
	case FORM_JSON: return next_line(f, ret_piece);
	case FORM_MSGPACK: return next_map(f, ret_piece);
	default: return next_text(f, ret_piece);
	}
}

void
framing_release(struct framing *f)
{
	while (f->old != NULL) {
		struct block *next = f->old->next;
		free_block(f, f->old);
		f->old = next;
	}
	f->shared = false;
	if (f->block != NULL && f->block->size > BLOCK_BYTES && left(f) < READ_BYTES) {
		struct block *small = new_block(f, BLOCK_BYTES);

		memcpy(small->bytes, start(f), left(f));
		free(f->block);
		f->block = small;
		f->looked -= f->from;
		f->to -= f->from;
		f->from = 0;
	}
}

uint64_t
framing_stored(const struct framing *f)
{
	return f->in == NULL ? 0 : inflate_in_offset(f->in);
}

void
framing_close(struct framing *f)
{
	framing_end(f);
	framing_release(f);
	free(f->block);
	free(f->spare);
	f->block = f->spare = NULL;
}
