#ifndef WINNOW_SANITIZED

#	include "stages/jailed.h"

#	include <sys/eventfd.h>

#	include "common/options.h"
#	include "rig.h"

/* The child is this program again, started under the stage's name. */

enum {
	FORGER = 600,  /* a key: calls itself otherwise */
	BREAKER = 601, /* writes what is no document */
	CRASHER = 666, /* crashes */
	QUITTER = 667, /* the stage returns a fault */
	LATE = 668,    /* fills the result with so much that it does not fit */
};

static const char *who; /* proves that the options came */

static int
open_state(void **ret_state, const struct settings *s)
{
	static char nothing;

	if (s->map != NULL && strcmp(s->map, "no=child") == 0 && getenv("PATH") == NULL)
		return err_set(ERR_USAGE, "the test wants no child");
	who = s->lang;
	*ret_state = &nothing;
	return 0;
}

static int
work_on(void *state, struct arena *a, struct document *d)
{
	(void)state;
	switch (d->key) {
	case FORGER: d->key++; break;
	case BREAKER: d->meta = SPAN("\xC0"); break; /* nil, where a map has to be */
	case CRASHER: *(volatile int *volatile)NULL = 1; break;
	case QUITTER: return err_set(ERR_SYS, "a fault that the test wants");
	case LATE: d->title = span_of(arena_zero(a, 1, 3 << 20), 3 << 20); return 0;
	default: break;
	}
	d->title = arena_print(a, "%s, %zu bytes", who, d->raw.n);
	return 0;
}

static void
close_nothing(void *state)
{
	(void)state;
}

static const struct stage worker = {
    .name = "test-jailed",
    .about = "A test.",
    .role = ROLE_WORKER,
    .taker = TAKES_EXTRACT,
    .refuses = true,
    .open = open_state,
    .document = work_on,
    .close = close_nothing,
};

static void __attribute__((constructor)) be_a_child(int argc, char **argv)
{
	if (strcmp(argv[0], worker.name) == 0 && jailed_is_child(argc, argv))
		exit(stage_run(&worker, argc, argv));
}

struct cell {
	struct settings settings;
	struct options options;
	struct loop loop;
	struct jailed jailed;
	char *argv[3];
};

static void
open_loop(struct cell *c, const char *flag)
{
	*c = (struct cell){.argv = {(char *)worker.name, (char *)flag}};
	cr_assert_eq(settings_parse(&c->settings, &c->options, worker.taker, "A test.", NULL,
			 flag != NULL ? 2 : 1, c->argv),
	    0);
	c->loop = (struct loop){.stage = &worker,
	    .settings = &c->settings,
	    .options = &c->options,
	    .argv = c->argv,
	    .signals = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK),
	    .max_message = 2 << 20};
}

static void
open_cell(struct cell *c, const char *flag)
{
	open_loop(c, flag);
	cr_assert_eq(jailed_open(&c->jailed, &c->loop), 0, "%s", err_text());
}

static void
close_cell(struct cell *c)
{
	jailed_close(&c->jailed);
	settings_done(&c->options);
	close(c->loop.signals);
}

/* The batch of three that comes back, of which the second has this key. */
static struct batch
transform(struct cell *c, uint64_t key, bool again, struct buf *out)
{
	struct document d[3] = {0};
	struct batch b = {.documents = d, .n_documents = 3, .token = {.offset = 9}};
	struct buf body = {0};

	for (int i = 0; i < 3; i++)
		d[i] = (struct document){.id = SPAN("id"),
		    .key = i == 1 ? key : (uint64_t)i,
		    .source = {.path = SPAN("path")},
		    .form = FORM_TEXT,
		    .raw = SPAN("bytes")};
	batch_pack(&body, &b);
	out->n = 0;
	cr_assert_eq(
	    jailed_transform(&c->jailed, buf_view(&body), again, out), 0, "%s", err_text());
	b = (struct batch){0};
	cr_assert_eq(batch_unpack(&b, buf_view(out)), 0);
	cr_assert_eq(b.n_documents, 3);
	cr_assert_eq(b.token.offset, 9);
	cr_assert(span_equal(b.documents[0].title, SPAN("auto, 5 bytes")));
	cr_assert(span_equal(b.documents[2].title, SPAN("auto, 5 bytes")));
	buf_done(&body);
	return b;
}

Test(jailed, the_work_is_done_by_the_child)
{
	struct buf out = {0};
	struct cell c;
	struct batch b;

	open_cell(&c, NULL);
	cr_assert_null(who);
	b = transform(&c, 1, false, &out);
	cr_assert(span_equal(b.documents[1].title, SPAN("auto, 5 bytes")));
	batch_done(&b);
	buf_done(&out);
	close_cell(&c);
}

Test(jailed, who_harms_the_child_is_refused_and_the_others_come_out)
{
	static const struct {
		uint64_t key;
		const char *reason;
	} cases[] = {{BREAKER, "jail"}, {CRASHER, "crashed"}, {QUITTER, "crashed"},
	    {FORGER, "jail"}, {LATE, "memory"}};
	struct buf out = {0};
	struct cell c;

	open_cell(&c, NULL);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct batch b = transform(&c, cases[i].key, cases[i].key == BREAKER, &out);
		const struct fault *f = &b.documents[1].refused;

		cr_assert(span_equal(f->stage, SPAN("test-jailed")));
		cr_assert(span_equal(f->reason, span_str(cases[i].reason)), "%zu", i);
		cr_assert_eq(f->attempts, 3);
		cr_assert(span_equal(b.documents[1].raw, SPAN("bytes")));
		batch_done(&b);
	}
	buf_done(&out);
	close_cell(&c);
}

static bool
names_option(char **args, const char *option)
{
	for (; *args != NULL; args++)
		if (strcmp(*args, option) == 0)
			return true;
	return false;
}

Test(jailed, the_child_has_the_options_of_flags_and_environment)
{
	struct cell c;
	struct batch b = {0};
	struct buf body = {0}, out = {0};
	struct document d = {.id = SPAN("id"), .source = {.path = SPAN("path")}};

	setenv("WINNOW_LANG", "sv", 1);
	setenv("WINNOW_PARAGRAPHS", "line", 1);
	open_cell(&c, "--paragraphs=blank");
	cr_assert(names_option(c.jailed.args, "--lang=sv"));
	b.documents = &d;
	b.n_documents = 1;
	batch_pack(&body, &b);
	cr_assert_eq(jailed_transform(&c.jailed, buf_view(&body), false, &out), 0);
	b = (struct batch){0};
	cr_assert_eq(batch_unpack(&b, buf_view(&out)), 0);
	cr_assert(span_equal(b.documents[0].title, SPAN("sv, 0 bytes")));
	batch_done(&b);
	buf_done(&body);
	buf_done(&out);
	close_cell(&c);
}

Test(jailed, a_child_that_cannot_open_its_stage_says_why)
{
	struct cell c;

	open_loop(&c, "--map=no=child");
	cr_assert_eq(jailed_open(&c.jailed, &c.loop), ERR_USAGE);
	cr_assert_not_null(strstr(err_text(), "the test wants no child"));
	close_cell(&c);
}

Test(jailed, what_is_no_batch_is_refused_and_harms_nobody)
{
	struct buf out = {0};
	struct cell c;
	struct batch b;

	open_cell(&c, NULL);
	cr_assert_eq(jailed_transform(&c.jailed, SPAN("no batch"), false, &out), ERR_RECORD);
	cr_assert_eq(out.n, 0);
	b = transform(&c, 1, false, &out);
	batch_done(&b);
	buf_done(&out);
	close_cell(&c);
}

Test(jailed, a_child_that_is_gone_is_seen_and_renewed)
{
	struct cell c;
	zmq_pollitem_t item;

	open_cell(&c, NULL);
	item = jailed_item(&c.jailed);
	cr_assert_eq(zmq_poll(&item, 1, 0), 0);
	kill(c.jailed.jail.pid, SIGKILL);
	cr_assert_eq(zmq_poll(&item, 1, RIG_DEADLINE_MS), 1);
	cr_assert_eq(jailed_renew(&c.jailed), 0);
	item = jailed_item(&c.jailed);
	cr_assert_eq(zmq_poll(&item, 1, 0), 0);
	close_cell(&c);
}

#endif
