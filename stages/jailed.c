#include "stages/jailed.h"

#include <stdlib.h>

#include "common/mem.h"
#include "common/options.h"
#include "stages/meter.h"

/* The child's command line: the own one behind what the environment sets, for it has none. */
static char **
make_args(const struct loop *loop)
{
	size_t n = 0, argc = 0;
	char **args;

	while (loop->argv[argc] != NULL)
		argc++;
	args = mem_zero(loop->options->n_specs + argc + 1, sizeof(*args));
	args[n++] = mem_string(loop->argv[0], strlen(loop->argv[0]));
	n = options_environment(loop->options, args, n);
	for (size_t i = 1; i < argc; i++)
		args[n++] = mem_string(loop->argv[i], strlen(loop->argv[i]));
	return args;
}

int
jailed_open(struct jailed *j, struct loop *loop)
{
	*j = (struct jailed){.loop = loop, .args = make_args(loop)};
	return jail_open(&j->jail, loop->max_message, loop->settings->document_timeout_ms, j->args);
}

void
jailed_close(struct jailed *j)
{
	jail_close(&j->jail);
	for (char **arg = j->args; *arg != NULL; arg++)
		free(*arg);
	free(j->args);
	batch_done(&j->asked);
	batch_done(&j->got);
}

zmq_pollitem_t
jailed_item(const struct jailed *j)
{
	return (zmq_pollitem_t){.fd = jail_fd(&j->jail), .events = ZMQ_POLLIN};
}

int
jailed_renew(struct jailed *j)
{
	return jail_renew(&j->jail);
}

/* Whether the result has the documents that were asked for, and with care, each in a right form. */
static bool
is_an_answer(struct jailed *j, struct span result, bool careful)
{
	int r;

	batch_reset(&j->got);
	r = careful ? batch_unpack(&j->got, result) : batch_unpack_names(&j->got, result);
	return r == 0 && batch_is_of(&j->got, &j->asked);
}

/* Whether SIGTERM came so long ago that what the child has in hand is left to others. */
static bool
is_given_up(const struct loop *loop)
{
	return loop->stopping && loop_now() - loop->stopped_at >= loop->settings->drain_timeout_ms;
}

/* How long nobody needs to look at the child. */
static long
patience_ms(const struct jailed *j)
{
	const struct loop *loop = j->loop;
	uint64_t gone = loop->stopping ? loop_now() - loop->stopped_at : 0;
	uint64_t limit = loop->settings->drain_timeout_ms;
	long patience = jail_patience_ms(&j->jail);

	if (!loop->stopping || limit == UINT64_MAX)
		return patience;
	limit = limit > gone ? limit - gone : 0;
	return patience < 0 || limit < (uint64_t)patience ? (long)limit : patience;
}

/* Whether it hangs, or is at another document than the last time. */
static void
look(struct jailed *j)
{
	uint32_t step = j->jail.seen_step;

	jail_look(&j->jail);
	if (j->jail.seen_step != step)
		meter_progress();
}

/*
 * Ask the child once; j->asked has the names. Appends to out only what has been checked. ERR_STOP:
 * after SIGTERM it took too long.
 */
static int
ask(struct jailed *j, struct span body, bool careful, struct jail_answer *ret_answer,
    struct buf *out)
{
	zmq_pollitem_t item;
	size_t before = out->n;

	TRY(jail_ask(&j->jail, body, (uint32_t)j->asked.n_documents));
	do {
		item = jailed_item(j);
		TRY(loop_wait(j->loop, &item, 1, patience_ms(j)));
		if (item.revents == 0 && is_given_up(j->loop))
			return ERR_STOP;
		if (item.revents == 0)
			look(j);
	} while (item.revents == 0);
	jail_take(&j->jail, ret_answer, out);
	j->loop->work_s = 1e-9 * (double)j->jail.work_ns;
	if (ret_answer->end == JAIL_DONE &&
	    !is_an_answer(j, span_of(out->p + before, out->n - before), careful)) {
		out->n = before;
		*ret_answer = (struct jail_answer){.end = JAIL_BREACH,
		    .item = (uint32_t)j->asked.n_documents,
		    .detail = "its result is not of what it was given"};
		jail_dismiss(&j->jail);
	}
	return 0;
}

/* A try of poison.h: in a child that has seen nothing else. */
static int
ask_fresh(void *context, struct span body, struct jail_answer *ret_answer, struct buf *out)
{
	struct jailed *j = context;

	batch_reset(&j->asked);
	TRY(batch_unpack_names(&j->asked, body));
	TRY(jail_renew(&j->jail));
	return ask(j, body, true, ret_answer, out);
}

int
jailed_transform(struct jailed *j, struct span body, bool again, struct buf *out)
{
	struct jail_answer answer;
	bool known;

	batch_reset(&j->asked);
	TRY(batch_unpack_names(&j->asked, body));
	known = poison_may_know(&j->known, &j->asked);
	if (!known)
		TRY(ask(j, body, again, &answer, out));
	if (!known && answer.end == JAIL_DONE)
		return 0;
	return poison_salvage(
	    j->loop->stage, &j->known, body, known ? NULL : &answer, ask_fresh, j, out);
}

/* the child */

struct child {
	const struct stage *stage;
	struct settings settings;
	void *state;
	struct batch scratch;
	double work_s;
	uint64_t work_ns;
};

static int
serve(void *state, struct span request, struct buf *out)
{
	struct child *c = state;
	int r = stage_transform(c->stage, c->state, &c->scratch, request, out, &c->work_s);

	c->work_ns = (uint64_t)(c->work_s * 1e9);
	return r;
}

bool
jailed_is_child(int argc, char **argv)
{
	return argc > 1 && strcmp(argv[1], JAIL_FLAG) == 0;
}

void
jailed_child(const struct stage *s, int argc, char **argv)
{
	struct child *c = mem_zero(1, sizeof(*c));
	struct options options;

	jail_enter(argc, argv);
	c->stage = s;
	argv[2] = argv[0]; /* behind it are the options */
	if (settings_parse(
		&c->settings, &options, s->taker, s->about, s->args, argc - 2, argv + 2) < 0 ||
	    s->open(&c->state, &c->settings) < 0)
		jail_refuse(err_text());
	jail_lock(c->settings.document_memory);
	jail_serve(serve, c, &c->work_ns);
}
