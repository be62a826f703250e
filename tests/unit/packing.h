/*
 * packing - archives and compressed bytes made by hand: gzip, zstd, lz4, tar and zip.
 */
#ifndef WINNOW_PACKING_H
#define WINNOW_PACKING_H

#include <criterion/criterion.h>
#include <lz4frame.h>
#include <stdio.h>
#include <zlib.h>
#include <zstd.h>

#include "common/buf.h"
#include "tests/unit/scratch_fd.h"

enum { RAW_BITS = -15, GZIP_MEMBER_BITS = 15 + 16 };

/* Append s as deflated data: a gzip member, or bare by RAW_BITS. */
static inline void
pack_deflate(struct buf *out, struct span s, int bits)
{
	z_stream z = {0};
	size_t room = s.n + s.n / 100 + 2000;

	cr_assert_eq(deflateInit2(&z, 6, Z_DEFLATED, bits, 8, Z_DEFAULT_STRATEGY), Z_OK);
	z.next_in = (Bytef *)s.p;
	z.avail_in = (uInt)s.n;
	z.next_out = (Bytef *)buf_room(out, room);
	z.avail_out = (uInt)room;
	cr_assert_eq(deflate(&z, Z_FINISH), Z_STREAM_END);
	out->n += z.total_out;
	deflateEnd(&z);
}

static inline void
pack_gzip(struct buf *out, struct span s)
{
	pack_deflate(out, s, GZIP_MEMBER_BITS);
}

static inline void
pack_zstd(struct buf *out, struct span s)
{
	size_t room = ZSTD_compressBound(s.n),
	       n = ZSTD_compress(buf_room(out, room), room, s.p, s.n, 3);

	cr_assert_not(ZSTD_isError(n));
	out->n += n;
}

static inline void
pack_lz4(struct buf *out, struct span s)
{
	size_t room = LZ4F_compressFrameBound(s.n, NULL),
	       n = LZ4F_compressFrame(buf_room(out, room), room, s.p, s.n, NULL);

	cr_assert_not(LZ4F_isError(n));
	out->n += n;
}

/* Append a file, or another kind of entry, to a tar; names of 100 bytes at most. */
static inline void
pack_tar(struct buf *out, const char *name, char type, struct span s)
{
	char *h = memset(buf_room(out, 512), 0, 512);
	unsigned sum = 0;

	strncpy(h, name, 100);
	snprintf(h + 124, 12, "%011o", (unsigned)s.n);
	h[156] = type;
	memcpy(h + 257,
	    "ustar\0"
	    "00",
	    8);
	memset(h + 148, ' ', 8);
	for (int i = 0; i < 512; i++)
		sum += (unsigned char)h[i];
	snprintf(h + 148, 8, "%06o", sum);
	out->n += 512;
	buf_span(out, s);
	while (out->n % 512 != 0)
		buf_byte(out, '\0');
}

/* A zip as it grows: its bytes, and its directory. */
struct zipped {
	struct buf out, directory;
	unsigned n;
};

static inline void
put_number(struct buf *b, uint64_t v, int bytes)
{
	for (; bytes-- > 0; v >>= 8)
		buf_byte(b, (char)v);
}

/* What the local header and the directory have in common. */
static inline void
put_common(struct buf *b, unsigned method, size_t stored, size_t plain, size_t name)
{
	put_number(b, 20, 2);
	put_number(b, 0, 2);
	put_number(b, method, 2);
	put_number(b, 0, 8); /* time and checksum */
	put_number(b, stored, 4);
	put_number(b, plain, 4);
	put_number(b, name, 2);
	put_number(b, 0, 2);
}

static inline void
pack_zip(struct zipped *z, const char *name, unsigned method, struct span s)
{
	struct buf packed = {0};
	size_t at = z->out.n;

	if (method == 8)
		pack_deflate(&packed, s, RAW_BITS);
	else
		buf_span(&packed, s);
	buf_put(&z->out, "PK\3\4", 4);
	put_common(&z->out, method, packed.n, s.n, strlen(name));
	buf_str(&z->out, name);
	buf_span(&z->out, buf_view(&packed));
	buf_put(&z->directory, "PK\1\2\x14\0", 6);
	put_common(&z->directory, method, packed.n, s.n, strlen(name));
	put_number(&z->directory, 0, 10);
	put_number(&z->directory, at, 4);
	buf_str(&z->directory, name);
	z->n++;
	buf_done(&packed);
}

static inline struct span
zip_bytes(struct zipped *z)
{
	size_t at = z->out.n;

	buf_span(&z->out, buf_view(&z->directory));
	buf_put(&z->out, "PK\5\6\0\0\0\0", 8);
	put_number(&z->out, z->n, 2);
	put_number(&z->out, z->n, 2);
	put_number(&z->out, z->directory.n, 4);
	put_number(&z->out, at, 4);
	put_number(&z->out, 0, 2);
	return buf_view(&z->out);
}

static inline void
zipped_done(struct zipped *z)
{
	buf_done(&z->out);
	buf_done(&z->directory);
}

#endif
