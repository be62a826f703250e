#include "stages/dedup/owner_table.h"

#include <criterion/criterion.h>

#include "stages/dedup/tag_row.h"

/* Hashes with few homes, so that entries lie in long rows, also around the end of a part. */
static struct entry
entry_of(const struct owner_table *t, uint32_t n, uint32_t homes)
{
	struct entry e = {.document = n, .paragraph = 2 * n};
	uint64_t inverse = t->factor, product = -(uint64_t)(homes / 2) + n % homes;

	for (int i = 0; i < 5; i++)
		inverse *= 2 - t->factor * inverse; /* Newton: twice as many bits each time */
	product = product << 40 | n;
	product *= inverse;
	memcpy(e.hash.bytes, &product, sizeof(product));
	memcpy(e.hash.bytes + 8, &n, sizeof(n));
	return e;
}

static struct entry
any_entry(uint32_t n)
{
	return (struct entry){.hash = hash128(span_of((const char *)&n, sizeof(n))), .document = n};
}

/* One in part 5, if the factor is 1. */
static struct entry
any_entry_of_one_part(uint32_t n)
{
	struct entry e = any_entry(n);

	e.hash.bytes[7] = (unsigned char)(0x50 | (e.hash.bytes[7] & 0xF));
	return e;
}

/* The document of its entry, or 0. */
static uint32_t
owner_of(const struct owner_table *t, const struct hash *hash)
{
	const struct entry *e = owner_table_find(t, hash);

	return e == NULL ? 0 : e->document;
}

static bool
is_third(const void *unused, const struct entry *e)
{
	(void)unused;
	return e->document % 3 == 0;
}

Test(owner_table, removes_what_it_shall_and_finds_the_rest)
{
	enum { MANY = 5000 };

	for (uint32_t homes = 1; homes < MANY; homes = homes * 3 + 1) {
		struct owner_table t;

		owner_table_init(&t);
		for (uint32_t i = 1; i <= MANY; i++) {
			struct entry e = entry_of(&t, i, homes);
			owner_table_put(&t, &e);
		}
		cr_assert_eq(t.n, MANY);
		owner_table_remove(&t, is_third, NULL);
		cr_assert_eq(t.n, MANY - MANY / 3);
		for (uint32_t i = 1; i <= MANY; i++) {
			struct entry e = entry_of(&t, i, homes);
			cr_assert_eq(
			    owner_of(&t, &e.hash), i % 3 == 0 ? 0 : i, "%u of %u homes", i, homes);
		}
		owner_table_done(&t);
	}
}

/* All in one part, so that it comes to have large pages. */
Test(owner_table, has_all_entries_while_it_grows)
{
	enum { MANY = 1600000 };
	struct owner_table t;
	uint32_t found = 0;
	uint64_t place = 0;

	owner_table_init(&t);
	t.factor = 1;
	for (uint32_t i = 1; i <= MANY; i++) {
		struct entry e = any_entry_of_one_part(i), any = any_entry_of_one_part(i / 3 + 1);

		owner_table_put(&t, &e);
		cr_assert_eq(owner_of(&t, &any.hash), any.document);
	}
	cr_assert_gt(t.parts[5].area.bytes, AREA_LARGE);
	cr_assert_eq(t.n, MANY);
	for (const struct entry *e; (e = owner_table_next(&t, &place)) != NULL;)
		found++;
	cr_assert_eq(found, MANY);
	for (uint32_t i = 1; i <= MANY; i++) {
		struct entry e = any_entry_of_one_part(i);
		cr_assert_eq(owner_of(&t, &e.hash), i);
	}
	owner_table_done(&t);
}

Test(owner_table, takes_32_bytes_an_entry_while_it_grows)
{
	struct owner_table t;
	double most = 0;

	owner_table_init(&t);
	for (uint32_t i = 1; i <= 1200000; i++) {
		struct entry e = any_entry(i);

		owner_table_put(&t, &e);
		if (i > 600000 && i % 1000 == 0) {
			double each = (double)owner_table_bytes_now(&t) / i;
			most = each > most ? each : most;
		}
	}
	cr_assert_lt(most, 32.0, "%f", most);
	owner_table_done(&t);
}

Test(owner_table, reserved_it_does_not_grow)
{
	struct owner_table t;
	struct owner_row *first;

	owner_table_init(&t);
	owner_table_reserve(&t, 100000);
	first = t.parts[0].rows;
	for (uint32_t i = 1; i <= 100000; i++) {
		struct entry e = any_entry(i);
		uint64_t rows = t.parts[i % OWNER_PARTS].n_rows;

		owner_table_put(&t, &e);
		cr_assert_eq(t.parts[i % OWNER_PARTS].n_rows, rows);
	}
	cr_assert_eq(t.parts[0].rows, first);
	cr_assert_eq(t.n, 100000);
	owner_table_done(&t);
}

Test(owner_table, replaces_an_entry_with_the_same_hash)
{
	struct entry e = {.hash = hash128(SPAN("x")), .document = 1};
	struct owner_table t;

	owner_table_init(&t);
	owner_table_put(&t, &e);
	e.document = 2;
	owner_table_put(&t, &e);
	cr_assert_eq(t.n, 1);
	cr_assert_eq(owner_of(&t, &e.hash), 2);
	owner_table_done(&t);
}

Test(owner_table, adds_what_is_not_there_and_shows_what_is)
{
	struct entry e = {.hash = hash128(SPAN("x")), .document = 1};
	struct owner_table t;

	owner_table_init(&t);
	cr_assert_null(owner_table_add(&t, &e));
	e.document = 2;
	cr_assert_eq(owner_table_add(&t, &e)->document, 1);
	cr_assert_eq(t.n, 1);
	cr_assert_eq(owner_of(&t, &e.hash), 1);
	owner_table_done(&t);
}

Test(owner_table, knows_the_memory_of_growth)
{
	struct owner_table t;

	owner_table_init(&t);
	for (uint32_t i = 1; i <= 30000; i++) {
		struct entry e = any_entry(i);
		uint64_t then = owner_table_bytes(&t, t.n + 1);

		owner_table_put(&t, &e);
		cr_assert_leq(owner_table_bytes_now(&t), then);
	}
	cr_assert_lt((double)owner_table_bytes(&t, 10000000), 32.0 * 10000000);
	cr_assert_gt((double)owner_table_bytes(&t, 10000000), 25.0 * 10000000);
	owner_table_done(&t);
}

Test(owner_table, compares_a_row_of_tags_the_same_everywhere)
{
	_Alignas(TAG_ROW) unsigned char tags[TAG_ROW];

	for (uint32_t i = 0; i < 200000; i++) {
		struct hash h = any_entry(i).hash;
		unsigned char tag = (unsigned char)(i % 5 == 0 ? 0 : i % 5 == 1 ? 0xFF : i >> 3);
		unsigned want = 0;

		for (unsigned k = 0; k < TAG_ROW; k++) {
			tags[k] = h.bytes[k] % 4 == 0   ? tag
				  : h.bytes[k] % 4 == 1 ? tag ^ 0x80
				  : h.bytes[k] % 4 == 2 ? tag ^ 1
							: h.bytes[k];
			want |= (unsigned)(tags[k] == tag) << k;
		}
		cr_assert_eq(tag_row_match(tags, tag), want);
		cr_assert_eq(tag_row_match_plain(tags, tag), want);
	}
}

Test(owner_table, the_most_it_takes_depends_on_the_number_alone)
{
	struct owner_table t;
	struct entry e = {.document = 1};
	uint64_t before = 0;

	owner_table_init(&t);
	for (uint64_t n = 1; n <= 50000; n++) {
		e.hash = hash128(span_of((const char *)&n, sizeof(n)));
		owner_table_put(&t, &e);
		if (n % 1000 != 0)
			continue;
		/* which part an entry goes to is chance */
		cr_assert_leq(owner_table_bytes_now(&t), owner_table_most(n) * 21 / 20);
		cr_assert_geq(owner_table_most(n), before);
		before = owner_table_most(n);
	}
	cr_assert_leq(owner_table_most(10000000), 320000000ULL);
	owner_table_done(&t);
}
