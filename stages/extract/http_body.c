#include "stages/extract/http_body.h"

#include <brotli/decode.h>
#include <stdlib.h>
#include <zstd.h>

#include "common/igzip.h"
#include "common/inflate.h"
#include "common/mem.h"

enum { STEP_BYTES = 256 << 10, LOOK_BYTES = 64 };

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

static const struct span gzip_magic = SPAN("\x1F\x8B\x08"), zstd_magic = SPAN("\x28\xB5\x2F\xFD");

static int
begin_gzip(struct inflate_state *s, uint32_t wrapper)
{
	uint8_t *in = s->next_in;
	uint32_t n = s->avail_in;

	igzip_begin(s, wrapper);
	s->next_in = in;
	s->avail_in = n;
	return 0;
}

/* RFC 1952, section 2.2: what follows a member may be another one. */
static bool
has_next_member(const struct inflate_state *s)
{
	return s->crc_flag == ISAL_GZIP &&
	       span_starts(span_of((const char *)s->next_in, s->avail_in), gzip_magic);
}

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
		return has_next_member(s) ? begin_gzip(s, ISAL_GZIP) : 1;
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
	d->gzip->next_in = (uint8_t *)d->in.p;
	d->gzip->avail_in = (uint32_t)d->in.n;
	begin_gzip(d->gzip, wrapper);
	d->step = step_gzip;
}

/* RFC 1950: method 8 and a check of the two bytes; many servers send deflate without it. */
static bool
has_zlib_head(struct span s)
{
	return s.n >= 2 && (s.p[0] & 0x0F) == 8 &&
	       ((unsigned)(unsigned char)s.p[0] << 8 | (unsigned char)s.p[1]) % 31 == 0;
}

static bool
is_gzip(struct span coding)
{
	return span_like(coding, SPAN("gzip")) || span_like(coding, SPAN("x-gzip"));
}

/* The decoder for a coding; false: it has none, or the body does not begin with its magic. */
static bool
open_decoder(struct decoder *d, struct span coding)
{
	if (is_gzip(coding)) {
		if (!span_starts(d->in, SPAN("\x1F\x8B")))
			return false;
		open_gzip(d, ISAL_GZIP);
	} else if (span_like(coding, SPAN("deflate")))
		open_gzip(d, has_zlib_head(d->in) ? ISAL_ZLIB : ISAL_DEFLATE);
	else if (span_like(coding, SPAN("br"))) {
		d->brotli = BrotliDecoderCreateInstance(NULL, NULL, NULL);
		d->step = step_brotli;
	} else if (span_like(coding, SPAN("zstd"))) {
		if (!span_starts(d->in, zstd_magic))
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

/* Whether a body is still compressed, and no text whatever its encoding. */
static bool
is_compressed(struct span s)
{
	static const char controls[] = {'\t', '\r', '\n', '\f', '\x1B'}; /* of text */
	size_t n = s.n < LOOK_BYTES ? s.n : LOOK_BYTES;

	if (span_starts(s, SPAN("\xFF\xFE")) || span_starts(s, SPAN("\xFE\xFF")))
		return false;
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)s.p[i] < ' ' && s.p[i] != '\0' &&
		    memchr(controls, s.p[i], sizeof(controls)) == NULL)
			return true;
	return false;
}

/* Whether what has no magic of its own may be what its header says: a page is not. */
static bool
is_page(struct span s)
{
	return !is_compressed(s) && s.n > 0 &&
	       memchr(s.p, '<', s.n < LOOK_BYTES ? s.n : LOOK_BYTES) != NULL;
}

static int
not_as_said(struct span coding)
{
	return err_set(
	    ERR_RECORD, "the body is no %.*s, as its header says", (int)coding.n, coding.p);
}

static int
too_large(struct http_body *b)
{
	b->reason = "too-large";
	return err_set(ERR_RECORD, "the body, decoded, is over --max-document");
}

static bool
has_magic(struct span coding)
{
	return is_gzip(coding) || span_like(coding, SPAN("zstd"));
}

static int
decode(struct http_body *b, struct arena *a, struct span coding, uint64_t most)
{
	struct decoder d = {.in = b->bytes};
	int r = 0;

	if (b->bytes.n == 0)
		return 0;
	if (!open_decoder(&d, coding))
		return has_magic(coding) && is_compressed(b->bytes) ? not_as_said(coding) : 0;
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
	if (r < 0 && d.out.n == 0 && is_page(b->bytes))
		r = 1; /* decoded already */
	else if (r < 0 && d.out.n == 0) {
		close_decoder(&d);
		return not_as_said(coding);
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

/* The codings of a header, the last one first. */
static int
undo(struct http_body *b, struct arena *a, struct span list, uint64_t most)
{
	struct span name;

	for (int i = 0; last_name(&list, &name); i++) {
		if (i == HTTP_CODINGS)
			return err_set(ERR_RECORD, "more than %d codings", HTTP_CODINGS);
		if (span_like(name, SPAN("chunked")))
			join_chunks(b, a);
		else
			TRY(decode(b, a, name, most));
	}
	return 0;
}

/* No text begins like this, whatever the headers do not say. */
static int
undo_unsaid(struct http_body *b, struct arena *a, uint64_t most)
{
	const char *damage = b->damage;

	if (span_starts(b->bytes, gzip_magic))
		TRY(decode(b, a, SPAN("gzip"), most));
	else if (span_starts(b->bytes, zstd_magic))
		TRY(decode(b, a, SPAN("zstd"), most));
	else
		return 0;
	if (b->damage == damage)
		b->damage = "its body is compressed, which its headers do not say";
	return 0;
}

/* Whether the body has less than its header says; more it has where it is stored decoded. */
static bool
is_cut(struct span body, struct span length)
{
	uint64_t said;

	return span_number(length, &said) && body.n < said;
}

int
http_body_read(struct http_body *ret, struct arena *a, struct span response,
    const struct http_head *head, uint64_t most)
{
	*ret = (struct http_body){
	    .bytes = span_cut(response, head->n, response.n), .reason = "bad-http"};
	if (head->transfer.n == 0 && is_cut(ret->bytes, head->length))
		ret->damage = "it is shorter than its Content-Length: it is cut short";
	TRY(undo(ret, a, head->transfer, most));
	TRY(undo(ret, a, head->encoding, most));
	TRY(undo_unsaid(ret, a, most));
	return ret->bytes.n > most ? too_large(ret) : 0;
}
