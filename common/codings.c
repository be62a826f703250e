#include "common/codings.h"

#include <stdlib.h>
#include <string.h>

#include "common/igzip.h"
#include "common/mem.h"

enum {
	OUT_BYTES = 1 << 30, /* more is not asked of a decoder at once */
	GZIP_MAGIC = 0x1F,   /* the first byte of two */
	ZSTD_HEAD_BYTES = 3, /* of a block */
	LZ4_HEAD_BYTES = 4,
};

static const char zstd_magic[] = "\x28\xB5\x2F\xFD", lz4_magic[] = "\x04\x22\x4D\x18",
		  skippable[] = "\x2A\x4D\x18";

enum coding
coding_of(const char *p, size_t n)
{
	size_t compared = n < MAGIC_BYTES ? n : MAGIC_BYTES;

	if (n == 0)
		return CODING_UNKNOWN;
	if (p[0] == GZIP_MAGIC && (n == 1 || p[1] == '\x8B'))
		return n == 1 ? CODING_UNKNOWN : CODING_GZIP;
	if (memcmp(p, zstd_magic, compared) == 0 ||
	    ((p[0] & 0xF0) == 0x50 && memcmp(p + 1, skippable, compared - 1) == 0))
		return n < MAGIC_BYTES ? CODING_UNKNOWN : CODING_ZSTD;
	if (memcmp(p, lz4_magic, compared) == 0)
		return n < MAGIC_BYTES ? CODING_UNKNOWN : CODING_LZ4;
	return CODING_PLAIN;
}

static void
used(struct inflate *z, size_t n)
{
	z->p += n;
	z->n -= n;
	z->n_before += n;
}

/* A member or frame begins here. */
static void
begin_member(struct inflate *z)
{
	z->mark = (struct inflate_mark){inflate_in_offset(z), z->out_offset};
	if (z->mark.in >= z->searched)
		z->safe = z->mark;
	z->within = true;
	z->header = false;
}

static const char *
gzip_fault(int r)
{
	switch (r) {
	case ISAL_INVALID_WRAPPER: return "no gzip header";
	case ISAL_UNSUPPORTED_METHOD: return "unknown compression method";
	case ISAL_INCORRECT_CHECKSUM: return "wrong checksum";
	case ISAL_INVALID_BLOCK: return "invalid block";
	case ISAL_INVALID_SYMBOL: return "invalid symbol";
	case ISAL_INVALID_LOOKBACK: return "invalid distance";
	default: return "cannot be decoded";
	}
}

/* Find the next member behind padding; z->within says whether there is one. */
static void
gzip_begin(struct inflate *z)
{
	while (z->n > 0 && *z->p == '\0')
		used(z, 1);
	if (z->n == 0)
		return;
	if (*z->p != GZIP_MAGIC) {
		z->fault = gzip_fault(ISAL_INVALID_WRAPPER);
		return;
	}
	igzip_begin(&z->gzip->state, ISAL_GZIP_NO_HDR_VER);
	isal_gzip_header_init(&z->gzip->header);
	begin_member(z);
}

/* A stream without a header, and but one of them. */
static void
deflate_begin(struct inflate *z)
{
	if (z->header)
		return; /* it has ended: what follows is nothing of ours */
	igzip_begin(&z->gzip->state, ISAL_DEFLATE);
	begin_member(z);
	z->header = true;
}

/* What the decoder had made before it found damage, but has not given out. */
static size_t
gzip_rest(struct inflate_state *s, char *p, size_t n)
{
	size_t rest = (size_t)(s->tmp_out_valid - s->tmp_out_processed);

	if (n > rest)
		n = rest;
	memcpy(p, s->tmp_out_buffer + s->tmp_out_processed, n);
	s->tmp_out_processed += (int32_t)n;
	return n;
}

/*
 * Decode to p; the number of bytes. The header is read apart, with its own state kept, because
 * isal_inflate loses its place in a header that comes in parts.
 */
static size_t
gzip_step(struct inflate *z, char *p, size_t n)
{
	struct inflate_state *gzip = &z->gzip->state;
	int r = ISAL_DECOMP_OK;
	size_t made, taken;

	if (z->fault != NULL)
		return gzip_rest(gzip, p, n);
	if (!z->within)
		(z->coding == CODING_GZIP ? gzip_begin : deflate_begin)(z);
	if (!z->within)
		return 0;
	gzip->next_in = (uint8_t *)z->p;
	gzip->avail_in = (uint32_t)z->n;
	gzip->next_out = (uint8_t *)p;
	gzip->avail_out = (uint32_t)n;
	if (!z->header) {
		r = isal_read_gzip_header(gzip, &z->gzip->header);
		z->header = r == ISAL_DECOMP_OK;
	}
	if (z->header)
		r = isal_inflate(gzip);
	made = n - gzip->avail_out;
	z->within = gzip->block_state != ISAL_BLOCK_FINISH;
	taken = (size_t)(gzip->next_in - (const uint8_t *)z->p);
	used(z, taken < z->n ? taken : z->n);
	if (r < 0)
		z->fault = gzip_fault(r);
	return made;
}

/*
 * How much the decoder of zstd or lz4 gets at once: a block, without the header of the next. What
 * it has made before damage in the same call it forgets.
 */
static size_t
block_bytes(const struct inflate *z, size_t head_bytes)
{
	size_t n = z->wants > head_bytes ? z->wants - head_bytes : z->wants;

	return z->n < n ? z->n : n;
}

static size_t
zstd_step(struct inflate *z, char *p, size_t n, size_t taken)
{
	ZSTD_inBuffer in = {z->p, taken, 0};
	ZSTD_outBuffer out = {p, n, 0};
	size_t r;

	r = ZSTD_decompressStream(z->zstd, &out, &in);
	used(z, in.pos);
	if (ZSTD_isError(r)) {
		z->fault = ZSTD_getErrorName(r);
		return 0;
	}
	z->within = r > 0;
	z->wants = r > 0 ? r : MAGIC_BYTES;
	z->full = r > 0 && out.pos == out.size;
	return out.pos;
}

static size_t
lz4_step(struct inflate *z, char *p, size_t n, size_t taken)
{
	size_t made = n, r;

	r = LZ4F_decompress(z->lz4, p, &made, z->p, &taken, NULL);
	if (LZ4F_isError(r)) {
		z->fault = LZ4F_getErrorName(r);
		return 0;
	}
	used(z, taken);
	z->within = r > 0;
	z->wants = r > 0 ? r : MAGIC_BYTES;
	z->full = r > 0 && made == n;
	return made;
}

/*
 * Decode to p; the number of bytes. What the decoder holds is taken out of it before it gets more,
 * so that it is at the same stored byte however much there is room for.
 */
static size_t
block_step(struct inflate *z, char *p, size_t n)
{
	bool zstd = z->coding == CODING_ZSTD, full = z->full;
	size_t (*step)(struct inflate *, char *, size_t, size_t) = zstd ? zstd_step : lz4_step;
	size_t head_bytes = zstd ? ZSTD_HEAD_BYTES : LZ4_HEAD_BYTES, made;

	if (z->fault != NULL || (z->n == 0 && !full))
		return 0;
	if (!z->within)
		begin_member(z);
	made = step(z, p, n, full ? 0 : block_bytes(z, head_bytes));
	if (made == 0 && full && z->fault == NULL && z->n > 0)
		made = step(z, p, n, block_bytes(z, head_bytes));
	return made;
}

static size_t
plain_step(struct inflate *z, char *p, size_t n)
{
	if (n > z->n)
		n = z->n;
	memcpy(p, z->p, n);
	used(z, n);
	return n;
}

size_t
coding_step(struct inflate *z, char *p, size_t n)
{
	if (n > OUT_BYTES)
		n = OUT_BYTES;
	switch (z->coding) {
	case CODING_GZIP:
	case CODING_DEFLATE: return gzip_step(z, p, n);
	case CODING_ZSTD:
	case CODING_LZ4: return block_step(z, p, n);
	default: return plain_step(z, p, n);
	}
}

static int
open_zstd(struct inflate *z)
{
	z->zstd = ZSTD_createDStream();
	if (z->zstd == NULL)
		return err_set(ERR_SYS, "no memory for the zstd decoder");
	ZSTD_DCtx_setParameter(z->zstd, ZSTD_d_windowLogMax, INFLATE_WINDOW_LOG);
	return 0;
}

int
coding_open(struct inflate *z)
{
	z->wants = MAGIC_BYTES;
	switch (z->coding) {
	case CODING_GZIP:
	case CODING_DEFLATE:
		z->gzip = mem_alloc(sizeof(*z->gzip));
		z->gzip->state.tmp_out_valid = z->gzip->state.tmp_out_processed = 0;
		break;
	case CODING_ZSTD: return open_zstd(z);
	case CODING_LZ4:
		if (LZ4F_isError(LZ4F_createDecompressionContext(&z->lz4, LZ4F_VERSION)))
			return err_set(ERR_SYS, "no memory for the lz4 decoder");
		break;
	default: break;
	}
	return 0;
}

void
coding_close(struct inflate *z)
{
	free(z->gzip);
	ZSTD_freeDStream(z->zstd);
	LZ4F_freeDecompressionContext(z->lz4);
}

void
coding_restart(struct inflate *z)
{
	z->within = z->header = z->full = false;
	z->fault = NULL;
	z->wants = MAGIC_BYTES;
	if (z->zstd != NULL)
		ZSTD_DCtx_reset(z->zstd, ZSTD_reset_session_only);
	if (z->lz4 != NULL)
		LZ4F_resetDecompressionContext(z->lz4);
}

/* RFC 1952: deflate, no reserved flags, one of the extra flags and systems that there are. */
static bool
is_gzip_head(const char *p)
{
	unsigned char flags = (unsigned char)p[3], extra = (unsigned char)p[8],
		      system = (unsigned char)p[9];

	return p[0] == GZIP_MAGIC && p[1] == '\x8B' && p[2] == 8 && (flags & 0xE0) == 0 &&
	       (extra == 0 || extra == 2 || extra == 4) && (system <= 13 || system == 255);
}

size_t
coding_find(enum coding coding, const char *p, size_t n, bool *ret_sure)
{
	const char *magic = coding == CODING_ZSTD ? zstd_magic : lz4_magic;
	size_t needed = coding == CODING_GZIP ? GZIP_HEAD_BYTES : MAGIC_BYTES, at = 0;

	*ret_sure = true;
	for (; at < n; at++) {
		const char *found =
		    memchr(p + at, coding == CODING_GZIP ? GZIP_MAGIC : magic[0], n - at);

		if (found == NULL)
			return n;
		at = (size_t)(found - p);
		if (n - at < needed) {
			*ret_sure = false;
			return at;
		}
		if (coding == CODING_GZIP ? is_gzip_head(found)
					  : memcmp(found, magic, MAGIC_BYTES) == 0)
			return at;
	}
	return n;
}

void
coding_dictionary(struct inflate *z, const char *p, size_t n)
{
	static const char dictionary[] = "\x37\xA4\x30\xEC";
	unsigned long long size;
	char *plain;

	if (n >= MAGIC_BYTES && memcmp(p, dictionary, MAGIC_BYTES) == 0) {
		ZSTD_DCtx_loadDictionary(z->zstd, p, n);
		return;
	}
	if (n < MAGIC_BYTES || memcmp(p, zstd_magic, MAGIC_BYTES) != 0)
		return;
	size = ZSTD_getFrameContentSize(p, n);
	if (size > DICTIONARY_BYTES) /* also where it is not known or wrong */
		return;
	plain = mem_alloc((size_t)size);
	if (ZSTD_decompress(plain, (size_t)size, p, n) == (size_t)size)
		ZSTD_DCtx_loadDictionary(z->zstd, plain, (size_t)size);
	free(plain);
}
