#include "stages/dedup/owner_table.h"

#include <sys/random.h>

#include "common/buf.h"
#include "stages/dedup/tag_row.h"

enum {
	FIRST_SLOTS = 640, /* of a part; the parts grow by turns, since they begin so */
	FREE = 24,         /* a part grows when a FREE-th of it is free */
	GROWTH = 9,        /* by a GROWTH-th */
	PLACE_BITS = 56,   /* of a place: the slot; above them the part */
};

/* Where a hash lives. */
struct home {
	uint64_t part, slot; /* the first one of its row */
	unsigned char tag;
};

static inline struct home
home_of(const struct owner_table *t, const struct hash *hash)
{
	struct home home;
	uint64_t v;

	memcpy(&v, hash->bytes, sizeof(v));
	v *= t->factor;
	home.part = v >> (64 - OWNER_PARTS_BITS);
	v <<= OWNER_PARTS_BITS;
	home.slot = (uint64_t)((unsigned __int128)v * t->parts[home.part].rows >> 64) * TAG_ROW;
	home.tag = hash->bytes[HASH_BYTES - 1];
	home.tag |= home.tag == 0;
	return home;
}

static inline uint64_t
next_row(const struct owner_part *part, uint64_t row)
{
	return row + TAG_ROW == part->n_slots ? 0 : row + TAG_ROW;
}

static inline bool
is_of(const struct entry *e, const struct hash *hash)
{
	return memcmp(e->hash.bytes, hash->bytes, HASH_BYTES) == 0;
}

/* The slot of the hash, or the empty one where it would be; *ret_found says which. */
static inline uint64_t
slot_of(const struct owner_part *part, struct home home, const struct hash *hash, bool *ret_found)
{
	for (uint64_t row = home.slot;; row = next_row(part, row)) {
		unsigned match = tag_row_match(part->tags + row, home.tag), empty;

		for (; match != 0; match &= match - 1) {
			uint64_t at = row + (unsigned)__builtin_ctz(match);

			if (is_of(&part->slots[at], hash)) {
				*ret_found = true;
				return at;
			}
		}
		empty = tag_row_match(part->tags + row, 0);
		if (empty != 0) {
			*ret_found = false;
			return row + (unsigned)__builtin_ctz(empty);
		}
	}
}

const struct entry *
owner_table_find(const struct owner_table *t, const struct hash *hash)
{
	struct home home = home_of(t, hash);
	const struct owner_part *part = &t->parts[home.part];
	bool found;
	uint64_t at = slot_of(part, home, hash, &found);

	return found ? &part->slots[at] : NULL;
}

void
owner_table_prefetch(const struct owner_table *t, const struct hash *hash)
{
	struct home home = home_of(t, hash);

	__builtin_prefetch(&t->parts[home.part].tags[home.slot]);
}

/* Of the first row only: few are further away. */
void
owner_table_prefetch_entry(const struct owner_table *t, const struct hash *hash)
{
	struct home home = home_of(t, hash);
	const struct owner_part *part = &t->parts[home.part];
	unsigned match = tag_row_match(part->tags + home.slot, home.tag);

	if (match == 0)
		match = tag_row_match(part->tags + home.slot, 0); /* where it will be put */
	if (match != 0)
		__builtin_prefetch(&part->slots[home.slot + (unsigned)__builtin_ctz(match)], 1);
}

/* sizes */

static uint64_t
slots_for(uint64_t size)
{
	return area_round(size * sizeof(struct entry)) / sizeof(struct entry) / TAG_ROW * TAG_ROW;
}

/* How many entries so many slots may hold. */
static uint64_t
most_in(uint64_t slots)
{
	return slots - slots / FREE;
}

/* The size that a part has when it has come to n entries. */
static uint64_t
size_for(const struct owner_part *part, uint64_t n)
{
	uint64_t size = part->size;

	while (n > most_in(slots_for(size)))
		size += size / GROWTH;
	return size;
}

/* The share that a part has in n more entries, and what chance may add. */
static uint64_t
share_of(uint64_t n)
{
	return n / OWNER_PARTS + n / OWNER_PARTS / 128 + 64;
}

static uint64_t
bytes_of(uint64_t size)
{
	return area_round(size * sizeof(struct entry)) + area_round(slots_for(size));
}

uint64_t
owner_table_bytes(const struct owner_table *t, uint64_t n)
{
	uint64_t more = n > t->n ? share_of(n - t->n) : 0, bytes = 0;

	for (size_t i = 0; i < OWNER_PARTS; i++)
		bytes += bytes_of(size_for(&t->parts[i], t->parts[i].n + more));
	return bytes;
}

uint64_t
owner_table_bytes_now(const struct owner_table *t)
{
	uint64_t bytes = 0;

	for (size_t i = 0; i < OWNER_PARTS; i++)
		bytes += bytes_of(t->parts[i].size);
	return bytes;
}

/* The size of a part in the beginning. */
static uint64_t
first_size(uint64_t part)
{
	return FIRST_SLOTS + part * FIRST_SLOTS / (OWNER_PARTS * (uint64_t)GROWTH);
}

uint64_t
owner_table_most(uint64_t n)
{
	uint64_t share = share_of(n + n / 32), bytes = 0; /* a part may get more, by chance */

	for (uint64_t i = 0; i < OWNER_PARTS; i++) {
		const struct owner_part first = {.size = first_size(i)};

		bytes += bytes_of(size_for(&first, share));
	}
	return bytes;
}

static void
set_size(struct owner_part *part, uint64_t size)
{
	part->size = size;
	part->n_slots = slots_for(size);
	part->rows = part->n_slots / TAG_ROW;
	area_grow(&part->slot_area, size * sizeof(struct entry));
	area_grow(&part->tag_area, part->n_slots);
	part->slots = (struct entry *)(void *)part->slot_area.p;
	part->tags = (unsigned char *)part->tag_area.p;
}

void
owner_table_init(struct owner_table *t)
{
	*t = (struct owner_table){0};
	if (getrandom(&t->factor, sizeof(t->factor), 0) != (ssize_t)sizeof(t->factor))
		t->factor = 0x9E3779B97F4A7C15ULL;
	t->factor |= 1;
	for (uint64_t i = 0; i < OWNER_PARTS; i++)
		set_size(&t->parts[i], first_size(i));
}

void
owner_table_done(struct owner_table *t)
{
	for (size_t i = 0; i < OWNER_PARTS; i++) {
		area_done(&t->parts[i].slot_area);
		area_done(&t->parts[i].tag_area);
	}
	*t = (struct owner_table){0};
}

/* entries */

static void
fill(struct owner_part *part, uint64_t at, unsigned char tag, const struct entry *e)
{
	part->tags[at] = tag;
	part->slots[at] = *e;
}

/* Put an entry into the first free slot from its home on; false if there is none up to the end. */
static bool
settle(struct owner_part *part, struct home home, const struct entry *e)
{
	for (uint64_t row = home.slot; row < part->n_slots; row += TAG_ROW) {
		unsigned empty = tag_row_match(part->tags + row, 0);

		if (empty != 0) {
			fill(part, row + (unsigned)__builtin_ctz(empty), home.tag, e);
			return true;
		}
	}
	return false;
}

/*
 * Make a part longer and bring its entries to their new homes, from the last to the first: a new
 * home lies no further in front than the old one, so hardly any lies before the entries that are
 * still to be moved. The few that do, and those that must go around the end, wait until all others
 * have moved.
 */
static void
grow(struct owner_table *t, struct owner_part *part, uint64_t size)
{
	uint64_t old = part->n_slots;
	struct buf waiting = {0};

	set_size(part, size);
	for (uint64_t at = old; at-- > 0;) {
		struct entry e = part->slots[at];
		struct home home;

		if (part->tags[at] == 0)
			continue;
		part->tags[at] = 0;
		home = home_of(t, &e.hash);
		if (home.slot < at || !settle(part, home, &e))
			buf_put(&waiting, &e, sizeof(e));
	}
	for (size_t i = 0; i < waiting.n; i += sizeof(struct entry)) {
		struct entry e;
		struct home home;
		bool found;

		memcpy(&e, waiting.p + i, sizeof(e));
		home = home_of(t, &e.hash);
		fill(part, slot_of(part, home, &e.hash, &found), home.tag, &e);
	}
	buf_done(&waiting);
}

static void
make_room(struct owner_table *t, struct owner_part *part, uint64_t n)
{
	uint64_t size = size_for(part, n);

	if (size != part->size)
		grow(t, part, size);
}

void
owner_table_reserve(struct owner_table *t, uint64_t n)
{
	uint64_t more = n > t->n ? share_of(n - t->n) : 0;

	for (size_t i = 0; more > 0 && i < OWNER_PARTS; i++)
		make_room(t, &t->parts[i], t->parts[i].n + more);
}

void
owner_table_put(struct owner_table *t, const struct entry *e)
{
	struct home home = home_of(t, &e->hash);
	struct owner_part *part = &t->parts[home.part];
	bool found;
	uint64_t at = slot_of(part, home, &e->hash, &found);

	if (!found && part->n == most_in(part->n_slots)) {
		make_room(t, part, part->n + 1);
		home = home_of(t, &e->hash);
		at = slot_of(part, home, &e->hash, &found);
	}
	part->n += !found;
	t->n += !found;
	fill(part, at, home.tag, e);
}

const struct entry *
owner_table_next(const struct owner_table *t, uint64_t *io_place)
{
	uint64_t slot = *io_place & ((1ULL << PLACE_BITS) - 1);

	for (uint64_t i = *io_place >> PLACE_BITS; i < OWNER_PARTS; i++, slot = 0)
		for (; slot < t->parts[i].n_slots; slot++)
			if (t->parts[i].tags[slot] != 0) {
				*io_place = i << PLACE_BITS | (slot + 1);
				return &t->parts[i].slots[slot];
			}
	return NULL;
}

/* removal */

/* How far it is from one slot to another, around the end. */
static uint64_t
way(const struct owner_part *part, uint64_t from, uint64_t to)
{
	return to >= from ? to - from : to + part->n_slots - from;
}

/*
 * Empty a slot, and move into the gap what would not be found behind it any more: an entry whose
 * home does not lie cyclically in (gap, its slot].
 */
static void
empty(struct owner_table *t, struct owner_part *part, uint64_t gap)
{
	uint64_t at = gap;

	while (at = at + 1 == part->n_slots ? 0 : at + 1, part->tags[at] != 0) {
		struct home home = home_of(t, &part->slots[at].hash);

		if (way(part, home.slot, at) < way(part, gap, at))
			continue;
		fill(part, gap, home.tag, &part->slots[at]);
		gap = at;
	}
	part->tags[gap] = 0;
	part->n--;
	t->n--;
}

void
owner_table_remove(struct owner_table *t, bool (*goes)(const void *object, const struct entry *e),
    const void *object)
{
	for (size_t i = 0; i < OWNER_PARTS; i++) {
		struct owner_part *part = &t->parts[i];

		for (uint64_t at = 0; at < part->n_slots; at++)
			while (part->tags[at] != 0 && goes(object, &part->slots[at]))
				empty(t, part, at);
	}
}
