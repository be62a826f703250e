#include "stages/dedup/index_service.h"

#include <poll.h>
#include <pthread.h>

#include "proto/index_control.h"
#include "tests/unit/folder.h"

/* Somebody who asks, in a thread of its own. */
struct asker {
	const char *folder, *question;
	struct buf answer;
	int result;
	char said[256];
	pthread_t thread;
	int done; /* an end of a pipe that can be read when it has its answer */
	int tell;
};

struct served {
	struct folder f;
	struct index *ix;
	struct settings settings;
	struct index_service *service;
	uint64_t next;
};

static void *
ask_main(void *object)
{
	struct asker *a = object;

	a->result = index_control_ask(a->folder, a->question, 20000, &a->answer);
	snprintf(a->said, sizeof(a->said), "%s", err_text());
	close(a->tell);
	return NULL;
}

static void
place_open(struct served *p)
{
	char uri[200];

	*p = (struct served){.next = 0};
	folder_open(&p->f);
	snprintf(uri, sizeof(uri), "file:%s", folder_path(&p->f, "ix"));
	cr_assert_eq(index_open(&p->ix, uri, 1 << 30), 0, "%s", err_text());
	cr_assert_eq(index_begin(p->ix, 11), 0);
	index_service_open(&p->service, p->ix, &p->settings);
	cr_assert(p->service != NULL);
}

static void
place_done(struct served *p)
{
	index_service_close(p->service);
	index_close(p->ix);
	folder_done(&p->f);
}

static struct hash
hash_of(uint64_t n)
{
	return hash128(span_of((const char *)&n, sizeof(n)));
}

/* A batch of one document that owns hash n. */
static void
take(struct served *p, uint64_t n)
{
	struct hash h = hash_of(n);

	index_add(p->ix, &h, index_add_document(p->ix, &h, n, SPAN("id")), 0);
	cr_assert_eq(index_take(p->ix, p->next++, 7), 0);
}

static bool
has(const struct served *p, uint64_t n)
{
	struct hash h = hash_of(n);

	return index_find(p->ix, &h) != NULL;
}

/* Do what a loop does between batches until the answer is there; base as it tells. */
static void
answer(struct served *p, struct asker *a, const char *question, uint64_t base)
{
	int ends[2];

	cr_assert_eq(pipe(ends), 0);
	*a = (struct asker){.folder = folder_path(&p->f, "ix"), .question = question};
	a->done = ends[0];
	a->tell = ends[1];
	cr_assert_eq(pthread_create(&a->thread, NULL, ask_main, a), 0);
	for (struct pollfd w[] = {{.fd = index_wake(p->ix), .events = POLLIN},
		 {.fd = a->done, .events = POLLIN}};
	     (w[1].revents & (POLLIN | POLLHUP)) == 0;) {
		uint64_t done = p->next;
		bool changed;
		int r;

		cr_assert_eq(index_turn(p->ix), 0, "%s", err_text());
		index_service_turn(p->service, base, &changed);
		r = index_commit(p->ix, false, &done);
		cr_assert_geq(r, 0, "%s", err_text());
		cr_assert_gt(poll(w, 2, changed || r > 0 ? 1 : 10000), -1);
	}
	pthread_join(a->thread, NULL);
	close(a->done);
}

static void
says(struct asker *a, int result, const char *text)
{
	cr_assert_eq(a->result, result, "%s", a->said);
	buf_byte(&a->answer, '\0');
	cr_assert(strstr(result == 0 ? a->answer.p : a->said, text) != NULL, "'%s' '%s'",
	    a->answer.p, a->said);
	buf_done(&a->answer);
}

Test(index_service, tells_about_the_index)
{
	struct asker a;
	struct served p;

	place_open(&p);
	take(&p, 1);
	answer(&p, &a, "status", 0);
	says(&a, 0, "{\"entries\": 1, \"documents\": 1, \"id_bytes\": 2, ");
	place_done(&p);
}

Test(index_service, forgets_what_is_done_for_good_and_nothing_else)
{
	struct asker a;
	struct served p;

	place_open(&p);
	for (uint64_t i = 1; i <= 5; i++)
		take(&p, i);
	answer(&p, &a, "forget oldest 2", 1); /* batch 0 brought document 1 */
	says(&a, 0, "{\"documents\": 1}");
	cr_assert_not(has(&p, 1));
	cr_assert(has(&p, 2));
	answer(&p, &a, "forget oldest 2", 5);
	says(&a, 0, "{\"documents\": 2}");
	cr_assert_not(has(&p, 3));
	cr_assert(has(&p, 4));
	place_done(&p);
}

Test(index_service, what_it_did_is_durable)
{
	struct asker a;
	struct served p;
	char uri[200];

	place_open(&p);
	for (uint64_t i = 1; i <= 5; i++)
		take(&p, i);
	answer(&p, &a, "forget oldest 2", 5);
	says(&a, 0, "2");
	answer(&p, &a, "compact", 5);
	says(&a, 0, "{\"bytes\": ");
	cr_assert_eq(access(folder_path(&p.f, "ix/snapshot-000002.idx"), F_OK), 0);
	index_service_close(p.service);
	index_close(p.ix);
	snprintf(uri, sizeof(uri), "file:%s", folder_path(&p.f, "ix"));
	cr_assert_eq(index_open(&p.ix, uri, 1 << 30), 0, "%s", err_text());
	cr_assert_eq(index_holdings(p.ix)->entries, 3);
	cr_assert_not(has(&p, 2));
	cr_assert(has(&p, 3));
	p.service = NULL;
	place_done(&p);
}

Test(index_service, imports_what_was_exported)
{
	char question[200], sum[40];
	struct buf b = {0};
	struct asker a;
	struct served p;
	uint64_t total = 0;
	static const char *const lines[] = {NULL, "I\t0000000000000001\t1",
	    "R\t0000000000000007\t1",
	    "D\t1\t2026-01-01T00:00Z\t0000000000000007\t"
	    "0000000000000000000000000000000a\t000000000000000b\tid",
	    "O\t0000000000000000000000000000000c\t1\t0"};

	place_open(&p);
	take(&p, 1);
	for (size_t i = 0; i < 5; i++) {
		size_t from = b.n;

		if (i == 0)
			buf_print(&b, "winnow-index\t1\t{%s}", index_parameters());
		else
			buf_str(&b, lines[i]);
		total += hash64(span_cut(buf_view(&b), from, b.n));
		buf_byte(&b, '\n');
	}
	snprintf(sum, sizeof(sum), "E\t1\t1\t%016llx\n", (unsigned long long)total);
	buf_str(&b, sum);
	snprintf(
	    question, sizeof(question), "import %s", folder_file(&p.f, "export", buf_view(&b)));
	answer(&p, &a, question, 1);
	says(&a, 0, "{\"documents\": 1, \"owners\": 1}");
	cr_assert_eq(index_holdings(p.ix)->entries, 2);
	cr_assert_eq(run_table_newest(index_runs(p.ix))->id, 11);
	answer(&p, &a, question, 1);
	says(&a, 0, "{\"documents\": 0, \"owners\": 0}");
	snprintf(question, sizeof(question), "import %s", folder_path(&p.f, "none"));
	answer(&p, &a, question, 1);
	says(&a, ERR_USAGE, "No such file");
	buf_done(&b);
	place_done(&p);
}

Test(index_service, what_it_does_not_know_is_refused_and_it_goes_on)
{
	struct asker a;
	struct served p;

	place_open(&p);
	answer(&p, &a, "dance", 0);
	says(&a, ERR_USAGE, "cannot 'dance'");
	answer(&p, &a, "forget everything", 0);
	says(&a, ERR_SYS, "nothing to be forgotten");
	answer(&p, &a, "status", 0);
	says(&a, 0, "\"entries\": 0");
	place_done(&p);
}
