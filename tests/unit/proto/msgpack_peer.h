/*
 * msgpack_peer - MessagePack by msgpack-c, as somebody else writes and reads it.
 */
#ifndef WINNOW_MSGPACK_PEER_H
#define WINNOW_MSGPACK_PEER_H

#include <criterion/criterion.h>
#include <msgpack.h>

#include "common/arena.h"

static inline void
put_key(msgpack_packer *p, const char *key)
{
	msgpack_pack_str_with_body(p, key, strlen(key));
}

static inline void
put_text(msgpack_packer *p, const char *key, const char *text)
{
	put_key(p, key);
	put_key(p, text);
}

static inline void
put_number(msgpack_packer *p, const char *key, int64_t v)
{
	put_key(p, key);
	msgpack_pack_int64(p, v);
}

/* Read one value that takes all the bytes; false if msgpack-c cannot. */
static inline bool
peer_reads(msgpack_unpacked *ret, struct span s)
{
	size_t at = 0;

	msgpack_unpacked_init(ret);
	return msgpack_unpack_next(ret, s.p, s.n, &at) == MSGPACK_UNPACK_SUCCESS && at == s.n;
}

/* The value of a key of a map, or NULL. */
static inline const msgpack_object *
peer_get(const msgpack_object *map, const char *key)
{
	cr_assert_eq(map->type, MSGPACK_OBJECT_MAP);
	for (uint32_t i = 0; i < map->via.map.size; i++) {
		const msgpack_object_kv *kv = &map->via.map.ptr[i];
		if (kv->key.type == MSGPACK_OBJECT_STR && kv->key.via.str.size == strlen(key) &&
		    memcmp(kv->key.via.str.ptr, key, strlen(key)) == 0)
			return &kv->val;
	}
	return NULL;
}

static inline const msgpack_object *
peer_at(const msgpack_object *array, uint32_t i)
{
	cr_assert_eq(array->type, MSGPACK_OBJECT_ARRAY);
	cr_assert(i < array->via.array.size);
	return &array->via.array.ptr[i];
}

static inline void
peer_has_text(const msgpack_object *map, const char *key, struct span text)
{
	const msgpack_object *o = peer_get(map, key);

	cr_assert(o != NULL && o->type == MSGPACK_OBJECT_STR, "no string %s", key);
	cr_assert(span_equal(span_of(o->via.str.ptr, o->via.str.size), text), "%s is %.*s", key,
	    (int)o->via.str.size, o->via.str.ptr);
}

static inline void
peer_has_bytes(const msgpack_object *map, const char *key, struct span bytes)
{
	const msgpack_object *o = peer_get(map, key);

	cr_assert(o != NULL && o->type == MSGPACK_OBJECT_BIN, "no bin %s", key);
	cr_assert(span_equal(span_of(o->via.bin.ptr, o->via.bin.size), bytes), "%s differs", key);
}

static inline void
peer_has_number(const msgpack_object *map, const char *key, int64_t v)
{
	const msgpack_object *o = peer_get(map, key);

	cr_assert(o != NULL, "no number %s", key);
	cr_assert(
	    o->type == (v < 0 ? MSGPACK_OBJECT_NEGATIVE_INTEGER : MSGPACK_OBJECT_POSITIVE_INTEGER),
	    "%s is no integer", key);
	cr_assert_eq(o->via.i64, v, "%s is %lld", key, (long long)o->via.i64);
}

static inline struct span
taken(struct arena *a, msgpack_sbuffer *b)
{
	struct span s = arena_copy(a, span_of(b->data, b->size));

	msgpack_sbuffer_destroy(b);
	return s;
}

#endif
