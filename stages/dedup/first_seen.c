#include "stages/dedup/first_seen.h"

void
first_seen_init(struct first_seen *f, struct arena *a, size_t n)
{
	size_t slots = 4;

	while (slots < 2 * n)
		slots *= 2;
	f->slots = arena_zero(a, slots, sizeof(*f->slots));
	f->mask = slots - 1;
}

struct first *
first_seen_find(struct first_seen *f, const struct hash *hash)
{
	size_t at;

	memcpy(&at, hash->bytes, sizeof(at));
	for (at &= f->mask;; at = (at + 1) & f->mask) {
		struct first *slot = &f->slots[at];
		if (!slot->taken || memcmp(slot->hash.bytes, hash->bytes, HASH_BYTES) == 0)
			return slot;
	}
}
