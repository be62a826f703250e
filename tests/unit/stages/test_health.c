#include "stages/health.h"

#include "rig.h"

enum { STALL_MS = 300000 };

/* Three processes of a chain that work well. */
struct ward {
	struct meter meters[3];
	struct watched processes[3];
	struct health health;
	struct buf said;
};

static void
admit(struct ward *w)
{
	static const char *const stages[] = {"read", "dedup", "write"};

	*w = (struct ward){0};
	for (int i = 0; i < 3; i++) {
		w->processes[i] = (struct watched){stages[i], &w->meters[i]};
		w->meters[i].values[METER_BEGUN] = 1;
		w->meters[i].values[METER_WAITS] = 1;
		w->meters[i].values[METER_TURNED_AT] = loop_now();
		w->meters[i].values[METER_PROGRESS_AT] = loop_now();
	}
	w->health = (struct health){w->processes, 3, STALL_MS, true};
}

/* A hold of that process, that long ago. */
static void
hold_one(struct ward *w, int i, const char *reason, uint64_t ms)
{
	char who;
	const struct meter *own;

	cr_assert_eq(meter_begin(0), 0);
	own = meter_own();
	meter_hold(&who, reason, "no room for out.jsonl");
	memcpy((void *)&w->meters[i].holds, (const void *)&own->holds, sizeof(own->holds));
	w->meters[i].holds[0].since -= ms;
}

static const char *
unready(struct ward *w)
{
	w->said.n = 0;
	if (health_ready(&w->health, &w->said))
		return "";
	buf_byte(&w->said, '\0');
	return w->said.p;
}

static const char *
unlive(struct ward *w)
{
	w->said.n = 0;
	if (health_live(&w->health, &w->said))
		return "";
	buf_byte(&w->said, '\0');
	return w->said.p;
}

Test(health, a_chain_that_works_is_ready_and_alive)
{
	struct ward w;

	admit(&w);
	cr_assert_str_eq(unready(&w), "");
	cr_assert_str_eq(unlive(&w), "");
	w.meters[2].values[METER_BEGUN] = 0;
	cr_assert_str_eq(unready(&w), "write: starting\n");
	cr_assert_str_eq(unlive(&w), "");
	w.meters[2].values[METER_STOPPING] = 1;
	cr_assert_str_eq(unready(&w), "write: stopping\n");
	buf_done(&w.said);
}

Test(health, a_hold_is_named_with_its_time_and_what_to_do)
{
	struct ward w;
	const char *said;

	admit(&w);
	hold_one(&w, 2, "disk-full", 35000);
	said = unready(&w);
	cr_assert_eq(strncmp(said, "write: holds (disk-full) since 2", 32), 0, "%s", said);
	cr_assert(
	    strstr(said, "Z (35 s): no room for out.jsonl; to do: make room") != NULL, "%s", said);
	buf_done(&w.said);
}

Test(health, a_reason_of_nobodys_list_is_away_where_the_stage_stands)
{
	cr_assert_str_eq(hold_reasons[health_reason("dedup", "index-full")].name, "index-full");
	cr_assert_str_eq(hold_reasons[health_reason("read", "other")].name, "source-away");
	cr_assert_str_eq(hold_reasons[health_reason("write", "?")].name, "sink-away");
	cr_assert_str_eq(hold_reasons[health_reason("dedup", "?")].name, "other");
}

Test(health, a_peer_of_another_version_makes_it_unready_while_it_is_heard)
{
	struct ward w;

	admit(&w);
	w.meters[1].values[METER_MISMATCH_AT] = loop_now();
	cr_assert_str_eq(unready(&w), "dedup: \n");
	w.meters[1].values[METER_MISMATCH_AT] = 1 + loop_now() - HEALTH_MISMATCH_MS - 1000;
	cr_assert_str_eq(unready(&w), loop_now() > HEALTH_MISMATCH_MS + 2000 ? "" : "dedup: \n");
	buf_done(&w.said);
}

Test(health, one_thing_for_too_long_is_stuck_unless_a_hold_says_why)
{
	struct ward w;

	admit(&w);
	w.meters[0].values[METER_WAITS] = 0;
	cr_assert_str_eq(unlive(&w), "");
	w.health.stall_ms = 0;
	w.meters[0].values[METER_TURNED_AT] = loop_now() - 5000;
	cr_assert_eq(strncmp(unlive(&w), "read: stuck since ", 18), 0);
	hold_one(&w, 0, "other", 0);
	cr_assert_str_eq(unlive(&w), "");
	w.meters[0].holds[0].who = 0;
	w.meters[0].values[METER_WAITS] = 1;
	cr_assert_str_eq(unlive(&w), "", "to wait for an event is no fault");
	w.meters[0].values[METER_WAITS] = 0;
	w.health.stall_ms = UINT64_MAX;
	cr_assert_str_eq(unlive(&w), "");
	buf_done(&w.said);
}

Test(health, a_chain_with_work_that_does_not_move_is_stalled)
{
	struct ward w;

	admit(&w);
	w.health.stall_ms = 1000;
	for (int i = 0; i < 3; i++)
		w.meters[i].values[METER_PROGRESS_AT] = loop_now() - 5000;
	cr_assert_str_eq(unlive(&w), "", "there is nothing to do");
	w.meters[0].values[METER_BATCHES] = 3;
	cr_assert_eq(strncmp(unlive(&w), "the chain: 3 batches in flight", 30), 0);
	w.health.is_chain = false;
	cr_assert_str_eq(unlive(&w), "", "one alone does not see the others");
	w.health.is_chain = true;
	hold_one(&w, 1, "index-full", 0);
	cr_assert_str_eq(unlive(&w), "");
	w.meters[1].holds[0].who = 0;
	w.meters[1].values[METER_PROGRESS_AT] = loop_now();
	cr_assert_str_eq(unlive(&w), "", "somebody came further");
	buf_done(&w.said);
}
