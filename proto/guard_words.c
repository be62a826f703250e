#include "proto/guard_words.h"

#include <endian.h>
#include <string.h>

enum { SLOTS = 1 << 13 };

struct slot {
	uint64_t hash; /* 0: empty */
	struct guard_word word;
};

static uint64_t
mix(uint64_t x)
{
	x *= UINT64_C(0x9E3779B97F4A7C15);
	x ^= x >> 32;
	x *= UINT64_C(0xD6E8FEB86659FD93);
	return x ^ x >> 29;
}

/* 1 to 8 bytes, the first lowest. */
static uint64_t
load(const char *p, size_t n)
{
	const unsigned char *b = (const unsigned char *)p;
	uint32_t low, high;

	if (n < 4)
		return b[0] | (uint64_t)b[n / 2] << 8 * (n / 2) | (uint64_t)b[n - 1] << 8 * (n - 1);
	memcpy(&low, p, sizeof(low));
	memcpy(&high, p + n - 4, sizeof(high));
	return le32toh(low) | (uint64_t)le32toh(high) << 8 * (n - 4);
}

uint64_t
guard_hash(const char *p, size_t n)
{
	uint64_t h = n;

	for (; n > 8; p += 8, n -= 8)
		h = mix(h ^ load(p, 8));
	return mix(h ^ (n > 0 ? load(p, n) : 0));
}

static struct slot *
slot_of(struct slot *slots, uint64_t hash)
{
	size_t at = hash % SLOTS;

	while (slots[at].hash != 0 && slots[at].hash != hash)
		at = (at + 1) % SLOTS;
	return &slots[at];
}

static void
put_list(struct slot *slots, const struct guard_list *list, const char *words, bool other)
{
	for (const char *p = words; p != NULL && *p != '\0';) {
		size_t n = strcspn(p, " ");
		uint64_t hash = guard_hash(p, n);
		struct slot *slot = slot_of(slots, hash);

		slot->hash = hash;
		if (list->role == GUARD_NONE)
			slot->word.function = true;
		else {
			slot->word.role = list->role;
			slot->word.class = list->class;
			slot->word.other = other;
		}
		p += n + (p[n] == ' ');
	}
}

static struct slot *
make_slots(void)
{
	static struct slot slots[SLOTS];

	for (unsigned i = 0; i < n_guard_lists; i++) {
		put_list(slots, &guard_lists[i], guard_lists[i].words, false);
		put_list(slots, &guard_lists[i], guard_lists[i].others, true);
	}
	return slots;
}

const struct guard_word *
guard_find(uint64_t hash)
{
	static struct slot *slots;

	if (slots == NULL)
		slots = make_slots();
	return &slot_of(slots, hash)->word;
}
