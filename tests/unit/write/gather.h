/*
 * gather - batches of text put into a sink, and written out at the boundaries.
 */
#ifndef WINNOW_GATHER_H
#define WINNOW_GATHER_H

#include <signal.h>

#include "stages/write/members.h"
#include "tests/unit/scratch.h"

static struct sink s = {.fd = -1}, dead = {.fd = -1};
static struct members m;
static uint64_t taken, boundary; /* the seqs behind the newest batch and the newest boundary */
static struct buf got;

static inline void
gather_open(void)
{
	signal(SIGPIPE, SIG_IGN); /* as the loop has it */
	scratch_open();
}

static inline void
gather_close(void)
{
	sink_close(&s);
	sink_close(&dead);
	buf_done(&got);
	scratch_close();
}

static inline void
opened(const char *name)
{
	cr_assert_eq(sink_open(&s, scratch_path(name), compression_of_name(name), false), 0, "%s",
	    err_text());
	m = (struct members){0};
	taken = boundary = 0;
}

static inline void
put(struct span text)
{
	cr_assert_eq(sink_put(&s, text), 0);
}

/* The batch `seq`, read from so many bytes, is complete. */
static inline void
end_batch(uint64_t seq, uint64_t input_bytes)
{
	bool ended;

	cr_assert_eq(members_batch(&m, &s, &dead, input_bytes, &ended), 0);
	taken = seq + 1;
	if (ended)
		boundary = taken;
}

static inline void
batch(uint64_t seq, const char *text, uint64_t input_bytes)
{
	put(span_str(text));
	end_batch(seq, input_bytes);
}

/* Write out; the seq below which all is in the sink. */
static inline uint64_t
flushed(bool final)
{
	if (final) {
		cr_assert_eq(members_end(&m, &s, &dead), 0);
		boundary = taken;
	}
	cr_assert_eq(sink_flush(&s), 0, "%s", err_text());
	return boundary;
}

/* Text that does not compress to nothing; the same each time. */
static inline struct span
noise(size_t n)
{
	static char *p;
	uint64_t state = 7;

	p = realloc(p, n);
	for (size_t i = 0; i < n; i++) {
		state = state * 6364136223846793005U + 1442695040888963407U;
		p[i] = (char)('a' + (state >> 33) % 20);
	}
	return span_of(p, n);
}

static inline uint64_t
size_of(const char *name)
{
	struct stat st;

	cr_assert_eq(stat(scratch_path(name), &st), 0);
	return (uint64_t)st.st_size;
}

#endif
