#include "stages/meter.h"

#include <pthread.h>

#include "rig.h"

Test(meter, counters_go_on_in_the_page_of_the_one_before)
{
	struct meter *page;
	int fd, second;

	cr_assert_eq(meter_make(&page, &fd), 0);
	second = dup(fd);
	cr_assert_eq(meter_begin(fd), 0);
	meter_add(METER_REPLAYS, 3);
	meter_set(METER_BATCHES, 7);
	meter_set(METER_BEGUN, 1);
	meter_hold(&fd, "disk-full", "no room");
	cr_assert_eq(meter_get(page, METER_REPLAYS), 3);
	cr_assert_eq(meter_get(page, METER_BATCHES), 7);
	cr_assert_neq(atomic_load(&page->holds[0].who), 0);
	cr_assert_eq(meter_begin(second), 0);
	meter_add(METER_REPLAYS, 2);
	cr_assert_eq(meter_get(page, METER_REPLAYS), 5, "what counts goes on");
	cr_assert_eq(meter_get(page, METER_STARTS), 2);
	cr_assert_eq(meter_get(page, METER_BATCHES), 0, "what is now begins anew");
	cr_assert_eq(meter_get(page, METER_BEGUN), 0);
	cr_assert_eq(atomic_load(&page->holds[0].who), 0);
	meter_unmap(page);
}

Test(meter, one_that_is_gone_does_nothing)
{
	cr_assert_eq(meter_begin(0), 0);
	meter_add(METER_READ_BYTES, 9);
	meter_set(METER_BEGUN, 1);
	meter_doing("reading");
	meter_gone(meter_own());
	cr_assert_eq(meter_get(meter_own(), METER_BEGUN), 0);
	cr_assert_eq(meter_get(meter_own(), METER_READ_BYTES), 9);
}

Test(meter, shows_what_is_durable)
{
	const struct counts c = {.records = 5, .refused = 2, .kept = 9, .near = 1, .bytes_out = 70};

	meter_counts(&c);
	cr_assert_eq(meter_get(meter_own(), METER_RECORDS), 5);
	cr_assert_eq(meter_get(meter_own(), METER_REFUSED), 2);
	cr_assert_eq(meter_get(meter_own(), METER_KEPT), 9);
	cr_assert_eq(meter_get(meter_own(), METER_NEAR), 1);
	cr_assert_eq(meter_get(meter_own(), METER_EXACT), 0);
	cr_assert_eq(meter_get(meter_own(), METER_BYTES_OUT), 70);
}

Test(meter, batches_fall_into_buckets_by_their_time)
{
	const struct meter *m = meter_own();

	meter_took(0);
	meter_took(1000); /* the end of a bucket is in it */
	meter_took(1001);
	meter_took(70ull * 1000 * 1000);
	cr_assert_eq(atomic_load(&m->took[0]), 2);
	cr_assert_eq(atomic_load(&m->took[1]), 1);
	cr_assert_eq(atomic_load(&m->took[METER_BUCKETS]), 1);
	cr_assert_eq(atomic_load(&m->took_us), 70002001);
}

Test(meter, rows_are_counted_by_name)
{
	char name[METER_NAME_BYTES + 1], longer[] = "a-reason-of-more-than-32-characters-in-all";
	uint64_t count;

	meter_row(SPAN("bad-json"), 2);
	meter_row(SPAN("hung"), 1);
	meter_row(SPAN("bad-json"), 5);
	meter_row(span_str(longer), 4);
	meter_row(SPAN(""), 4);
	cr_assert(meter_read_row(meter_own(), 0, name, &count));
	cr_assert_str_eq(name, "bad-json");
	cr_assert_eq(count, 5);
	cr_assert(meter_read_row(meter_own(), 1, name, &count));
	cr_assert_str_eq(name, "hung");
	cr_assert(meter_read_row(meter_own(), 2, name, &count));
	cr_assert_eq(strncmp(name, longer, METER_NAME_BYTES), 0);
	cr_assert(!meter_read_row(meter_own(), 3, name, &count));
	for (int i = 0; i < 2 * METER_ROWS; i++) {
		snprintf(name, sizeof(name), "reason-%d", i);
		meter_row(span_str(name), 1);
	}
	cr_assert(meter_read_row(meter_own(), METER_ROWS - 1, name, &count));
}

Test(meter, holds_are_told_apart_by_who_has_them)
{
	char words[METER_WORDS_BYTES];
	int who[METER_HOLDS + 1];
	const struct meter_hold *h = meter_own()->holds;

	for (int i = 0; i <= METER_HOLDS; i++)
		meter_hold(&who[i], "other", "first");
	meter_hold(&who[1], "disk-full", "second");
	meter_read(&h[1].why, words);
	cr_assert_str_eq(words, "second");
	meter_hold_end(&who[1]);
	cr_assert_eq(atomic_load(&h[1].who), 0);
	cr_assert_neq(atomic_load(&h[0].who), 0);
	meter_hold_end(&who[METER_HOLDS]); /* for which there was no place */
	for (int i = 0; i < METER_HOLDS; i++)
		meter_hold_end(&who[i]);
}

/* words that change while they are read */

static _Atomic bool over;

static void *
change(void *unused)
{
	char a[METER_WORDS_BYTES + 8], b[100];

	(void)unused;
	memset(a, 'a', sizeof(a));
	a[sizeof(a) - 1] = '\0';
	memset(b, 'b', sizeof(b));
	b[sizeof(b) - 1] = '\0';
	while (!over) {
		meter_mismatch(a);
		meter_mismatch(b);
	}
	return NULL;
}

Test(meter, words_are_whole_or_not_read, .timeout = 60)
{
	char words[METER_WORDS_BYTES];
	pthread_t thread;
	int seen[2] = {0};

	cr_assert_eq(pthread_create(&thread, NULL, change, NULL), 0);
	while (seen[0] < 1000 || seen[1] < 1000) {
		size_t n;

		meter_read(&meter_own()->mismatch, words);
		n = strlen(words);
		if (n == 0)
			continue;
		cr_assert(n == METER_WORDS_BYTES - 1 || n == 99);
		cr_assert_eq(strspn(words, words[0] == 'a' ? "a" : "b"), n, "%s", words);
		seen[words[0] == 'a']++;
	}
	over = true;
	pthread_join(thread, NULL);
}
