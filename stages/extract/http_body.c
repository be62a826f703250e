#include "stages/extract/http_body.h"

#include <brotli/decode.h>
#include <stdlib.h>
#include <zstd.h>

#include "common/igzip.h"
#include "common/inflate.h"
#include "common/mem.h"

enum { STEP_BYTES = 256 << 10 };

/* chunks */

static int
hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The size line at *at, which moves behind it; false if there is none. */
static bool
chunk_size(struct span s, size_t *at, size_t *ret_size)
{
	size_t size = 0, n = *at;
	const char *end;

	while (n < s.n && s.p[n] == ' ')
		n++;
	for (*at = n; n < s.n && hex(s.p[n]) >= 0 && n - *at < 15; n++)
		size = size << 4 | (size_t)hex(s.p[n]);
	if (n == *at || (n < s.n && strchr(" \t;\r\n", s.p[n]) == NULL))
		return false;
	end = memchr(s.p + n, '\n', s.n - n);
	*at = end == NULL ? s.n : (size_t)(end - s.p) + 1;
	*ret_size = size;
	return true;
}

/* Join the chunks. What does not begin with one is joined already. */
static void
join_chunks(struct http_body *b, struct arena *a)
{
	struct span s = b->bytes;
	size_t at = 0, size, n = 0;
	char *to;

	if (!chunk_size(s, &at, &size))
		return;
	to = arena_alloc(a, s.n + 1);
	for (;;) {
		if (size > s.n - at) {
			size = s.n - at;
			b->damage = "its last chunk is cut short";
		}
		memcpy(to + n, s.p + at, size);
		n += size;
		at += size;
		if (size == 0 || b->damage != NULL)
			break;
		while (at < s.n && (s.p[at] == '\r' || s.p[at] == '\n'))
			at++;
		if (!chunk_size(s, &at, &size)) {
			b->damage = "its chunks are cut short or damaged";
			break;
		}
	}
	b->bytes = span_of(to, n);
}

/* content codings: each step makes some bytes at out; 0 go on, 1 all is done, -1 damage */

struct decoder {
	struct span in;
	struct buf out;
	struct inflate_state *gzip;
	BrotliDecoderState *brotli;
	ZSTD_DStream *zstd;
	int (*step)(struct decoder *d);
};

static int
step_gzip(struct decoder *d)
{
	struct inflate_state *s = d->gzip;
	char *room = buf_room(&d->out, STEP_BYTES);
	int r;

	s->next_out = (uint8_t *)room;
	s->avail_out = STEP_BYTES;
	r = isal_inflate(s);
	d->out.n += STEP_BYTES - s->avail_out;
	if (r < 0)
		return -1;
	if (s->block_state == ISAL_BLOCK_FINISH)
		return 1;
	return s->avail_out == STEP_BYTES && s->avail_in == 0 ? -1 : 0;
}

static int
step_brotli(struct decoder *d)
{
	size_t in = d->in.n, room = STEP_BYTES;
	const uint8_t *from = (const uint8_t *)d->in.p;
	uint8_t *to = (uint8_t *)buf_room(&d->out, STEP_BYTES);
	BrotliDecoderResult r =
	    BrotliDecoderDecompressStream(d->brotli, &in, &from, &room, &to, NULL);

	d->in = span_cut(d->in, d->in.n - in, d->in.n);
	d->out.n += STEP_BYTES - room;
	if (r == BROTLI_DECODER_RESULT_SUCCESS)
		return 1;
	return r == BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT ? 0 : -1;
}

static int
step_zstd(struct decoder *d)
{
	ZSTD_inBuffer in = {d->in.p, d->in.n, 0};
	ZSTD_outBuffer out = {buf_room(&d->out, STEP_BYTES), STEP_BYTES, 0};
	size_t r = ZSTD_decompressStream(d->zstd, &out, &in);

	d->in = span_cut(d->in, in.pos, d->in.n);
	d->out.n += out.pos;
	if (ZSTD_isError(r))
		return -1;
	if (r == 0 && d->in.n == 0)
		return 1;
	return out.pos == 0 && in.pos == 0 ? -1 : 0;
}

static void
open_gzip(struct decoder *d, uint32_t wrapper)
{
	d->gzip = mem_alloc(sizeof(*d->gzip));
	igzip_begin(d->gzip, wrapper);
	d->gzip->next_in = (uint8_t *)d->in.p;
	d->gzip->avail_in = (uint32_t)d->in.n;
	d->step = step_gzip;
}

/* RFC 1950: method 8 and a check of the two bytes; many servers send deflate without it. */
static bool
has_zlib_head(struct span s)
{
	return s.n >= 2 && (s.p[0] & 0x0F) == 8 &&
	       ((unsigned)(unsigned char)s.p[0] << 8 | (unsigned char)s.p[1]) % 31 == 0;
}

/* The decoder for a coding; false: the body is as it should be, whatever the header says. */
static bool
open_decoder(struct decoder *d, struct span coding)
{
	if (span_like(coding, SPAN("gzip")) || span_like(coding, SPAN("x-gzip"))) {
		if (!span_starts(d->in, SPAN("\x1F\x8B")))
			return false;
		open_gzip(d, ISAL_GZIP);
	} else if (span_like(coding, SPAN("deflate")))
		open_gzip(d, has_zlib_head(d->in) ? ISAL_ZLIB : ISAL_DEFLATE);
	else if (span_like(coding, SPAN("br"))) {
		d->brotli = BrotliDecoderCreateInstance(NULL, NULL, NULL);
		d->step = step_brotli;
	} else if (span_like(coding, SPAN("zstd"))) {
		if (!span_starts(d->in, SPAN("\x28\xB5\x2F\xFD")))
			return false;
		d->zstd = ZSTD_createDStream();
		if (d->zstd != NULL)
			ZSTD_DCtx_setParameter(d->zstd, ZSTD_d_windowLogMax, INFLATE_WINDOW_LOG);
		d->step = step_zstd;
	} else
		return false;
	if (d->gzip == NULL && d->brotli == NULL && d->zstd == NULL)
		mem_exhausted();
	return true;
}

static void
close_decoder(struct decoder *d)
{
	free(d->gzip);
	BrotliDecoderDestroyInstance(d->brotli);
	ZSTD_freeDStream(d->zstd);
	buf_done(&d->out);
}

/* Whether what has no magic of its own may be what its header says: text is not. */
static bool
is_text(struct span s)
{
	size_t n = s.n < 64 ? s.n : 64;

	for (size_t i = 0; i < n; i++)
		if ((unsigned char)s.p[i] < ' ' && strchr("\t\r\n\f", s.p[i]) == NULL)
			return false;
	return n > 0 && memchr(s.p, '<', n) != NULL;
}

static int
too_large(struct http_body *b)
{
	b->reason = "too-large";
	return err_set(ERR_RECORD, "the body, decoded, is over --max-document");
}

static int
decode(struct http_body *b, struct arena *a, struct span coding, uint64_t most)
{
	struct decoder d = {.in = b->bytes};
	int r = 0;

	if (b->bytes.n == 0 || !open_decoder(&d, coding))
		return 0;
	while (r == 0) {
		r = d.step(&d);
		if (d.out.n > HTTP_FREE && d.out.n / HTTP_RATIO > b->bytes.n) {
			close_decoder(&d);
			b->reason = "bomb";
			return err_set(ERR_RECORD, "the body grows more than %d times", HTTP_RATIO);
		}
		if (d.out.n > most) {
			close_decoder(&d);
			return too_large(b);
		}
	}
	if (r < 0 && d.out.n == 0 && is_text(b->bytes))
		r = 1; /* decoded already */
	else if (r < 0 && d.out.n == 0) {
		close_decoder(&d);
		return err_set(
		    ERR_RECORD, "the body is no %.*s, as its header says", (int)coding.n, coding.p);
	} else
		b->bytes = arena_copy(a, buf_view(&d.out));
	if (r < 0)
		b->damage = "its compressed body is cut short or damaged";
	close_decoder(&d);
	return 0;
}

/* The last name of a list, cut off it: what was done last is undone first. */
static bool
last_name(struct span *list, struct span *ret)
{
	size_t from = list->n;

	if (list->n == 0)
		return false;
	while (from > 0 && list->p[from - 1] != ',')
		from--;
	*ret = media_type(span_cut(*list, from, list->n));
	*list = span_cut(*list, 0, from > 0 ? from - 1 : 0);
	return true;
}

int
http_body_read(struct http_body *ret, struct arena *a, struct span response,
    const struct http_head *head, uint64_t most)
{
	struct span list = head->encoding, name;

	*ret = (struct http_body){
	    .bytes = span_cut(response, head->n, response.n), .reason = "bad-http"};
	for (struct span transfer = head->transfer; last_name(&transfer, &name);)
		if (span_like(name, SPAN("chunked")))
			join_chunks(ret, a);
	for (int i = 0; last_name(&list, &name); i++) {
		if (i == HTTP_CODINGS)
			return err_set(ERR_RECORD, "more than %d content codings", HTTP_CODINGS);
		TRY(decode(ret, a, name, most));
	}
	return ret->bytes.n > most ? too_large(ret) : 0;
}
