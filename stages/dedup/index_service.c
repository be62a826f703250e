#include "stages/dedup/index_service.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/background.h"
#include "common/log.h"
#include "common/mem.h"
#include "proto/index_control.h"
#include "proto/index_forget.h"
#include "proto/index_import.h"

enum { ASKERS = 8 };

/* How far one who asks is. */
enum step {
	STEP_NOBODY,
	STEP_LISTEN,  /* the line is not whole yet */
	STEP_SETTLE,  /* wants a snapshot, and what was forgotten is still needed */
	STEP_COMPACT, /* the snapshot is under way */
	STEP_READ,    /* the import is being read */
	STEP_SYNC,    /* it is done, and not durable yet */
};

struct asker {
	enum step step;
	int fd;
	struct buf line, answer;
};

struct index_service {
	struct index *index;
	const struct settings *settings;
	int listener;
	struct asker askers[ASKERS];
	struct background *reader; /* of imports, one at a time */
	char *import_path;
	struct import import;
	uint64_t base;
	bool changed;
};

static void
leave(struct asker *a)
{
	close(a->fd); /* which takes it out of the epoll, too */
	buf_done(&a->line);
	buf_done(&a->answer);
	*a = (struct asker){.fd = -1};
}

static void
say(struct asker *a, const char *first)
{
	struct buf b = {0};

	buf_str(&b, first);
	buf_span(&b, buf_view(&a->answer));
	if (send(a->fd, b.p, b.n, MSG_NOSIGNAL) < 0)
		log_line(LOG_INFO, "nobody waited for an answer about the index");
	buf_done(&b);
	leave(a);
}

static void
refuse(struct asker *a, int result)
{
	a->answer.n = 0;
	buf_print(&a->answer, "error %d %s\n",
	    result == ERR_USAGE ? EXIT_PERMANENT : EXIT_TEMPORARY, err_text());
	say(a, "");
}

/* status */

static void
tell_status(struct index_service *s, struct asker *a)
{
	const struct holdings *h = index_holdings(s->index);

	buf_print(&a->answer,
	    "{\"entries\": %llu, \"documents\": %llu, \"id_bytes\": %llu, \"memory\": %llu, "
	    "\"limit\": %llu, \"when_full\": \"%s\", \"compacting\": %s}\n",
	    (unsigned long long)h->entries, (unsigned long long)h->n_documents,
	    (unsigned long long)h->id_bytes, (unsigned long long)index_memory_bytes(s->index),
	    (unsigned long long)index_limit_bytes(s->index),
	    s->settings->when_full == WHEN_FULL_FORGET ? "forget-oldest" : "hold",
	    index_compacts(s->index) ? "true" : "false");
	say(a, "ok\n");
}

/* forget */

/* Documents from here on were brought by batches that may come again. */
static uint32_t
end_of_done(const struct index_service *s)
{
	const struct run_table *runs = index_runs(s->index);
	const struct run *run = run_table_newest(runs);
	const struct run_batch *b;

	if (run == NULL || s->base >= run->next)
		return runs->n_documents + 1;
	b = run_table_batch_of(runs, s->base);
	if (b == NULL && run->n_batches > 0)
		b = &run->batches[0];
	return b == NULL ? runs->n_documents + 1 : b->first;
}

static int
do_forget(struct index_service *s, struct asker *a, struct span what)
{
	struct forgotten ranges = {0};
	struct forget_wish wish;
	uint64_t n;
	int r = 0;

	TRY(forget_wish_parse(&wish, what));
	n = forget_choose(&ranges, index_runs(s->index), &wish, end_of_done(s));
	for (size_t i = 0; r == 0 && i < ranges.n; i++)
		r = index_forget(s->index, ranges.ranges[i].first, ranges.ranges[i].end);
	forgotten_done(&ranges);
	TRY(r);
	s->changed = s->changed || n > 0;
	buf_print(&a->answer, "{\"documents\": %llu}\n", (unsigned long long)n);
	a->step = STEP_SYNC;
	return 0;
}

/* compact */

static int
do_compact(struct index_service *s, struct asker *a)
{
	if (index_compacts(s->index)) /* of before: ours comes behind it */
		return 0;
	if (!index_settle(s->index, s->base))
		return 0;
	TRY(index_compact_begin(s->index));
	a->step = STEP_COMPACT;
	return 0;
}

static void
end_compact(struct index_service *s, struct asker *a)
{
	int result;

	if (index_compacts(s->index))
		return;
	result = index_compact_result(s->index);
	if (result < 0) {
		refuse(a, result);
		return;
	}
	buf_print(
	    &a->answer, "{\"bytes\": %llu}\n", (unsigned long long)index_disk_bytes(s->index));
	say(a, "ok\n");
}

/* import */

static int
read_job(void *service)
{
	struct index_service *s = service;
	int fd = open(s->import_path, O_RDONLY | O_CLOEXEC), r;

	if (fd < 0)
		return err_set(ERR_USAGE, "%s: %s", s->import_path, strerror(errno));
	r = import_read(&s->import, fd, s->import_path);
	close(fd);
	return r;
}

static int
do_import(struct index_service *s, struct asker *a, struct span path)
{
	if (s->import_path != NULL)
		return err_set(ERR_SYS, "another import is under way; ask again");
	if (path.n == 0 || path.p[0] != '/')
		return err_set(ERR_USAGE, "an import needs the whole path of its file");
	s->import_path = mem_string(path.p, path.n);
	a->step = STEP_READ;
	return background_start(s->reader, read_job, s);
}

static int
put_import(struct index_service *s, struct asker *a, int result)
{
	uint64_t documents, owners;

	if (result == 0)
		result = index_import(s->index, &s->import, &documents, &owners);
	import_done(&s->import);
	free(s->import_path);
	s->import_path = NULL;
	TRY(result);
	s->changed = true;
	buf_print(&a->answer, "{\"documents\": %llu, \"owners\": %llu}\n",
	    (unsigned long long)documents, (unsigned long long)owners);
	a->step = STEP_SYNC;
	return 0;
}

static int
end_read(struct index_service *s, struct asker *a)
{
	int result;

	return background_result(s->reader, &result) ? put_import(s, a, result) : 0;
}

/* asking */

static int
understand(struct index_service *s, struct asker *a, struct span line)
{
	const struct span own = SPAN(INDEX_CONTROL_WORDS);
	struct span word;

	if (!span_starts(line, own))
		return err_set(ERR_USAGE,
		    "the dedup that has the index open is of another version (" WINNOW_VERSION
		    "); use its winnow, or stop the chain");
	word = span_cut(line, own.n, line.n);
	if (span_equal(word, SPAN("status")))
		tell_status(s, a);
	else if (span_equal(word, SPAN("compact")))
		a->step = STEP_SETTLE;
	else if (span_starts(word, SPAN("forget ")))
		return do_forget(s, a, span_cut(word, 7, word.n));
	else if (span_starts(word, SPAN("import ")))
		return do_import(s, a, span_cut(word, 7, word.n));
	else
		return err_set(ERR_USAGE, "the dedup that has the index open cannot '%.*s'",
		    (int)word.n, word.p);
	return 0;
}

static int
hear(struct index_service *s, struct asker *a)
{
	ssize_t n = read(a->fd, buf_room(&a->line, 4096), 4096);
	const char *end;

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (n <= 0) {
		leave(a);
		return 0;
	}
	a->line.n += (size_t)n;
	end = memchr(a->line.p, '\n', a->line.n);
	if (end == NULL && a->line.n > INDEX_CONTROL_LINE)
		return err_set(ERR_USAGE, "a question without an end");
	if (end == NULL)
		return 0;
	return understand(s, a, span_of(a->line.p, (size_t)(end - a->line.p)));
}

/* Whoever waits for something that may take long can give up: then nobody is told. */
static bool
is_gone(const struct asker *a)
{
	char byte;

	return recv(a->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

static int
go_on(struct index_service *s, struct asker *a)
{
	if (a->step == STEP_LISTEN)
		TRY(hear(s, a));
	if (a->step == STEP_SETTLE && is_gone(a))
		leave(a);
	if (a->step == STEP_SETTLE)
		TRY(do_compact(s, a));
	if (a->step == STEP_READ)
		TRY(end_read(s, a));
	if (a->step == STEP_COMPACT)
		end_compact(s, a);
	else if (a->step == STEP_SYNC && !s->changed && index_is_durable(s->index))
		say(a, "ok\n");
	return 0;
}

static void
welcome(struct index_service *s)
{
	int fd;

	while ((fd = index_control_accept(s->listener)) >= 0) {
		struct asker *a = s->askers;

		while (a < s->askers + ASKERS && a->step != STEP_NOBODY)
			a++;
		if (a == s->askers + ASKERS || index_watch(s->index, fd) < 0)
			close(fd); /* too many at once */
		else
			*a = (struct asker){.step = STEP_LISTEN, .fd = fd};
	}
}

void
index_service_turn(struct index_service *s, uint64_t base, bool *ret_changed)
{
	*ret_changed = false;
	if (s == NULL)
		return;
	s->base = base;
	s->changed = false;
	welcome(s);
	for (struct asker *a = s->askers; a < s->askers + ASKERS; a++) {
		int r = a->step == STEP_NOBODY ? 0 : go_on(s, a);

		if (r < 0)
			refuse(a, r);
	}
	*ret_changed = s->changed;
}

void
index_service_open(struct index_service **ret, struct index *ix, const struct settings *settings)
{
	struct index_service *s = mem_zero(1, sizeof(*s));
	int r;

	s->index = ix;
	s->settings = settings;
	s->listener = -1;
	for (size_t i = 0; i < ASKERS; i++)
		s->askers[i].fd = -1;
	r = index_control_listen(&s->listener, index_folder_of(ix));
	if (r == 0)
		r = index_watch(ix, s->listener);
	if (r == 0)
		r = background_open(&s->reader);
	if (r == 0)
		r = index_watch(ix, background_wake(s->reader));
	if (r == 0) {
		*ret = s;
		return;
	}
	log_line(LOG_WARNING, "the index can only be asked when this ends: %s", err_text());
	index_service_close(s);
	*ret = NULL;
}

void
index_service_close(struct index_service *s)
{
	if (s == NULL)
		return;
	background_close(s->reader);
	for (size_t i = 0; i < ASKERS; i++)
		if (s->askers[i].step != STEP_NOBODY)
			leave(&s->askers[i]);
	if (s->listener >= 0) {
		unlinkat(index_folder_of(s->index), INDEX_CONTROL, 0);
		close(s->listener);
	}
	import_done(&s->import);
	free(s->import_path);
	free(s);
}
