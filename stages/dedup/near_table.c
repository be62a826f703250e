#include "stages/dedup/near_table.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "common/mem.h"
#if defined(__SSE2__)
#	include <emmintrin.h>
#endif

enum {
	FIRST = 1 << 12, /* paragraphs */
	FILLED = 10,  /* places of a group that are taken, in the mean, when it is time to grow */
	TOGETHER = 8, /* sketches whose groups are fetched together */
	LARGE = 32 << 20, /* bytes from which on large pages are asked for */
	PAGE = 2 << 20,
};

struct near_group {
	unsigned char tags[NEAR_PLACES];
	uint32_t n; /* places taken */
	uint32_t owners[NEAR_PLACES];
};

/* Where the bands of one sketch lie. */
struct bands {
	uint32_t groups[NEAR_BANDS];
	unsigned char tags[NEAR_BANDS];
};

static inline uint64_t
mix(uint64_t x)
{
	x ^= x >> 32;
	x *= UINT64_C(0xD6E8FEB86659FD93);
	x ^= x >> 32;
	return x * UINT64_C(0x9E3779B97F4A7C15);
}

static void
bands_of(struct bands *ret, const struct near_table *t, const struct sketch *s)
{
	uint64_t traits = mix((uint64_t)s->numbers << 32 | s->names);

	traits = mix(traits + ((uint64_t)s->negations << 8 | (s->flags & SKETCH_CHARACTERS)));
	for (unsigned i = 0; i < NEAR_BANDS; i++) {
		const unsigned char *lane = s->lanes + (size_t)i * NEAR_ROWS;
		uint64_t key = traits ^ ((uint64_t)i << 24 | (uint64_t)lane[0] << 16 |
					    (uint64_t)lane[1] << 8 | lane[2]);

		key *= UINT64_C(0x9E3779B97F4A7C15);
		key ^= key >> 32;
		key *= UINT64_C(0xD6E8FEB86659FD93);
		ret->groups[i] = (uint32_t)((key >> 32) * t->n_groups >> 32);
		ret->tags[i] = (unsigned char)(key >> 24);
	}
}

static void
fetch(const struct near_table *t, const struct bands *b)
{
	for (unsigned i = 0; i < NEAR_BANDS; i++)
		__builtin_prefetch(&t->groups[b->groups[i]]);
}

/* growing */

/* How many paragraphs there is room for when there are n; a function of n alone. */
static uint64_t
room_for(uint64_t n)
{
	uint64_t cap = FIRST;

	while (cap < n)
		cap += cap / 3;
	return cap;
}

static uint64_t
groups_for(uint64_t cap)
{
	return cap * NEAR_BANDS / FILLED;
}

uint64_t
near_table_bytes(uint64_t n)
{
	uint64_t cap = room_for(n);

	return cap * sizeof(struct near_owner) + groups_for(cap) * sizeof(struct near_group);
}

static struct near_group *
make_groups(uint64_t n)
{
	size_t bytes = n * sizeof(struct near_group);
	struct near_group *groups;

	if (bytes < LARGE)
		return mem_zero(n, sizeof(*groups));
	groups = aligned_alloc(PAGE, (bytes + PAGE - 1) / PAGE * PAGE);
	if (groups == NULL)
		mem_exhausted();
	if (madvise(groups, bytes, MADV_HUGEPAGE) < 0)
		return memset(groups, 0, bytes); /* a kernel without them */
	return memset(groups, 0, bytes);
}

/* The places of a group that have the tag, as bits. */
static inline unsigned
places_of(const struct near_group *g, unsigned char tag)
{
	unsigned taken = (1u << g->n) - 1, found = 0;

#if defined(__SSE2__)
	__m128i tags = _mm_loadu_si128((const __m128i *)(const void *)g);

	found = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(tags, _mm_set1_epi8((char)tag)));
#else
	for (unsigned i = 0; i < NEAR_PLACES; i++)
		found |= (unsigned)(g->tags[i] == tag) << i;
#endif
	return found & taken;
}

static void
put(struct near_table *t, const struct bands *b, uint32_t owner)
{
	for (unsigned i = 0; i < NEAR_BANDS; i++) {
		struct near_group *g = &t->groups[b->groups[i]];
		int alike = __builtin_popcount(places_of(g, b->tags[i]));

		if (g->n == NEAR_PLACES || alike >= NEAR_BUCKET)
			continue;
		g->tags[g->n] = b->tags[i];
		g->owners[g->n++] = owner;
	}
}

static void
make(struct near_table *t)
{
	struct bands bands[TOGETHER];

	free(t->groups);
	t->n_groups = (uint32_t)groups_for(t->cap);
	t->groups = make_groups(t->n_groups);
	for (uint32_t at = 0; at < t->n; at += TOGETHER) {
		uint32_t n = t->n - at < TOGETHER ? t->n - at : TOGETHER;

		for (uint32_t i = 0; i < n; i++) {
			bands_of(&bands[i], t, &t->owners[at + i].sketch);
			fetch(t, &bands[i]);
		}
		for (uint32_t i = 0; i < n; i++)
			put(t, &bands[i], at + i);
	}
}

static void
unmake(struct near_table *t)
{
	free(t->groups);
	t->groups = NULL;
}

static void
set_room(struct near_table *t, uint64_t n)
{
	uint64_t cap = room_for(n);

	if (cap == t->cap)
		return;
	unmake(t); /* before more is taken */
	t->cap = (uint32_t)cap;
	t->owners = mem_grow(t->owners, cap * sizeof(*t->owners));
}

void
near_table_done(struct near_table *t)
{
	unmake(t);
	free(t->owners);
	*t = (struct near_table){0};
}

void
near_table_add(struct near_table *t, const struct near_owner *owner)
{
	struct bands bands;

	if (t->n == t->cap)
		set_room(t, (uint64_t)t->n + 1);
	t->owners[t->n++] = *owner;
	if (t->groups == NULL)
		return;
	bands_of(&bands, t, &owner->sketch);
	put(t, &bands, t->n - 1);
}

void
near_table_remove(
    struct near_table *t, bool (*goes)(const void *object, uint32_t document), const void *object)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < t->n; i++)
		if (!goes(object, t->owners[i].document))
			t->owners[n++] = t->owners[i];
	t->n = n;
	unmake(t);
	if (t->cap > 0)
		set_room(t, n);
}

/* searching */

static void
make_ready(struct near_table *t)
{
	if (t->groups != NULL)
		return;
	set_room(t, t->n);
	make(t);
}

void
near_table_prefetch(struct near_table *t, const struct sketch *sketch)
{
	struct bands bands;

	if (t->groups == NULL)
		return;
	bands_of(&bands, t, sketch);
	fetch(t, &bands);
}

/* The paragraphs in the buckets of a sketch; one may be there several times. */
static unsigned
collect(const struct near_table *t, const struct sketch *sketch,
    uint32_t ret_owners[NEAR_BANDS * NEAR_BUCKET])
{
	struct bands bands;
	unsigned n = 0;

	bands_of(&bands, t, sketch);
	for (unsigned i = 0; i < NEAR_BANDS; i++) {
		const struct near_group *g = &t->groups[bands.groups[i]];

		for (unsigned places = places_of(g, bands.tags[i]); places != 0;
		     places &= places - 1) {
			uint32_t owner = g->owners[__builtin_ctz(places)];
			const char *at = (const char *)&t->owners[owner];

			__builtin_prefetch(at);
			__builtin_prefetch(at + sizeof(struct near_owner) - 1);
			ret_owners[n++] = owner;
		}
	}
	return n;
}

struct near_found
near_table_find(struct near_table *t, const struct sketch *sketch, int32_t least,
    bool (*skips)(const void *object, uint32_t document), const void *object)
{
	uint32_t owners[NEAR_BANDS * NEAR_BUCKET];
	struct near_found best = {.similarity = least - 1};
	unsigned n;

	make_ready(t);
	n = collect(t, sketch, owners);
	for (unsigned i = 0; i < n; i++) {
		const struct near_owner *o = &t->owners[owners[i]];
		int32_t similarity = sketch_similarity(&o->sketch, sketch);

		if (similarity < best.similarity ||
		    (similarity == best.similarity && (best.owner == NULL || o >= best.owner)))
			continue;
		if (similarity < sketch_least(&o->sketch, least) ||
		    sketch_guard(&o->sketch, sketch) != GUARD_AGREE || skips(object, o->document))
			continue;
		best = (struct near_found){o, similarity};
	}
	return best;
}
