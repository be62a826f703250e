#include "proto/header.h"

#include "common/hash.h"
#include "common/hook.h"

enum {
	CHECKED_BYTES = 40,
	SUM_BYTES = 8,
	HEAD_BYTES = 6,   /* magic and version */
	MOST_BYTES = 256, /* of a frame 0 of any version */
};

static const unsigned char magic[4] = {'W', 'N', 'N', 'W'};

static void
put(unsigned char *p, uint64_t v, unsigned n)
{
	for (unsigned i = 0; i < n; i++, v >>= 8)
		p[i] = (unsigned char)v;
}

static uint64_t
get(const unsigned char *p, unsigned n)
{
	uint64_t v = 0;

	while (n-- > 0)
		v = v << 8 | p[n];
	return v;
}

static uint64_t
checksum(const unsigned char *frame, struct span body)
{
	return hash64_pair(span_of((const char *)frame, CHECKED_BYTES), body);
}

unsigned
header_own_version(void)
{
	return HEADER_VERSION + (hook_is_off("wire-version") ? 1 : 0);
}

unsigned
header_version(struct span frame, struct span body)
{
	const unsigned char *p = (const unsigned char *)frame.p;
	size_t n = frame.n - SUM_BYTES;

	if (frame.n < HEAD_BYTES + SUM_BYTES || frame.n > MOST_BYTES ||
	    memcmp(p, magic, sizeof(magic)) != 0 ||
	    get(p + n, SUM_BYTES) != hash64_pair(span_cut(frame, 0, n), body))
		return 0;
	return (unsigned)get(p + sizeof(magic), 2);
}

void
header_pack(unsigned char ret_frame[HEADER_BYTES], const struct header *h, struct span body)
{
	memcpy(ret_frame, magic, sizeof(magic));
	put(ret_frame + 4, header_own_version(), 2);
	put(ret_frame + 6, h->kind, 2);
	put(ret_frame + 8, h->run, 8);
	put(ret_frame + 16, h->seq, 8);
	put(ret_frame + 24, h->base, 8);
	put(ret_frame + 32, h->attempt, 4);
	put(ret_frame + 36, h->n_documents, 4);
	put(ret_frame + CHECKED_BYTES, checksum(ret_frame, body), 8);
}

int
header_unpack(struct header *ret_h, struct span frame, struct span body)
{
	const unsigned char *p = (const unsigned char *)frame.p;

	if (frame.n != HEADER_BYTES)
		return err_set(ERR_RECORD, "a header of %zu bytes", frame.n);
	if (memcmp(p, magic, sizeof(magic)) != 0)
		return err_set(ERR_RECORD, "a header without our magic");
	if (get(p + 4, 2) != header_own_version())
		return err_set(ERR_RECORD, "a peer of wire version %u, ours is %u",
		    (unsigned)get(p + 4, 2), header_own_version());
	if (get(p + 6, 2) >= FRAME_COUNT)
		return err_set(ERR_RECORD, "unknown flags %#x", (unsigned)get(p + 6, 2));
	if (get(p + CHECKED_BYTES, 8) != checksum(p, body))
		return err_set(ERR_RECORD, "a wrong checksum");
	*ret_h = (struct header){
	    .kind = (enum frame_kind)get(p + 6, 2),
	    .run = get(p + 8, 8),
	    .seq = get(p + 16, 8),
	    .base = get(p + 24, 8),
	    .attempt = (uint32_t)get(p + 32, 4),
	    .n_documents = (uint32_t)get(p + 36, 4),
	};
	return 0;
}
