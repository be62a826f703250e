/*
 * What changes an index, or copies it: done by the dedup that has it open, or else here.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/deflate.h"
#include "common/mem.h"
#include "proto/index_compact.h"
#include "proto/index_control.h"
#include "proto/index_export.h"
#include "proto/index_forget.h"
#include "proto/index_import.h"
#include "proto/index_take_back.h"
#include "stages/winnow/index_commands.h"

/* The number behind "name": in an answer; 0 if there is none. */
static uint64_t
number_in(const struct buf *answer, const char *name)
{
	char text[64];
	const char *at;

	if (answer->n == 0)
		return 0;
	snprintf(text, sizeof(text), "\"%s\": ", name);
	at = memmem(answer->p, answer->n, text, strlen(text));
	return at == NULL ? 0 : strtoull(at + strlen(text), NULL, 10);
}

/* Ask the dedup that has it open; ERR_STOP: none has. */
static int
ask(const struct index_words *w, struct buf *question, struct buf *answer)
{
	int r;

	buf_byte(question, '\0');
	r = index_control_ask(w->folder, question->p, INDEX_ANSWER_MS, answer);
	buf_done(question);
	if (r == 0)
		buf_byte(answer, '\0');
	return r;
}

/* compact */

int
index_compact_now(const struct index_words *w)
{
	struct buf question = {0}, answer = {0};
	uint64_t before = 0, after = 0;
	int r;

	buf_str(&question, "compact");
	r = ask(w, &question, &answer);
	after = number_in(&answer, "bytes");
	buf_done(&answer);
	if (r == 0) {
		printf("compacted: %" PRIu64 " bytes\n", after);
		return 0;
	}
	if (r != ERR_STOP)
		return r;
	TRY(index_compact_folder(w->folder, INDEX_WAIT_MS, &before, &after));
	printf("compacted: %" PRIu64 " bytes, before %" PRIu64 "\n", after, before);
	return 0;
}

/* forget */

static int
wish_of(struct forget_wish *ret_w, const struct settings *s)
{
	uint64_t now = (uint64_t)time(NULL) / 60, minutes = s->older_than_ms / 60000;

	if ((s->older_than_ms == UINT64_MAX) == (s->documents == 0))
		return err_set(
		    ERR_USAGE, "forget what? --older-than 90d, or the oldest --documents N");
	*ret_w = (struct forget_wish){.documents = s->documents};
	if (s->documents == 0) /* 1: nothing is as old as that */
		ret_w->before = (uint32_t)(minutes < now ? now + 1 - minutes : 1);
	return 0;
}

int
index_forget_old(const struct index_words *w)
{
	struct buf question = {0}, answer = {0};
	struct forget_wish wish;
	uint64_t n = 0;
	int r;

	TRY(wish_of(&wish, w->settings));
	buf_str(&question, "forget ");
	forget_wish_print(&question, &wish);
	r = ask(w, &question, &answer);
	n = number_in(&answer, "documents");
	buf_done(&answer);
	if (r == ERR_STOP)
		r = index_forget_folder(w->folder, &wish, INDEX_WAIT_MS, &n);
	TRY(r);
	printf("%" PRIu64 " documents were forgotten\n", n);
	return 0;
}

/* import */

static int
import_here(const struct index_words *w, uint64_t *ret_documents, uint64_t *ret_owners)
{
	int fd = open(w->args[0], O_RDONLY | O_CLOEXEC), r;
	struct import im;

	if (fd < 0)
		return err_set(ERR_USAGE, "%s: %s", w->args[0], strerror(errno));
	r = import_read(&im, fd, w->args[0]);
	close(fd);
	if (r == 0)
		r = import_into_folder(&im, w->folder, INDEX_WAIT_MS, ret_documents, ret_owners);
	import_done(&im);
	return r;
}

int
index_import_from(const struct index_words *w)
{
	struct buf question = {0}, answer = {0};
	char *path = realpath(w->args[0], NULL);
	uint64_t documents, owners;
	int r;

	if (path == NULL)
		return err_set(ERR_USAGE, "%s: %s", w->args[0], strerror(errno));
	buf_print(&question, "import %s", path);
	free(path);
	r = ask(w, &question, &answer);
	documents = number_in(&answer, "documents");
	owners = number_in(&answer, "owners");
	buf_done(&answer);
	if (r == ERR_STOP)
		r = import_here(w, &documents, &owners);
	TRY(r);
	printf("%" PRIu64 " owners of %" PRIu64 " documents came to it\n", owners, documents);
	return 0;
}

/* export */

struct sink {
	int fd;
	struct deflate *z;
	struct buf out;
	const char *name;
};

static int
write_out(struct sink *s)
{
	for (size_t done = 0; done < s->out.n;) {
		ssize_t n = write(s->fd, s->out.p + done, s->out.n - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_set(ERR_SYS, "%s: %s", s->name, strerror(errno));
		done += (size_t)n;
	}
	s->out.n = 0;
	return 0;
}

static int
put_lines(void *object, struct span lines)
{
	struct sink *s = object;

	TRY(deflate_put(s->z, lines, &s->out));
	return write_out(s);
}

static int
export_lines(const struct index_words *w, struct sink *s, struct export_counts *ret_counts)
{
	struct index_files f;
	struct index_view v;
	int r = index_view_open(&v, &f, w->folder);

	if (r == 0)
		r = index_export(&v, &f, put_lines, s, ret_counts);
	index_view_unmap(&v);
	index_files_close(&f);
	if (r == 0)
		r = deflate_end_member(s->z, &s->out);
	return r < 0 ? r : write_out(s);
}

/* The file gets its name when all of it is there. */
static int
export_file(const struct index_words *w, struct sink *s, struct export_counts *ret_counts)
{
	struct buf part = {0};
	int r;

	buf_print(&part, "%s.part", s->name);
	buf_byte(&part, '\0');
	s->fd = open(part.p, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	r = s->fd < 0 ? err_set(ERR_USAGE, "%s: %s", part.p, strerror(errno))
		      : export_lines(w, s, ret_counts);
	if (r == 0 && (fsync(s->fd) < 0 || rename(part.p, s->name) < 0))
		r = err_set(ERR_SYS, "%s: %s", s->name, strerror(errno));
	if (s->fd >= 0)
		close(s->fd);
	if (r < 0 && s->fd >= 0)
		unlink(part.p);
	buf_done(&part);
	return r;
}

int
index_export_to(const struct index_words *w)
{
	struct sink s = {.fd = STDOUT_FILENO, .name = w->args[0]};
	bool to_stdout = strcmp(s.name, "-") == 0;
	struct export_counts counts = {0};
	int r;

	TRY(deflate_open(&s.z, compression_of_name(s.name)));
	r = to_stdout ? export_lines(w, &s, &counts) : export_file(w, &s, &counts);
	deflate_close(s.z);
	buf_done(&s.out);
	if (r == 0 && !to_stdout)
		printf("%" PRIu64 " owners of %" PRIu64 " documents were written to %s\n",
		    counts.owners, counts.documents, s.name);
	return r;
}

/* take-back */

int
index_take_back_run(const struct index_words *w)
{
	const char *text = w->args[0];
	char *end;
	uint64_t run = strtoull(text, &end, 16);
	bool has;

	if (strlen(text) != 16 || *end != '\0')
		return err_set(ERR_USAGE, "'%s' is no run; `winnow index verify` lists them", text);
	TRY(index_has_run(&has, w->folder, run, INDEX_WAIT_MS));
	if (!has) {
		printf("run %s has brought nothing to it\n", text);
		return 0;
	}
	TRY(index_take_back(w->folder, run, INDEX_WAIT_MS));
	printf("run %s was taken back\n", text);
	return 0;
}
