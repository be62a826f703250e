/*
 * The records of a WARC or ARC. What is damaged is passed over up to the next head, and what is odd
 * is read with a warning; all that is decided here depends on the bytes of the input alone.
 */
#include <stdio.h>
#include <string.h>

#include "proto/framing_parts.h"
#include "proto/http_head.h"

enum {
	HEAD_LOOK = 512,         /* bytes in which most heads end */
	GAP_BYTES = 64,          /* line ends between two records */
	BUFFERED = 256 << 10,    /* what is no document is not kept if it is larger */
	STRETCH_BYTES = 1 << 20, /* of a damaged stretch come along */
	STRONG_BYTES = 64,       /* behind a version: the first header */
};

static int
read_head(const struct framing *f, struct record_head *ret, struct span s)
{
	return (f->container == CONTAINER_WARC ? warc_head_read : arc_head_read)(ret, s);
}

static size_t
find_head(const struct framing *f, size_t from, size_t *ret_sure)
{
	return (f->container == CONTAINER_WARC ? warc_head_find : arc_head_find)(
	    rest(f), from, ret_sure);
}

static bool
is_end(char c)
{
	return c == '\r' || c == '\n';
}

/* Pass over the line ends between records. */
static int
pass_gap(struct framing *f)
{
	for (;;) {
		size_t n = 0;

		while (n < left(f) && is_end(start(f)[n]))
			n++;
		advance(f, n);
		if (left(f) > 0 || f->ended)
			return 0;
		TRY(refill(f));
	}
}

/* The head at the start of what is left. ERR_STOP: the input ends within it. */
static int
whole_head(struct framing *f, struct record_head *ret)
{
	for (size_t n = HEAD_LOOK;; n *= 2) {
		int r;

		TRY(want(f, n));
		r = read_head(f, ret, rest(f));
		if (r == ERR_HOLD && f->ended)
			return ERR_STOP;
		if (r != ERR_HOLD)
			return r;
	}
}

/*
 * Whether the block ends at byte `at`: the two line ends that belong there follow, or a head, or
 * the end. Bytes that may be a head, too few to tell, count as one.
 */
static int
is_followed(struct framing *f, size_t at, bool *ret)
{
	struct record_head h;
	struct span s;
	size_t n = 0;

	TRY(want(f, at + GAP_BYTES + (f->container == CONTAINER_WARC ? 16 : ARC_LINE_BYTES)));
	s = span_cut(rest(f), at, left(f));
	while (n < s.n && n < GAP_BYTES && is_end(s.p[n]))
		n++;
	*ret = n == s.n || read_head(f, &h, span_cut(s, n, s.n)) != ERR_RECORD ||
	       (f->container == CONTAINER_WARC &&
		   (span_starts(s, SPAN("\r\n\r\n")) || span_starts(s, SPAN("\n\n"))));
	return 0;
}

/* What the head and, for HTTP, the head of the response say of the document. */
static void
describe(struct piece *p, const struct record_head *h, struct span block)
{
	struct http_head http;

	p->archived = true;
	p->head = *h;
	p->form = h->type == RECORD_REVISIT ? FORM_NONE : FORM_TEXT;
	if (http_head_read(&http, block)) {
		p->status = http.status;
		p->mime = media_type(http.type);
		if (h->type == RECORD_RESPONSE || h->type == RECORD_RESOURCE)
			p->form = FORM_HTTP;
		return;
	}
	if (span_like(media_type(h->content_type), SPAN("application/http")))
		return;
	p->type = h->content_type;
	p->mime = media_type(h->content_type);
	if (p->form == FORM_TEXT && (span_like(p->mime, SPAN("text/html")) ||
					span_like(p->mime, SPAN("application/xhtml+xml"))))
		p->form = FORM_HTML;
}

static struct span
why_filtered(const struct framing *f, const struct piece *p)
{
	bool unchanged = p->head.type == RECORD_REVISIT && p->status == 304;

	if (f->filter == NULL)
		return span_of(NULL, 0);
	return filter_record(f->filter, unchanged ? 200 : p->status, p->mime, p->head.url);
}

/* Read as much of the block as has the head of an HTTP response. */
static int
want_http(struct framing *f, const struct record_head *h)
{
	uint64_t most = h->length < RECORD_HEAD_BYTES ? h->length : RECORD_HEAD_BYTES;
	struct http_head http = {0};

	for (size_t n = HEAD_LOOK; !http.whole; n *= 2) {
		size_t all = n < most ? n : (size_t)most;
		struct span block;

		TRY(want(f, h->n + all));
		block = span_cut(rest(f), h->n, left(f) < h->n + all ? left(f) : h->n + all);
		if (!http_head_read(&http, block) || all == most || f->ended)
			return 0;
	}
	return 0;
}

/* damage */

static const char no_record[] = "no record begins where one should";

/* A piece is there: 1, or what went wrong. */
static int
given(int r)
{
	return r == 0 ? 1 : r;
}

/*
 * A stretch in which no record begins, up to the next head or to where the input is damaged; its
 * bytes come along if they are few. 1: *ret_piece is given; 0: it will be passed over.
 */
static int
cut_stretch(struct framing *f, struct piece *ret_piece)
{
	size_t n = 0, sure = 0;

	do {
		TRY(want(f, left(f) + 1));
		n = find_head(f, sure, &sure);
	} while (n == left(f) && !f->ended && sure <= STRETCH_BYTES);
	if (n > STRETCH_BYTES) { /* too long to be kept */
		f->passed = (struct piece){.offset = f->offset, .reason = "damaged"};
		snprintf(f->passed.detail, sizeof(f->passed.detail), "%s", no_record);
		f->passing = true;
		f->pass_silently = false;
		f->pass_left = UINT64_MAX;
		return 0;
	}
	if (n == left(f) && f->damaged)
		return given(cut_damaged(f, ret_piece));
	cut(f, n, ret_piece);
	ret_piece->reason = "damaged";
	snprintf(ret_piece->detail, sizeof(ret_piece->detail), "%s", no_record);
	return 1;
}

/* The input ends within a record. 1: *ret_piece says so. */
static int
cut_truncated(struct framing *f, struct piece *ret_piece)
{
	if (f->damaged)
		return given(cut_damaged(f, ret_piece));
	cut(f, left(f), ret_piece);
	ret_piece->reason = "damaged";
	snprintf(ret_piece->detail, sizeof(ret_piece->detail), "the input ends within a record");
	return 1;
}

/* passing over */

/* Give a piece whose bytes are not kept; what describes it is copied. */
static void
begin_pass(struct framing *f, const struct record_head *h, bool silently, struct span filtered)
{
	size_t n = left(f) < h->n + RECORD_HEAD_BYTES ? left(f) : h->n + RECORD_HEAD_BYTES;
	struct piece *p = &f->passed;
	struct record_head copy;

	*p = (struct piece){.offset = f->offset, .filtered = filtered};
	if (!silently) {
		struct span s = keep(f, span_of(start(f), n));

		if (read_head(f, &copy, s) == 0)
			describe(p, &copy, span_cut(s, copy.n, s.n));
		p->form = FORM_NONE;
	}
	if (!silently && filtered.n == 0)
		p->reason = "too-large";
	f->passing = true;
	f->pass_silently = silently;
	f->pass_left = h->has_length ? h->length : UINT64_MAX;
	advance(f, h->n);
}

/* Whether a head at byte `at` has a header: one that is only quoted somewhere seldom has. */
static int
is_strong(struct framing *f, size_t at, bool *ret)
{
	struct span s, line;

	TRY(want(f, at + STRONG_BYTES));
	s = span_cut(rest(f), at, left(f));
	header_line(&s, &line);
	*ret = f->container == CONTAINER_ARC ||
	       (s.n >= 5 && span_like(span_cut(s, 0, 5), SPAN("WARC-"))) ||
	       (s.n >= 8 && span_like(span_cut(s, 0, 8), SPAN("Content-")));
	return 0;
}

/*
 * Pass over the block in hand. A length can be wrong: a head within ends it. 0 when that is done.
 */
static int
pass_on(struct framing *f)
{
	while (f->pass_left > 0) {
		size_t sure, at, n;
		bool strong = false;

		TRY(want(f, STRONG_BYTES));
		at = find_head(f, 0, &sure);
		n = at < left(f) ? at : f->ended ? left(f) : sure;
		if (at < left(f) && at < f->pass_left)
			TRY(is_strong(f, at, &strong));
		if (n > f->pass_left)
			n = (size_t)f->pass_left;
		advance(f, n);
		f->pass_left -= n;
		if (strong)
			f->pass_left = 0;
		if (n == 0 && !strong) {
			if (f->ended)
				return 0;
			TRY(refill(f));
		}
	}
	return 0;
}

/* 1: *ret_piece says what was passed over; 0: nothing needs to be said. */
static int
end_pass(struct framing *f, struct piece *ret_piece)
{
	struct piece *p = &f->passed;
	bool stretch;

	TRY(pass_on(f));
	f->passing = false;
	p->length = f->offset - p->offset;
	stretch = p->reason != NULL && strcmp(p->reason, "damaged") == 0;
	if (f->pass_left > 0 &&
	    (f->damaged || !stretch)) { /* the input is at its end, or damaged */
		TRY(cut_truncated(f, ret_piece));
		ret_piece->length += ret_piece->offset - p->offset;
		ret_piece->offset = p->offset;
		return 1;
	}
	if (f->pass_silently)
		return 0;
	if (p->reason != NULL && !stretch)
		snprintf(p->detail, sizeof(p->detail), "%llu bytes, over --max-document %llu",
		    (unsigned long long)p->length, (unsigned long long)f->max_document);
	f->n_pieces++;
	*ret_piece = *p;
	return 1;
}

/* one record */

/*
 * Where the block ends: at its length if a record or the end follows there; else where the next
 * one begins, if that is found within what a document may have: however much more has been read
 * already, since that is not always the same. ERR_STOP: the input ends before; ERR_RECORD: it is
 * too far.
 */
static int
find_end(struct framing *f, const struct record_head *h, size_t *ret_end)
{
	size_t end = h->n + (size_t)h->length, most = h->n + (size_t)f->max_document, sure, at;
	bool followed = false;

	TRY(want(f, end));
	if (h->has_length && left(f) >= end)
		TRY(is_followed(f, end, &followed));
	*ret_end = end;
	if (followed)
		return 0;
	sure = h->n > 0 ? h->n - 1 : 0;
	while ((at = find_head(f, sure, &sure)) == left(f) && !f->ended && sure <= most)
		TRY(want(f, left(f) + 1));
	if (at > most || at == left(f)) {
		if (h->has_length && left(f) >= end)
			return 0;
		return left(f) > most ? ERR_RECORD : ERR_STOP;
	}
	while (at > h->n && is_end(start(f)[at - 1]))
		at--;
	*ret_end = at;
	return 0;
}

/* Cut the record in hand, whose block ends at `end`. */
static void
cut_record(struct framing *f, const struct record_head *h, size_t end, struct piece *ret_piece)
{
	struct span block = span_cut(rest(f), h->n, end);
	struct piece p = {.offset = f->offset, .length = end};

	describe(&p, h, block);
	p.filtered = why_filtered(f, &p);
	if (p.filtered.n == 0 && p.form != FORM_NONE)
		p.raw = block;
	else
		p.form = FORM_NONE;
	if (!h->has_length)
		snprintf(p.warning, sizeof(p.warning),
		    "a record without a length, which ends "
		    "where the next one begins");
	else if (block.n != h->length)
		snprintf(p.warning, sizeof(p.warning),
		    "its length is said to be %llu, but the next record begins behind %zu bytes",
		    (unsigned long long)h->length, block.n);
	else if (h->truncated.n > 0)
		snprintf(p.warning, sizeof(p.warning), "its writer has cut it short: %.*s",
		    h->truncated.n < 40 ? (int)h->truncated.n : 40, h->truncated.p);
	f->shared = true;
	f->n_pieces++;
	advance(f, end);
	while (left(f) > 0 && is_end(*start(f))) /* so that the end of the input is seen */
		advance(f, 1);
	*ret_piece = p;
}

/* As much of the block as is there. */
static struct span
block_so_far(const struct framing *f, const struct record_head *h)
{
	size_t there = left(f) - h->n;

	return span_of(
	    start(f) + h->n, h->has_length && h->length < there ? (size_t)h->length : there);
}

/* What to do with the record whose head is at the start. 1: *ret_piece is given; 0: it is passed.
 */
static int
take_record(struct framing *f, struct piece *ret_piece)
{
	struct record_head h = {0};
	struct piece look = {0};
	struct span filtered = {0};
	size_t end;
	bool other;
	int r = whole_head(f, &h);

	if (r == ERR_RECORD)
		return cut_stretch(f, ret_piece);
	if (r == ERR_STOP)
		return cut_truncated(f, ret_piece);
	TRY(r);
	other = h.type == RECORD_OTHER;
	if (!other) {
		TRY(want_http(f, &h));
		TRY(whole_head(f, &h)); /* what was read may lie elsewhere now */
		describe(&look, &h, block_so_far(f, &h));
		filtered = why_filtered(f, &look);
	}
	if (h.has_length && h.length > (other || filtered.n > 0 ? BUFFERED : f->max_document)) {
		begin_pass(f, &h, other, filtered);
		return 0;
	}
	r = find_end(f, &h, &end);
	if (r == ERR_STOP)
		return cut_truncated(f, ret_piece);
	if (r == ERR_RECORD) {
		begin_pass(f, &h, other, filtered);
		return 0;
	}
	TRY(r);
	TRY(whole_head(f, &h));
	if (other) {
		advance(f, end);
		return 0;
	}
	cut_record(f, &h, end, ret_piece);
	return 1;
}

int
next_record(struct framing *f, struct piece *ret_piece)
{
	for (int r = 0; r == 0;) {
		if (f->passing)
			r = end_pass(f, ret_piece);
		else {
			TRY(pass_gap(f));
			if (left(f) == 0)
				return f->damaged ? cut_damaged(f, ret_piece) : ERR_STOP;
			r = take_record(f, ret_piece);
		}
		if (r != 0)
			return r > 0 ? 0 : r;
	}
	return 0;
}
