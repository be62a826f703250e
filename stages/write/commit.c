#include "stages/write/commit.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "proto/checkpoint.h"
#include "stages/state.h"

static int
failed(const char *doing, const char *name)
{
	int error = errno;

	return err_set(err_passes(error) ? ERR_HOLD : ERR_SYS, "cannot %s %s: %s", doing, name,
	    strerror(error));
}

static int
put_file(const struct commit_part *p)
{
	size_t done = 0;

	while (done < p->bytes.n) {
		ssize_t n =
		    pwrite(p->fd, p->bytes.p + done, p->bytes.n - done, (off_t)(p->at + done));

		if (n < 0 && errno != EINTR)
			return failed("write", p->name);
		done += n < 0 ? 0 : (size_t)n;
	}
	return 0;
}

static int
put_stream(struct commit_part *p)
{
	while (p->done < p->bytes.n) {
		long n = stream_write(
		    p->fd, p->name, span_cut(buf_view(&p->bytes), p->done, p->bytes.n));

		if (n < 0)
			return (int)n;
		p->done += (size_t)n;
	}
	return 0;
}

static int
sync_file(const struct commit_part *p)
{
	return p->bytes.n > 0 && fdatasync(p->fd) < 0 ? failed("sync", p->name) : 0;
}

static int
put_parts(struct commit *c)
{
	for (int i = 0; i < PARTS; i++) {
		struct commit_part *p = &c->parts[i];
		if (p->fd >= 0)
			TRY(p->regular ? put_file(p) : put_stream(p));
	}
	for (int i = 0; i < PARTS; i++) {
		const struct commit_part *p = &c->parts[i];
		if (p->fd >= 0 && p->regular)
			TRY(sync_file(p));
	}
	return 0;
}

/* What the disk did not take for good must not be found by whoever goes on. */
static void
cut_back(const struct commit *c)
{
	for (int i = 0; i < PARTS; i++) {
		const struct commit_part *p = &c->parts[i];
		if (p->fd >= 0 && p->regular && ftruncate(p->fd, (off_t)p->at) < 0)
			continue; /* the next process cuts it by the checkpoint */
	}
}

/* The records of a sink by URI, once. */
static int
deliver(struct commit *c)
{
	if (c->carrier == NULL || c->delivered)
		return 0;
	TRY(c->carrier->kind->deliver(c->carrier->state, &c->parcel, buf_view(&c->text)));
	c->delivered = true;
	return 0;
}

int
commit_run(void *commit)
{
	struct commit *c = commit;
	bool later = c->carrier != NULL && c->carrier->kind->at_most_once;
	int r = put_parts(c);

	if (r == ERR_SYS)
		cut_back(c);
	TRY(r);
	if (!later)
		TRY(deliver(c));
	if (checkpoint_replace(c->folder, buf_view(&c->text)) < 0)
		return failed("write the checkpoint in", c->folder_name);
	return later ? deliver(c) : 0;
}

void
commit_done(struct commit *c)
{
	for (int i = 0; i < PARTS; i++)
		buf_done(&c->parts[i].bytes);
	buf_done(&c->text);
	parcel_done(&c->parcel);
}
