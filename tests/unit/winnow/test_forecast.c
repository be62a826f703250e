#include "stages/winnow/forecast.h"

#include <criterion/criterion.h>
#include <string.h>

/* A sample of a thousandth of the whole. */
static const struct forecast_sample sample = {.files = 2, .bytes = 1000000, .all = 1e9};
static const struct forecast_trial trial = {
    .seconds = 0.5,
    .counts = {.in = 100, .paragraphs = 3000, .kept = 2500},
    .output_bytes = 2000000,
    .owners = 2400,
    .documents = 100,
    .id_bytes = 3000,
    .index_bytes = 70000,
};

static void
is_about(double got, double expected)
{
	cr_assert(got > 0.999 * expected && got < 1.001 * expected, "%f, not %f", got, expected);
}

Test(forecast, is_the_trial_as_often_as_the_sample_is_in_the_whole)
{
	struct forecast f = forecast_of(&sample, &trial);

	is_about(f.share, 0.001);
	is_about(f.bytes, 1e9);
	is_about(f.documents, 1e5);
	is_about(f.paragraphs, 3e6);
	is_about(f.kept, 2.5e6);
	is_about(f.seconds, 500);
	is_about(f.output_bytes, 2e9);
	is_about(f.exact_bytes, 1e3 * (28 * 2400 + 40 * 100 + 3000));
	is_about(f.near_bytes - f.exact_bytes, 1e3 * 250 * 2400);
	is_about(f.index_bytes, 2 * 7e7);
}

Test(forecast, of_the_whole_is_the_trial)
{
	struct forecast_sample whole = {.files = 1, .bytes = 1000, .all = 990};

	is_about(forecast_of(&whole, &trial).share, 1);
	is_about(forecast_of(&whole, &trial).documents, 100);
}

Test(forecast, has_no_index_without_owners)
{
	struct forecast_trial off = trial;

	off.owners = off.documents = off.id_bytes = off.index_bytes = 0;
	cr_assert_eq(forecast_of(&sample, &off).near_bytes, 0);
	cr_assert_eq(forecast_of(&sample, &off).exact_bytes, 0);
}

static const struct forecast_room plenty = {UINT64_MAX, UINT64_MAX, UINT64_MAX, false};

static void
warns(const struct forecast_room *room, bool near, const char *text)
{
	struct forecast f = forecast_of(&sample, &trial);
	struct buf b = {0};

	forecast_warn(&b, &f, room, near);
	buf_byte(&b, '\0');
	if (text == NULL)
		cr_assert_str_empty(b.p);
	else
		cr_assert(strstr(b.p, text) != NULL, "%s", b.p);
	buf_done(&b);
}

Test(forecast, does_not_warn_where_there_is_room)
{
	struct forecast_room room = {800000000, 2000000000, 140000000, false};

	warns(&plenty, true, NULL);
	warns(&room, true, NULL);
}

Test(forecast, warns_of_the_memory_of_the_kind_of_index)
{
	struct forecast_room room = plenty;

	room.memory = 100000000; /* exact takes 74 MB, near 674 */
	warns(&room, false, NULL);
	warns(&room, true, "index may take 674.2 MB, and there is 100.0 MB");
}

Test(forecast, warns_of_each_disk)
{
	struct forecast_room room = plenty;

	room.output = 1000000000;
	warns(&room, false, "the output may take 2.0 GB, and there is 1.0 GB");
	room = plenty;
	room.index = 1000000;
	warns(&room, false, "the index on disk may take 140.0 MB, and there is 1.0 MB");
}

Test(forecast, warns_of_one_disk_that_both_go_to)
{
	struct forecast_room room = {UINT64_MAX, 2100000000, 2100000000, true};

	warns(&room, false, "the output and the index on disk may take 2.1 GB");
	room.output = room.index = 2200000000;
	warns(&room, false, NULL);
}

static void
prints(void (*print)(struct buf *, double), double n, const char *text)
{
	struct buf b = {0};

	print(&b, n);
	buf_byte(&b, '\0');
	cr_assert_str_eq(b.p, text);
	buf_done(&b);
}

Test(forecast, prints_for_people)
{
	prints(forecast_bytes, 0, "0 B");
	prints(forecast_bytes, 999, "999 B");
	prints(forecast_bytes, 999.99, "1.0 kB");
	prints(forecast_bytes, 1234567, "1.2 MB");
	prints(forecast_bytes, 3e18, "3000.0 PB");
	prints(forecast_count, 12, "12");
	prints(forecast_count, 12345, "12.3 thousand");
	prints(forecast_count, 5e9, "5.0 billion");
	prints(forecast_time, 1.25, "1.2 seconds");
	prints(forecast_time, 600, "10 minutes");
	prints(forecast_time, 9000, "2.5 hours");
	prints(forecast_time, 864000, "10.0 days");
}
