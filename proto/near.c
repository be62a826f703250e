#include "proto/near.h"

#include "proto/index_head.h"

void
near_owner_pack(struct buf *out, const struct near_owner *o)
{
	char *p;

	sketch_pack(out, &o->sketch);
	p = buf_room(out, 8);
	index_put32(index_put32(p, o->document), o->paragraph);
	out->n += 8;
}

void
near_owner_unpack(struct near_owner *ret, const char *p)
{
	sketch_unpack(&ret->sketch, p);
	ret->document = index_get32(p + SKETCH_BYTES);
	ret->paragraph = index_get32(p + SKETCH_BYTES + 4);
}

void
near_drop_pack(struct buf *out, const struct near_drop *d)
{
	char *p = buf_room(out, NEAR_DROP_BYTES);

	memcpy(p, d->hash.bytes, HASH_BYTES);
	p = index_put32(p + HASH_BYTES, d->document);
	p = index_put32(p, d->paragraph);
	p = index_put32(p, d->owner);
	p = index_put32(p, d->owner_paragraph);
	index_put32(p, (uint32_t)d->similarity);
	out->n += NEAR_DROP_BYTES;
}

void
near_drop_unpack(struct near_drop *ret, const char *p)
{
	memcpy(ret->hash.bytes, p, HASH_BYTES);
	p += HASH_BYTES;
	ret->document = index_get32(p);
	ret->paragraph = index_get32(p + 4);
	ret->owner = index_get32(p + 8);
	ret->owner_paragraph = index_get32(p + 12);
	ret->similarity = (int32_t)index_get32(p + 16);
}
