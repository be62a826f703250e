#include "common/inflate.h"

#include <errno.h>
#include <inttypes.h>
#include <isa-l/igzip_lib.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#include "common/mem.h"

enum {
	IN_BYTES = 256 << 10,
	DIRECT_BYTES = 64 << 10, /* a plain read of so many goes to its place at once */
	OUT_BYTES = 1 << 30,     /* more is not asked of a decoder at once */
	MAGIC_BYTES = 4,
	GZIP_MAGIC = 0x1F,      /* the first byte of two */
	BLOCK_HEADER_BYTES = 3, /* of zstd */
};

enum coding { CODING_UNKNOWN, CODING_PLAIN, CODING_GZIP, CODING_ZSTD };

struct inflate {
	int fd;
	bool ended; /* the descriptor has no more */
	enum coding coding;
	const char *fault;  /* what is wrong with the data, or NULL */
	uint64_t in_offset; /* bytes read from fd */
	const char *p;      /* those of them that are not used yet */
	size_t n;
	bool within; /* a member or frame that has not ended */
	bool header; /* its header is read */
	struct inflate_state gzip;
	struct isal_gzip_header gzip_header;
	ZSTD_DStream *zstd;
	size_t zstd_wants; /* bytes: the next block and the header behind it */
	bool zstd_full;    /* it may hold bytes that found no room */
	char in[IN_BYTES];
};

/* What the first n bytes say; UNKNOWN if more are needed. */
static enum coding
coding_of(const char *p, size_t n)
{
	static const char zstd[MAGIC_BYTES] = "\x28\xB5\x2F\xFD", skippable[] = "\x2A\x4D\x18";
	size_t compared = n < MAGIC_BYTES ? n : MAGIC_BYTES;

	if (n == 0)
		return CODING_UNKNOWN;
	if (p[0] == GZIP_MAGIC && (n == 1 || p[1] == '\x8B'))
		return n == 1 ? CODING_UNKNOWN : CODING_GZIP;
	if (memcmp(p, zstd, compared) == 0 ||
	    ((p[0] & 0xF0) == 0x50 && memcmp(p + 1, skippable, compared - 1) == 0))
		return n < MAGIC_BYTES ? CODING_UNKNOWN : CODING_ZSTD;
	return CODING_PLAIN;
}

static void
used(struct inflate *z, size_t n)
{
	z->p += n;
	z->n -= n;
}

static int
read_some(struct inflate *z, char *p, size_t n, size_t *ret_n)
{
	ssize_t r;

	do
		r = read(z->fd, p, n);
	while (r < 0 && errno == EINTR);
	if (r < 0)
		return err_set(ERR_SYS, "cannot read: %s", strerror(errno));
	z->ended = r == 0;
	z->in_offset += (uint64_t)r;
	*ret_n = (size_t)r;
	return 0;
}

/* Read more behind what is not used. */
static int
fill(struct inflate *z)
{
	size_t n = 0;

	if (z->n > 0)
		memmove(z->in, z->p, z->n);
	z->p = z->in;
	TRY(read_some(z, z->in + z->n, sizeof(z->in) - z->n, &n));
	z->n += n;
	return 0;
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
	isal_inflate_init(&z->gzip);
	z->gzip.crc_flag = ISAL_GZIP_NO_HDR_VER;
	isal_gzip_header_init(&z->gzip_header);
	z->within = true;
	z->header = false;
}

/* What the decoder had made before it found damage, but has not given out. */
static size_t
gzip_rest(struct inflate *z, char *p, size_t n)
{
	size_t rest = (size_t)(z->gzip.tmp_out_valid - z->gzip.tmp_out_processed);

	if (n > rest)
		n = rest;
	memcpy(p, z->gzip.tmp_out_buffer + z->gzip.tmp_out_processed, n);
	z->gzip.tmp_out_processed += (int32_t)n;
	return n;
}

/*
 * Decode to p; the number of bytes. The header is read apart, with its own state kept, because
 * isal_inflate loses its place in a header that comes in parts.
 */
static size_t
gzip_step(struct inflate *z, char *p, size_t n)
{
	struct inflate_state *gzip = &z->gzip;
	int r = ISAL_DECOMP_OK;
	size_t made;

	if (z->fault != NULL)
		return gzip_rest(z, p, n);
	if (!z->within)
		gzip_begin(z);
	if (!z->within)
		return 0;
	gzip->next_in = (uint8_t *)z->p;
	gzip->avail_in = (uint32_t)z->n;
	gzip->next_out = (uint8_t *)p;
	gzip->avail_out = (uint32_t)n;
	if (!z->header) {
		r = isal_read_gzip_header(gzip, &z->gzip_header);
		z->header = r == ISAL_DECOMP_OK;
	}
	if (z->header)
		r = isal_inflate(gzip);
	made = n - gzip->avail_out;
	z->within = gzip->block_state != ISAL_BLOCK_FINISH;
	if (r >= 0) {
		used(z, z->n - gzip->avail_in);
	} else { /* avail_in may be below 0 now */
		z->fault = gzip_fault(r);
		used(z, (size_t)(gzip->next_in - (const uint8_t *)z->p));
	}
	return made;
}

/*
 * Decode to p; the number of bytes. The decoder gets one block at a time, without the header of
 * the next, because it forgets what it has made before damage in the same call.
 */
static size_t
zstd_step(struct inflate *z, char *p, size_t n)
{
	size_t all = z->zstd_wants,
	       wants = all > BLOCK_HEADER_BYTES ? all - BLOCK_HEADER_BYTES : all;
	ZSTD_inBuffer in = {z->p, z->n < wants ? z->n : wants, 0};
	ZSTD_outBuffer out = {p, n, 0};
	size_t r;

	if (z->fault != NULL || (z->n == 0 && !z->zstd_full))
		return 0;
	r = ZSTD_decompressStream(z->zstd, &out, &in);
	used(z, in.pos);
	if (ZSTD_isError(r)) {
		z->fault = ZSTD_getErrorName(r);
		return 0;
	}
	z->within = r > 0;
	z->zstd_wants = r > 0 ? r : MAGIC_BYTES;
	z->zstd_full = r > 0 && out.pos == out.size;
	return out.pos;
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

static size_t
step(struct inflate *z, char *p, size_t n)
{
	size_t before = z->n, made;
	bool within = z->within;

	if (n > OUT_BYTES)
		n = OUT_BYTES;
	switch (z->coding) {
	case CODING_GZIP: made = gzip_step(z, p, n); break;
	case CODING_ZSTD: made = zstd_step(z, p, n); break;
	default: made = plain_step(z, p, n);
	}
	if (made == 0 && z->n > 0 && z->n == before && z->within == within && z->fault == NULL)
		z->fault = "cannot be decoded";
	return made;
}

/* Read as much as it takes to tell the coding, and make its decoder. */
static int
recognise(struct inflate *z)
{
	while (z->coding == CODING_UNKNOWN) {
		z->coding = coding_of(z->p, z->n);
		if (z->coding == CODING_UNKNOWN && z->ended)
			z->coding = CODING_PLAIN;
		if (z->coding == CODING_UNKNOWN)
			TRY(fill(z));
	}
	if (z->coding == CODING_ZSTD && z->zstd == NULL) {
		z->zstd = ZSTD_createDStream();
		if (z->zstd == NULL)
			return err_set(ERR_SYS, "no memory for the zstd decoder");
		ZSTD_DCtx_setParameter(z->zstd, ZSTD_d_windowLogMax, INFLATE_WINDOW_LOG);
		z->zstd_wants = MAGIC_BYTES;
	}
	return 0;
}

static int
damaged(const struct inflate *z)
{
	return err_set(ERR_RECORD, "%s data is damaged at compressed byte %" PRIu64 ": %s",
	    z->coding == CODING_GZIP ? "gzip" : "zstd", inflate_in_offset(z), z->fault);
}

int
inflate_open(struct inflate **ret, int fd)
{
	struct inflate *z = mem_zero(1, sizeof(*z));

	z->fd = fd;
	z->p = z->in;
	*ret = z;
	return 0;
}

int
inflate_read(struct inflate *z, char *p, size_t n, size_t *ret_n)
{
	size_t made;

	TRY(recognise(z));
	if (z->coding == CODING_PLAIN && z->n == 0 && n >= DIRECT_BYTES && !z->ended)
		return read_some(z, p, n, ret_n);
	while ((made = step(z, p, n)) == 0) {
		if (z->fault != NULL)
			return damaged(z);
		if (z->n > 0)
			continue;
		if (!z->ended)
			TRY(fill(z));
		else if (z->within)
			z->fault = "it ends too early";
		else
			break;
	}
	*ret_n = made;
	return 0;
}

/* Seek over plain bytes; how many, 0 if the input cannot seek or does not have so many. */
static uint64_t
seek_over(struct inflate *z, uint64_t n)
{
	struct stat st;

	if (z->coding != CODING_PLAIN || z->n > 0 || fstat(z->fd, &st) < 0 ||
	    !S_ISREG(st.st_mode) || (uint64_t)st.st_size < z->in_offset + n ||
	    lseek(z->fd, (off_t)n, SEEK_CUR) < 0)
		return 0;
	z->in_offset += n;
	return n;
}

int
inflate_skip(struct inflate *z, uint64_t n)
{
	char *bytes = mem_alloc(IN_BYTES);
	int r = 0;

	while (r == 0 && n > 0) {
		size_t got = 0;

		n -= seek_over(z, n);
		if (n > 0)
			r = inflate_read(z, bytes, n < IN_BYTES ? n : IN_BYTES, &got);
		if (r == 0 && n > 0 && got == 0)
			r = err_set(ERR_RECORD, "it is shorter than it was");
		n -= got;
	}
	free(bytes);
	return r;
}

uint64_t
inflate_in_offset(const struct inflate *z)
{
	return z->in_offset - z->n;
}

void
inflate_close(struct inflate *z)
{
	if (z == NULL)
		return;
	ZSTD_freeDStream(z->zstd);
	free(z);
}
