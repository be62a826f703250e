#include "proto/guard_words.h"

#include <string.h>

enum { SLOTS = 1 << 13, FILTER_BITS = 1 << 16 };

struct slot {
	uint64_t hash; /* 0: empty */
	struct guard_word word;
};

static size_t
place_of(const struct slot *slots, uint64_t hash)
{
	size_t at = (hash >> 32) % SLOTS;

	while (slots[at].hash != 0 && slots[at].hash != hash)
		at = (at + 1) % SLOTS;
	return at;
}

static void
put_list(struct slot *slots, const struct guard_list *list, const char *words, bool other)
{
	for (const char *p = words; p != NULL && *p != '\0';) {
		size_t n = strcspn(p, " ");
		uint64_t hash = guard_hash(p, n);
		struct slot *slot = &slots[place_of(slots, hash)];

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

/* All that is looked up: the words, and a bit for each hash that has a role. */
struct table {
	struct slot slots[SLOTS];
	uint64_t filter[FILTER_BITS / 64];
};

static const struct table *
table(void)
{
	static struct table t;
	static bool made;

	if (made)
		return &t;
	for (unsigned i = 0; i < n_guard_lists; i++) {
		put_list(t.slots, &guard_lists[i], guard_lists[i].words, false);
		put_list(t.slots, &guard_lists[i], guard_lists[i].others, true);
	}
	for (unsigned i = 0; i < SLOTS; i++)
		if (t.slots[i].word.role != GUARD_NONE)
			t.filter[t.slots[i].hash % FILTER_BITS / 64] |= (uint64_t)1
									<< t.slots[i].hash % 64;
	made = true;
	return &t;
}

bool
guard_may_have_role(uint64_t hash)
{
	return (table()->filter[hash % FILTER_BITS / 64] >> hash % 64 & 1) != 0;
}

const struct guard_word *
guard_find(uint64_t hash)
{
	const struct table *t = table();

	return &t->slots[place_of(t->slots, hash)].word;
}
