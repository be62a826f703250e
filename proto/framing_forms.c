/* Documents without a container: a text, lines of JSON, MessagePack maps. */
#include <stdio.h>
#include <string.h>

#include "common/utf8.h"
#include "proto/framing_parts.h"
#include "proto/scan.h"

enum { FAR_BYTES = 1 << 20 }; /* and twice the limit: a MessagePack record is given up there */

/*
 * What is too large: passed over up to `stop`, or to the end where stop is negative. ERR_QUIET when
 * nothing comes: to be called again.
 */
int
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

int
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

int
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

int
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
