#include "stages/stage.h"

#include "common/options.h"
#include "rig.h"
#include "stages/jailed.h"

/* A worker that writes the number of the document it has in hand into its title. */

struct worker_state {
	int n;
	const char *summary; /* proves that the options came */
};

static int fault_at = -1, fault;

static int
open_worker(void **ret_state, const struct settings *s)
{
	struct worker_state *w = mem_zero(1, sizeof(*w));

	w->summary = s->summary;
	*ret_state = w;
	return 0;
}

static int
number_document(void *state, struct arena *a, struct document *d)
{
	struct worker_state *w = state;

	if (w->n == fault_at)
		return err_set(fault, "a fault that the test wants");
	d->title = arena_print(a, "%d", w->n++);
	return 0;
}

static const struct stage worker = {
    .name = "summarize",
    .about = "A test.",
    .role = ROLE_WORKER,
    .taker = TAKES_SUMMARIZE,
    .open = open_worker,
    .document = number_document,
    .close = free,
};

/* The jailed child is this program again. */
static void __attribute__((constructor)) be_a_child(int argc, char **argv)
{
	if (strcmp(argv[0], worker.name) == 0 && jailed_is_child(argc, argv))
		exit(stage_run(&worker, argc, argv));
}

static int
refuse_to_open(void **ret_state, const struct settings *s)
{
	(void)ret_state;
	(void)s;
	return err_set(fault, "cannot open");
}

static void
never_close(void *state)
{
	(void)state;
	_exit(77);
}

static void
three_documents(struct document d[3])
{
	memset(d, 0, 3 * sizeof(*d));
	for (int i = 0; i < 3; i++)
		d[i] = (struct document){.id = SPAN("id"),
		    .key = (uint64_t)i,
		    .source = {.path = SPAN("path")},
		    .form = FORM_TEXT,
		    .raw = SPAN("raw")};
	d[1].refused = (struct fault){.stage = SPAN("read"), .reason = SPAN("too-large")};
}

Test(stage, work_passes_over_refused_documents)
{
	struct worker_state state = {0};
	struct document d[3];
	struct batch b = {.documents = d, .n_documents = 3};

	three_documents(d);
	cr_assert_eq(stage_work(&worker, &state, &b), 0);
	cr_assert(span_equal(d[0].title, SPAN("0")));
	cr_assert_eq(d[1].title.n, 0);
	cr_assert(span_equal(d[1].raw, SPAN("raw")));
	cr_assert(span_equal(d[2].title, SPAN("1")));
	batch_done(&b);
}

Test(stage, work_ends_with_a_fault_of_the_stage)
{
	struct worker_state state = {0};
	struct document d[3];
	struct batch b = {.documents = d, .n_documents = 3};

	three_documents(d);
	fault_at = 1;
	fault = ERR_SYS;
	cr_assert_eq(stage_work(&worker, &state, &b), ERR_SYS);
	cr_assert_eq(d[2].title.n, 0);
	batch_done(&b);
}

Test(stage, transform_goes_from_body_to_body)
{
	struct worker_state state = {0};
	struct document d[3];
	struct batch b = {.documents = d,
	    .n_documents = 3,
	    .n_read = 3,
	    .read_bytes = 9,
	    .n_earlier = 5,
	    .token = {.input = 1, .offset = 2, .state = SPAN("s")}};
	struct batch scratch = {0}, out = {0};
	struct buf before = {0}, after = {0};
	double work_s = 0;

	three_documents(d);
	batch_pack(&before, &b);
	for (int again = 0; again < 2; again++) {
		state.n = 0;
		after.n = 0;
		cr_assert_eq(
		    stage_transform(&worker, &state, &scratch, buf_view(&before), &after, &work_s),
		    0);
		batch_reset(&out);
		cr_assert_eq(batch_unpack(&out, buf_view(&after)), 0);
		cr_assert_eq(out.n_documents, 3);
		cr_assert(span_equal(out.documents[0].title, SPAN("0")));
		cr_assert(document_is_refused(&out.documents[1]));
		cr_assert(span_equal(out.documents[2].title, SPAN("1")));
		cr_assert_eq(out.n_read, 3);
		cr_assert_eq(out.read_bytes, 9);
		cr_assert_eq(out.n_earlier, 5);
		cr_assert_eq(out.token.offset, 2);
	}
	cr_assert_geq(work_s, 0);
	buf_done(&before);
	buf_done(&after);
	batch_done(&scratch);
	batch_done(&out);
}

Test(stage, transform_refuses_what_is_no_batch)
{
	struct worker_state state = {0};
	struct batch scratch = {0};
	struct buf out = {0};
	double work_s = 0;

	cr_assert_eq(stage_transform(&worker, &state, &scratch, SPAN("no batch"), &out, &work_s),
	    ERR_RECORD);
	cr_assert_eq(
	    stage_transform(&worker, &state, &scratch, SPAN(""), &out, &work_s), ERR_RECORD);
	cr_assert_eq(state.n, 0);
	cr_assert_eq(out.n, 0);
	batch_done(&scratch);
	buf_done(&out);
}

Test(stage, transform_appends_nothing_after_a_fault)
{
	struct worker_state state = {0};
	struct document d[3];
	struct batch b = {.documents = d, .n_documents = 3}, scratch = {0};
	struct buf before = {0}, after = {0};
	double work_s = 0;

	three_documents(d);
	batch_pack(&before, &b);
	fault_at = 1;
	fault = ERR_SYS;
	cr_assert_eq(stage_transform(&worker, &state, &scratch, buf_view(&before), &after, &work_s),
	    ERR_SYS);
	cr_assert_eq(after.n, 0);
	buf_done(&before);
	buf_done(&after);
	batch_done(&scratch);
}

/* the whole program, in a process of its own */

static int
exit_of(const struct stage *s, const char *flag, const char *value)
{
	struct rig rig;
	int status;

	rig_open(&rig);
	if (flag != NULL)
		rig_flag(&rig, flag, value);
	rig_start(&rig, s);
	status = rig_wait(&rig);
	rig_done(&rig);
	return status;
}

Test(stage, a_wrong_flag_ends_with_100)
{
	cr_assert_eq(exit_of(&worker, "no-such", "flag"), EXIT_PERMANENT);
	cr_assert_eq(exit_of(&worker, "claims", "x"), EXIT_PERMANENT);
}

Test(stage, without_endpoints_each_role_ends_with_100)
{
	struct stage s = worker;

	for (s.role = ROLE_SOURCE; s.role <= ROLE_SINK; s.role++)
		cr_assert_eq(exit_of(&s, NULL, NULL), EXIT_PERMANENT, "role %d", s.role);
}

Test(stage, an_endpoint_that_cannot_be_ends_with_100)
{
	struct rig rig;

	rig_open(&rig);
	rig_flag(&rig, "in", "nonsense");
	rig_end(&rig, "out");
	rig_start(&rig, &worker);
	cr_assert_eq(rig_wait(&rig), EXIT_PERMANENT);
	cr_assert_eq(rig_said(&rig, "nonsense"), 1);
	rig_done(&rig);
}

Test(stage, that_cannot_open_says_why_and_is_not_closed)
{
	static const int faults[][2] = {{ERR_USAGE, EXIT_PERMANENT}, {ERR_SYS, EXIT_TEMPORARY}};
	struct stage s = worker;

	s.open = refuse_to_open;
	s.close = never_close;
	for (int i = 0; i < 2; i++) {
		struct rig rig;

		fault = faults[i][0];
		rig_open(&rig);
		rig_start(&rig, &s);
		cr_assert_eq(rig_wait(&rig), faults[i][1]);
		cr_assert_eq(rig_said(&rig, "winnow summarize: error: cannot open"), 1);
		rig_done(&rig);
	}
}

Test(stage, logs_in_the_form_that_it_is_told)
{
	struct stage s = worker;
	struct rig rig;

	s.open = refuse_to_open;
	fault = ERR_SYS;
	rig_open(&rig);
	rig_flag(&rig, "log", "json");
	rig_start(&rig, &s);
	cr_assert_eq(rig_wait(&rig), EXIT_TEMPORARY);
	cr_assert_eq(rig_said(&rig, "\"message\": \"cannot open\"}\n"), 1);
	rig_done(&rig);
}
