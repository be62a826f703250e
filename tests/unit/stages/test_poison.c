#include "stages/poison.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

/* No processes here: what a child would do with a document, its key says. */

enum {
	FINE = 0,
	POISON = 1000,  /* and above: dies, and is known to be at it */
	SPOILER = 2000, /* and above: the next one behind it dies */
	SILENT = 3000,  /* and above: dies behind the last item */
};

struct world {
	unsigned tries;
	unsigned killed; /* so often somebody else kills it first */
	enum jail_end end;
	uint64_t in_company; /* documents of other tries than alone */
	int fault;           /* what a try returns instead */
};

/* The item that dies in a batch of these, or n + 1 for none. */
static uint32_t
victim(const struct batch *b)
{
	for (uint32_t i = 0; i < b->n_documents; i++) {
		uint64_t before = i == 0 ? FINE : b->documents[i - 1].key;
		uint64_t key = b->documents[i].key;

		if ((before >= SPOILER && before < SILENT) || (key >= POISON && key < SPOILER))
			return i;
	}
	for (uint32_t i = 0; i < b->n_documents; i++)
		if (b->documents[i].key >= SILENT)
			return (uint32_t)b->n_documents;
	return (uint32_t)b->n_documents + 1;
}

static void
work(struct batch *b, struct buf *out)
{
	for (size_t i = 0; i < b->n_documents; i++)
		b->documents[i].title = arena_print(&b->arena, "done %d", (int)b->documents[i].key);
	batch_pack(out, b);
}

static void
try_batch(struct world *w, struct batch *b, struct jail_answer *a, struct buf *out)
{
	*a = (struct jail_answer){.item = victim(b), .detail = "a detail"};
	if (w->killed > 0) {
		w->killed--;
		a->end = JAIL_KILLED;
	} else if (a->item <= b->n_documents)
		a->end = w->end;
	else
		work(b, out);
}

static int
again(void *context, struct span body, struct jail_answer *ret_answer, struct buf *out)
{
	struct world *w = context;
	struct batch b = {0};

	if (w->fault != 0)
		return w->fault;
	w->tries++;
	cr_assert_eq(batch_unpack(&b, body), 0);
	cr_assert_eq(b.token.offset, 77);
	cr_assert_eq(b.n_read, 5);
	if (b.n_documents > 1)
		w->in_company += b.n_documents;
	try_batch(w, &b, ret_answer, out);
	batch_done(&b);
	return 0;
}

static struct poison_known known;

static const struct stage refuser = {.name = "extract", .refuses = true};
static const struct stage other = {.name = "summarize"};

/* The body of a batch of documents with these keys, up to a 0. */
static struct buf
body_of(const uint64_t *keys)
{
	struct document d[BATCH_DOCUMENTS] = {0};
	struct batch b = {.documents = d, .token = {.offset = 77}, .n_read = 5};
	struct buf body = {0};

	for (; keys[b.n_documents] != 0; b.n_documents++)
		d[b.n_documents] = (struct document){.id = SPAN("id"),
		    .key = keys[b.n_documents],
		    .source = {.path = SPAN("path")},
		    .form = FORM_TEXT,
		    .raw = SPAN("raw bytes")};
	batch_pack(&body, &b);
	return body;
}

/* Salvage, and the batch that comes out; *ret_bytes are what it points into. */
static struct batch
salvage(struct world *w, const struct stage *s, const uint64_t *keys, struct buf *ret_bytes)
{
	struct buf body = body_of(keys);
	struct batch b = {0}, first = {0};
	struct jail_answer a;
	struct buf nothing = {0};

	if (w->end == JAIL_DONE)
		w->end = JAIL_CRASHED;
	cr_assert_eq(batch_unpack(&first, buf_view(&body)), 0);
	try_batch(w, &first, &a, &nothing);
	cr_assert_neq(a.end, JAIL_DONE);
	cr_assert_eq(poison_salvage(s, &known, buf_view(&body), &a, again, w, ret_bytes), 0);
	cr_assert_eq(batch_unpack(&b, buf_view(ret_bytes)), 0);
	cr_assert_eq(b.token.offset, 77);
	cr_assert_eq(b.n_read, 5);
	for (size_t i = 0; i < b.n_documents; i++)
		cr_assert_eq(b.documents[i].key, keys[i], "the order of the documents");
	cr_assert_eq(keys[b.n_documents], 0);
	batch_done(&first);
	buf_done(&body);
	buf_done(&nothing);
	return b;
}

static void
came_out(const struct document *d)
{
	char title[32];

	snprintf(title, sizeof(title), "done %d", (int)d->key);
	cr_assert(span_equal(d->title, span_str(title)), "%d", (int)d->key);
	cr_assert_eq(d->refused.stage.n, 0);
	cr_assert_eq(d->error.stage.n, 0);
}

static void
is_fault(const struct fault *f, const char *where, const char *reason)
{
	cr_assert(span_equal(f->stage, span_str(where)));
	cr_assert(span_equal(f->reason, span_str(reason)));
	cr_assert(span_equal(f->detail, SPAN("a detail")));
	cr_assert_eq(f->attempts, POISON_TRIES);
}

Test(poison, is_refused_at_the_third_try_and_its_neighbours_come_out)
{
	struct world w = {0};
	struct buf bytes = {0};
	struct batch b = salvage(&w, &refuser, (uint64_t[]){1, 2, POISON, 3, 4, 0}, &bytes);

	for (int i = 0; i < 5; i++)
		if (i != 2)
			came_out(&b.documents[i]);
	is_fault(&b.documents[2].refused, "extract", "crashed");
	cr_assert(span_equal(b.documents[2].raw, SPAN("raw bytes")));
	cr_assert_eq(b.documents[2].title.n, 0);
	cr_assert_eq(w.tries, 3, "twice alone, and the others once");
	batch_done(&b);
	buf_done(&bytes);
}

Test(poison, behind_dedup_leaves_with_an_error)
{
	struct world w = {0};
	struct buf bytes = {0};
	struct batch b = salvage(&w, &other, (uint64_t[]){1, POISON, 0}, &bytes);

	came_out(&b.documents[0]);
	is_fault(&b.documents[1].error, "summarize", "crashed");
	cr_assert_not(document_is_refused(&b.documents[1]));
	batch_done(&b);
	buf_done(&bytes);
}

Test(poison, has_a_reason_for_each_end)
{
	static const struct {
		enum jail_end end;
		const char *reason;
	} cases[] = {{JAIL_CRASHED, "crashed"}, {JAIL_HUNG, "hung"}, {JAIL_MEMORY, "memory"},
	    {JAIL_BREACH, "jail"}};

	for (int i = 0; i < 4; i++) {
		struct world w = {.end = cases[i].end};
		struct buf bytes = {0};
		struct batch b = salvage(&w, &refuser, (uint64_t[]){POISON + i, 0}, &bytes);

		is_fault(&b.documents[0].refused, "extract", cases[i].reason);
		cr_assert_eq(w.tries, 2);
		batch_done(&b);
		buf_done(&bytes);
	}
}

Test(poison, who_dies_of_a_neighbour_comes_out)
{
	struct world w = {0};
	struct buf bytes = {0};
	struct batch b = salvage(&w, &refuser, (uint64_t[]){1, SPOILER, 2, 3, 0}, &bytes);

	for (int i = 0; i < 4; i++)
		came_out(&b.documents[i]);
	batch_done(&b);
	buf_done(&bytes);
}

Test(poison, many_in_one_batch_are_all_found)
{
	struct world w = {0};
	struct buf bytes = {0};
	struct batch b = salvage(&w, &refuser,
	    (uint64_t[]){POISON, 1, POISON + 1, POISON + 2, 2, POISON + 3, 0}, &bytes);

	for (int i = 0; i < 6; i++)
		if (b.documents[i].key < POISON)
			came_out(&b.documents[i]);
		else
			is_fault(&b.documents[i].refused, "extract", "crashed");
	batch_done(&b);
	buf_done(&bytes);
}

Test(poison, a_death_that_nobody_is_at_lets_each_be_tried_alone)
{
	struct world w = {0};
	struct buf bytes = {0};
	struct batch b = salvage(&w, &refuser, (uint64_t[]){1, 2, SILENT, 3, 0}, &bytes);

	for (int i = 0; i < 4; i++)
		if (i != 2)
			came_out(&b.documents[i]);
	is_fault(&b.documents[2].refused, "extract", "crashed");
	cr_assert_eq(w.in_company, 0);
	cr_assert_eq(w.tries, 3 + 3);
	batch_done(&b);
	buf_done(&bytes);
}

Test(poison, who_is_killed_by_somebody_else_is_tried_until_it_is_done)
{
	struct world w = {.killed = 7};
	struct buf bytes = {0};
	struct batch b = salvage(&w, &refuser, (uint64_t[]){1, 2, 0}, &bytes);

	came_out(&b.documents[0]);
	came_out(&b.documents[1]);
	cr_assert_eq(w.tries, 7);
	batch_done(&b);
	buf_done(&bytes);
}

Test(poison, those_refused_before_go_on_untouched)
{
	struct document d[2] = {
	    {.id = SPAN("a"), .key = POISON, .refused = {.stage = SPAN("read"), .attempts = 1}},
	    {.id = SPAN("b"), .key = POISON + 1},
	};
	struct batch b = {.documents = d, .n_documents = 2, .token = {.offset = 77}, .n_read = 5};
	struct jail_answer first = {.end = JAIL_CRASHED, .item = 0};
	struct world w = {.end = JAIL_CRASHED};
	struct buf body = {0}, out = {0};

	batch_pack(&body, &b);
	cr_assert_eq(poison_salvage(&refuser, &known, buf_view(&body), &first, again, &w, &out), 0);
	b = (struct batch){0};
	cr_assert_eq(batch_unpack(&b, buf_view(&out)), 0);
	cr_assert(span_equal(b.documents[0].refused.stage, SPAN("read")));
	is_fault(&b.documents[1].refused, "extract", "crashed");
	cr_assert_eq(w.tries, 3);
	batch_done(&b);
	buf_done(&body);
	buf_done(&out);
}

Test(poison, what_is_no_batch_or_cannot_be_tried_is_said)
{
	struct jail_answer first = {.end = JAIL_CRASHED, .item = 0};
	struct world w = {.fault = ERR_SYS};
	struct buf body = body_of((uint64_t[]){POISON, 0}), out = {0};

	cr_assert_eq(poison_salvage(&refuser, &known, SPAN("no batch"), &first, again, &w, &out),
	    ERR_RECORD);
	cr_assert_eq(
	    poison_salvage(&refuser, &known, buf_view(&body), &first, again, &w, &out), ERR_SYS);
	cr_assert_eq(out.n, 0);
	buf_done(&body);
}

Test(poison, that_is_known_is_not_tried_again)
{
	struct world w = {0};
	struct buf bytes = {0}, body = body_of((uint64_t[]){1, POISON, 2, 0}), again_bytes = {0};
	struct batch b = salvage(&w, &refuser, (uint64_t[]){POISON, 0}, &bytes);

	cr_assert_eq(w.tries, 2);
	batch_done(&b);
	cr_assert_eq(batch_unpack_names(&b, buf_view(&body)), 0);
	cr_assert(poison_may_know(&known, &b));
	batch_reset(&b);
	cr_assert_eq(
	    poison_salvage(&refuser, &known, buf_view(&body), NULL, again, &w, &again_bytes), 0);
	cr_assert_eq(w.tries, 3, "its neighbours only, together");
	cr_assert_eq(batch_unpack(&b, buf_view(&again_bytes)), 0);
	is_fault(&b.documents[1].refused, "extract", "crashed");
	came_out(&b.documents[0]);
	came_out(&b.documents[2]);
	batch_done(&b);
	buf_done(&body);
	buf_done(&bytes);
	buf_done(&again_bytes);
}

Test(poison, of_the_same_key_and_other_bytes_is_not_known)
{
	struct document d = {
	    .id = SPAN("id"), .key = POISON, .form = FORM_TEXT, .raw = SPAN("new")};
	struct batch b = {.documents = &d, .n_documents = 1, .token = {.offset = 77}, .n_read = 5};
	struct world w = {0};
	struct buf bytes = {0}, body = {0}, again_bytes = {0};
	struct batch first = salvage(&w, &refuser, (uint64_t[]){POISON, 0}, &bytes);

	batch_pack(&body, &b);
	cr_assert_eq(
	    poison_salvage(&refuser, &known, buf_view(&body), NULL, again, &w, &again_bytes), 0);
	cr_assert_eq(w.tries, 2 + 3);
	batch_done(&first);
	buf_done(&bytes);
	buf_done(&body);
	buf_done(&again_bytes);
}

Test(poison, only_the_newest_are_known)
{
	struct batch b = {0};
	struct document d = {.key = POISON};

	for (uint64_t i = 0; i <= POISON_KNOWN; i++) {
		struct world w = {0};
		struct buf bytes = {0};
		struct batch one = salvage(&w, &refuser, (uint64_t[]){POISON + i, 0}, &bytes);

		batch_done(&one);
		buf_done(&bytes);
	}
	b.documents = &d;
	b.n_documents = 1;
	cr_assert_not(poison_may_know(&known, &b), "the first one");
	d.key = POISON + POISON_KNOWN;
	cr_assert(poison_may_know(&known, &b));
}
