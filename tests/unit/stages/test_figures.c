#include "stages/figures.h"

#include "rig.h"

static void
print(struct buf *out, const struct watched *processes, size_t n)
{
	struct health h = {processes, n, UINT64_MAX, false};

	out->n = 0;
	figures_print(out, &h);
	buf_byte(out, '\0');
}

static void
has(const struct buf *b, const char *line)
{
	cr_assert(strstr(b->p, line) != NULL, "no %s in\n%s", line, b->p);
}

Test(figures, each_stage_has_its_own)
{
	struct meter read = {0}, write = {0};
	struct watched processes[] = {{"read", &read}, {"write", &write}};
	struct buf b = {0};

	read.values[METER_READ_DOCUMENTS] = 12;
	read.values[METER_OLDEST_AT] = loop_now() - 2500;
	write.values[METER_REFUSED] = 3;
	write.values[METER_NEAR] = 1ull << 60;
	print(&b, processes, 2);
	has(&b, "\nwinnow_read_documents_total 12\n");
	has(&b, "\nwinnow_documents_total{outcome=\"dead_letter\"} 3\n");
	has(&b, "\nwinnow_paragraphs_total{verdict=\"near\"} 1152921504606846976\n");
	has(&b, "\nwinnow_oldest_unacknowledged_seconds 2.5");
	has(&b, "\nwinnow_hold{reason=\"disk-full\"} 0\n");
	has(&b, "\nwinnow_ready 0\n");
	has(&b, "\nwinnow_stalled 0\n");
	cr_assert(strstr(b.p, "winnow_index") == NULL, "there is no dedup");
	cr_assert_str_eq(b.p + strlen(b.p) - 6, "# EOF\n");
	print(&b, &processes[1], 1);
	cr_assert(strstr(b.p, "winnow_read_documents") == NULL);
	cr_assert(strstr(b.p, "oldest") == NULL);
	buf_done(&b);
}

Test(figures, workers_of_a_stage_are_added_up)
{
	static struct meter m[2];
	struct watched processes[] = {{"extract", &m[0]}, {"extract", &m[1]}};
	struct buf b = {0};

	m[0].values[METER_STARTS] = 1;
	m[1].values[METER_STARTS] = 2;
	m[0].took[0] = 5;
	m[1].took[0] = 1;
	m[1].took[METER_BUCKETS] = 2;
	m[0].took_us = 1500000;
	print(&b, processes, 2);
	has(&b, "\nwinnow_process_starts_total{stage=\"extract\"} 3\n");
	has(&b, "\nwinnow_batch_seconds_bucket{stage=\"extract\",le=\"0.001\"} 6\n");
	has(&b, "\nwinnow_batch_seconds_bucket{stage=\"extract\",le=\"60.0\"} 6\n");
	has(&b, "\nwinnow_batch_seconds_bucket{stage=\"extract\",le=\"+Inf\"} 8\n");
	has(&b, "\nwinnow_batch_seconds_count{stage=\"extract\"} 8\n");
	has(&b, "\nwinnow_batch_seconds_sum{stage=\"extract\"} 1.500000\n");
	cr_assert_eq(
	    strstr(strstr(b.p, "winnow_process_starts_total") + 1, "winnow_process_starts_total"),
	    NULL, "one line a stage");
	buf_done(&b);
}

Test(figures, holds_and_dead_letters_by_reason)
{
	struct watched own = {"write", meter_own()};
	struct buf b = {0};
	int who, other;

	cr_assert_eq(meter_begin(0), 0);
	own.meter = meter_own();
	meter_row(SPAN("bad-json"), 4);
	meter_hold(&who, "disk-full", "no room");
	meter_hold(&other, "what is it", "no words");
	print(&b, &own, 1);
	has(&b, "\nwinnow_dead_letters_total{reason=\"bad-json\"} 4\n");
	has(&b, "\nwinnow_hold{reason=\"disk-full\"} 1\n");
	has(&b, "\nwinnow_hold{reason=\"sink-away\"} 1\n");
	has(&b, "\nwinnow_hold{reason=\"memory\"} 0\n");
	meter_hold_end(&who);
	meter_hold_end(&other);
	print(&b, &own, 1);
	has(&b, "\nwinnow_hold{reason=\"disk-full\"} 0\n");
	has(&b, "\nwinnow_hold_seconds 0.000\n");
	buf_done(&b);
}
