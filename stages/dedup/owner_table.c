#include "stages/dedup/owner_table.h"

#include <sys/random.h>

#include "common/buf.h"

enum {
	FIRST_SLOTS = 640, /* of a part; the parts grow by turns, since they begin so */
	FREE = 12,         /* a part grows when a FREE-th of it is free */
	GROWTH = 4,        /* by a GROWTH-th */
	PLACE_BITS = 56,   /* of a place: the slot; above them the part */
};

/* Where a hash lives. */
struct home {
	uint64_t part, row;
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
	home.row = (uint64_t)((unsigned __int128)v * t->parts[home.part].n_rows >> 64);
	home.tag = hash->bytes[HASH_BYTES - 1];
	home.tag |= home.tag == 0;
	return home;
}

/* A slot of a part: a row, and a place in it. */
struct place {
	struct owner_row *row;
	unsigned i;
};

static inline struct place
place_at(const struct owner_part *part, uint64_t at)
{
	return (struct place){&part->rows[at / TAG_ROW], (unsigned)(at % TAG_ROW)};
}

static inline bool
is_of(const struct entry *e, const struct hash *hash)
{
	return memcmp(e->hash.bytes, hash->bytes, HASH_BYTES) == 0;
}

/* The place of the hash, or the empty one where it would be; *ret_found says which. */
static inline struct place
place_of(const struct owner_part *part, struct home home, const struct hash *hash, bool *ret_found)
{
	for (uint64_t at = home.row;; at = at + 1 == part->n_rows ? 0 : at + 1) {
		struct owner_row *row = &part->rows[at];
		unsigned match = tag_row_match(row->tags, home.tag), empty;

		for (; match != 0; match &= match - 1) {
			unsigned i = (unsigned)__builtin_ctz(match);

			if (is_of(&row->slots[i], hash)) {
				*ret_found = true;
				return (struct place){row, i};
			}
		}
		empty = tag_row_match(row->tags, 0);
		if (empty != 0) {
			*ret_found = false;
			return (struct place){row, (unsigned)__builtin_ctz(empty)};
		}
	}
}

const struct entry *
owner_table_find(const struct owner_table *t, const struct hash *hash)
{
	struct home home = home_of(t, hash);
	bool found;
	struct place place = place_of(&t->parts[home.part], home, hash, &found);

	return found ? &place.row->slots[place.i] : NULL;
}

void
owner_table_prefetch(const struct owner_table *t, const struct hash *hash)
{
	struct home home = home_of(t, hash);

	__builtin_prefetch(&t->parts[home.part].rows[home.row]);
}

/* Of the first row only: few are further away. */
void
owner_table_prefetch_entry(const struct owner_table *t, const struct hash *hash)
{
	struct home home = home_of(t, hash);
	const struct owner_row *row = &t->parts[home.part].rows[home.row];
	unsigned match = tag_row_match(row->tags, home.tag);

	if (match == 0)
		match = tag_row_match(row->tags, 0); /* where it will be put */
	if (match != 0)
		__builtin_prefetch(&row->slots[__builtin_ctz(match)], 1);
}

/* sizes */

/* The bytes of a part that should have so many slots, and the rows in them. */
static uint64_t
bytes_of(uint64_t size)
{
	return area_round(size / TAG_ROW * sizeof(struct owner_row));
}

static uint64_t
rows_in(uint64_t size)
{
	return bytes_of(size) / sizeof(struct owner_row);
}

/* How many entries so many rows may hold. */
static uint64_t
most_in(uint64_t rows)
{
	return rows * TAG_ROW - rows * TAG_ROW / FREE;
}

/* The size that a part has when it has come to n entries. */
static uint64_t
size_for(const struct owner_part *part, uint64_t n)
{
	uint64_t size = part->size;

	while (n > most_in(rows_in(size)))
		size += size / GROWTH;
	return size;
}

/* The share that a part has in n more entries, and what chance may add. */
static uint64_t
share_of(uint64_t n)
{
	return n / OWNER_PARTS + n / OWNER_PARTS / 128 + 64;
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
	part->n_rows = rows_in(size);
	area_grow(&part->area, bytes_of(size));
	part->rows = (struct owner_row *)(void *)part->area.p;
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
	for (size_t i = 0; i < OWNER_PARTS; i++)
		area_done(&t->parts[i].area);
	*t = (struct owner_table){0};
}

/* entries */

static inline void
fill(struct place place, unsigned char tag, const struct entry *e)
{
	place.row->tags[place.i] = tag;
	place.row->slots[place.i] = *e;
}

/* Put an entry into the first free slot from its home on; false if there is none up to the end. */
static inline bool
settle(struct owner_part *part, struct home home, const struct entry *e)
{
	for (uint64_t at = home.row; at < part->n_rows; at++) {
		struct owner_row *row = &part->rows[at];
		unsigned empty = tag_row_match(row->tags, 0);

		if (empty != 0) {
			fill((struct place){row, (unsigned)__builtin_ctz(empty)}, home.tag, e);
			return true;
		}
	}
	return false;
}

/*
 * Make a part longer and bring its entries to their new homes, from the last row to the first: a
 * new home lies no further in front than the old one, so hardly any lies before the entries that
 * are still to be moved. The few that do, and those that must go around the end, wait until all
 * others have moved.
 */
static void
grow(struct owner_table *t, struct owner_part *part, uint64_t size)
{
	uint64_t old = part->n_rows;
	struct buf waiting = {0};

	set_size(part, size);
	for (uint64_t at = old; at-- > 0;) {
		struct owner_row row = part->rows[at];

		memset(part->rows[at].tags, 0, TAG_ROW);
		for (unsigned i = TAG_ROW; i-- > 0;) {
			struct home home;

			if (row.tags[i] == 0)
				continue;
			home = home_of(t, &row.slots[i].hash);
			if (home.row < at || !settle(part, home, &row.slots[i]))
				buf_put(&waiting, &row.slots[i], sizeof(row.slots[i]));
		}
	}
	for (size_t i = 0; i < waiting.n; i += sizeof(struct entry)) {
		struct entry e;
		struct home home;
		bool found;

		memcpy(&e, waiting.p + i, sizeof(e));
		home = home_of(t, &e.hash);
		fill(place_of(part, home, &e.hash, &found), home.tag, &e);
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

/* Where the hash is, or where it is to be put, after which it counts. */
static struct place
make_place(struct owner_table *t, const struct hash *hash, unsigned char *ret_tag, bool *ret_found)
{
	struct home home = home_of(t, hash);
	struct owner_part *part = &t->parts[home.part];
	struct place place = place_of(part, home, hash, ret_found);

	*ret_tag = home.tag;
	if (*ret_found)
		return place;
	if (part->n == most_in(part->n_rows)) {
		bool found;

		make_room(t, part, part->n + 1);
		place = place_of(part, home_of(t, hash), hash, &found);
	}
	part->n++;
	t->n++;
	return place;
}

void
owner_table_put(struct owner_table *t, const struct entry *e)
{
	unsigned char tag;
	bool found;
	struct place place = make_place(t, &e->hash, &tag, &found);

	fill(place, tag, e);
}

const struct entry *
owner_table_add(struct owner_table *t, const struct entry *e)
{
	unsigned char tag;
	bool found;
	struct place place = make_place(t, &e->hash, &tag, &found);

	if (found)
		return &place.row->slots[place.i];
	fill(place, tag, e);
	return NULL;
}

const struct entry *
owner_table_next(const struct owner_table *t, uint64_t *io_place)
{
	uint64_t at = *io_place & ((1ULL << PLACE_BITS) - 1);

	for (uint64_t i = *io_place >> PLACE_BITS; i < OWNER_PARTS; i++, at = 0)
		for (; at < t->parts[i].n_rows * TAG_ROW; at++) {
			struct place place = place_at(&t->parts[i], at);

			if (place.row->tags[place.i] != 0) {
				*io_place = i << PLACE_BITS | (at + 1);
				return &place.row->slots[place.i];
			}
		}
	return NULL;
}

/* removal */

/* How far it is from one slot to another, around the end. */
static uint64_t
way(const struct owner_part *part, uint64_t from, uint64_t to)
{
	return to >= from ? to - from : to + part->n_rows * TAG_ROW - from;
}

/*
 * Empty a slot, and move into the gap what would not be found behind it any more: an entry whose
 * home does not lie cyclically in (gap, its slot].
 */
static void
empty(struct owner_table *t, struct owner_part *part, uint64_t gap)
{
	uint64_t at = gap;

	for (;;) {
		struct place place;
		struct home home;

		at = at + 1 == part->n_rows * TAG_ROW ? 0 : at + 1;
		place = place_at(part, at);
		if (place.row->tags[place.i] == 0)
			break;
		home = home_of(t, &place.row->slots[place.i].hash);
		if (way(part, home.row * TAG_ROW, at) < way(part, gap, at))
			continue;
		fill(place_at(part, gap), home.tag, &place.row->slots[place.i]);
		gap = at;
	}
	part->rows[gap / TAG_ROW].tags[gap % TAG_ROW] = 0;
	part->n--;
	t->n--;
}

void
owner_table_remove(struct owner_table *t, bool (*goes)(const void *object, const struct entry *e),
    const void *object)
{
	for (size_t i = 0; i < OWNER_PARTS; i++) {
		struct owner_part *part = &t->parts[i];

		for (uint64_t at = 0; at < part->n_rows * TAG_ROW; at++) {
			struct place place = place_at(part, at);

			while (place.row->tags[place.i] != 0 &&
			       goes(object, &place.row->slots[place.i]))
				empty(t, part, at);
		}
	}
}
