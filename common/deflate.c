#include "common/deflate.h"

#include <stdbool.h>
#include <stdlib.h>
#include <zlib.h>
#include <zstd.h>

#include "common/mem.h"

enum {
	BLOCK_BYTES = 64 << 10,
	ROOM_BYTES = 64 << 10,      /* of output at a time */
	GZIP_LEVEL = 4,             /* on news over twice as fast as 6, for 5 % more */
	GZIP_WINDOW_BITS = 15 + 16, /* 16: gzip, not zlib, around it */
	GZIP_MEMORY = 8,            /* zlib's default */
	GZIP_SYSTEM = 255,          /* unknown */
	ZSTD_LEVEL = 3,
};

struct deflate {
	enum compression compression;
	uint64_t member_bytes;
	bool begun; /* there is a compressor for this member */
	z_stream gzip;
	gz_header gzip_header;
	ZSTD_CCtx *zstd;
	size_t n; /* bytes of block */
	char block[BLOCK_BYTES];
};

enum compression
compression_of_name(const char *file_name)
{
	struct span name = span_str(file_name);

	if (span_ends(name, SPAN(".gz")))
		return COMPRESSION_GZIP;
	if (span_ends(name, SPAN(".zst")))
		return COMPRESSION_ZSTD;
	return COMPRESSION_NONE;
}

/* Cleared memory, so that nothing old can show in the output. */
static void *
gzip_alloc(void *unused, unsigned count, unsigned size)
{
	(void)unused;
	return mem_zero(count, size);
}

static void
gzip_free(void *unused, void *p)
{
	(void)unused;
	free(p);
}

/* A member gets a compressor of its own: one used before could remember. */
static int
begin(struct deflate *d)
{
	if (d->compression == COMPRESSION_GZIP) {
		d->gzip = (z_stream){.zalloc = gzip_alloc, .zfree = gzip_free};
		d->gzip_header = (gz_header){.os = GZIP_SYSTEM};
		if (deflateInit2(&d->gzip, GZIP_LEVEL, Z_DEFLATED, GZIP_WINDOW_BITS, GZIP_MEMORY,
			Z_DEFAULT_STRATEGY) != Z_OK)
			return err_set(ERR_SYS, "zlib cannot compress");
		deflateSetHeader(&d->gzip, &d->gzip_header);
	} else {
		d->zstd = ZSTD_createCCtx();
		if (d->zstd == NULL)
			return err_set(ERR_SYS, "no memory for the zstd compressor");
		ZSTD_CCtx_setParameter(d->zstd, ZSTD_c_compressionLevel, ZSTD_LEVEL);
		ZSTD_CCtx_setParameter(d->zstd, ZSTD_c_checksumFlag, 1);
	}
	d->begun = true;
	return 0;
}

static void
end(struct deflate *d)
{
	if (d->compression == COMPRESSION_GZIP)
		deflateEnd(&d->gzip);
	ZSTD_freeCCtx(d->zstd);
	d->zstd = NULL;
	d->begun = false;
}

static int
gzip_block(struct deflate *d, bool last, struct buf *out)
{
	d->gzip.next_in = (Bytef *)d->block;
	d->gzip.avail_in = (uInt)d->n;
	do {
		d->gzip.next_out = (Bytef *)buf_room(out, ROOM_BYTES);
		d->gzip.avail_out = ROOM_BYTES;
		if (deflate(&d->gzip, last ? Z_FINISH : Z_NO_FLUSH) == Z_STREAM_ERROR)
			return err_set(ERR_SYS, "zlib cannot go on");
		out->n += ROOM_BYTES - d->gzip.avail_out;
	} while (d->gzip.avail_out == 0);
	return 0;
}

static int
zstd_block(struct deflate *d, bool last, struct buf *out)
{
	ZSTD_inBuffer in = {d->block, d->n, 0};
	size_t left;

	do {
		ZSTD_outBuffer room = {buf_room(out, ROOM_BYTES), ROOM_BYTES, 0};

		left =
		    ZSTD_compressStream2(d->zstd, &room, &in, last ? ZSTD_e_end : ZSTD_e_continue);
		if (ZSTD_isError(left))
			return err_set(ERR_SYS, "zstd: %s", ZSTD_getErrorName(left));
		out->n += room.pos;
	} while (last ? left > 0 : in.pos < in.size);
	return 0;
}

/* Compress what is in the block. */
static int
press(struct deflate *d, bool last, struct buf *out)
{
	if (!d->begun)
		TRY(begin(d));
	if (d->compression == COMPRESSION_GZIP)
		TRY(gzip_block(d, last, out));
	else
		TRY(zstd_block(d, last, out));
	d->n = 0;
	return 0;
}

int
deflate_open(struct deflate **ret, enum compression compression)
{
	struct deflate *d = mem_zero(1, sizeof(*d));

	d->compression = compression;
	*ret = d;
	return 0;
}

/*
 * The compressor sees blocks of one size, counted from the beginning of the member, however the
 * input was cut.
 */
int
deflate_put(struct deflate *d, struct span in, struct buf *out)
{
	if (in.n == 0)
		return 0;
	d->member_bytes += in.n;
	if (d->compression == COMPRESSION_NONE) {
		buf_span(out, in);
		return 0;
	}
	while (in.n > 0) {
		size_t n = in.n < BLOCK_BYTES - d->n ? in.n : BLOCK_BYTES - d->n;

		memcpy(d->block + d->n, in.p, n);
		d->n += n;
		in = span_cut(in, n, in.n);
		if (d->n == BLOCK_BYTES)
			TRY(press(d, false, out));
	}
	return 0;
}

int
deflate_end_member(struct deflate *d, struct buf *out)
{
	if (d->member_bytes == 0)
		return 0;
	if (d->compression != COMPRESSION_NONE) {
		TRY(press(d, true, out));
		end(d);
	}
	d->member_bytes = 0;
	return 0;
}

uint64_t
deflate_member_bytes(const struct deflate *d)
{
	return d->member_bytes;
}

void
deflate_close(struct deflate *d)
{
	if (d == NULL)
		return;
	if (d->begun)
		end(d);
	free(d);
}
