/*
 * Compressed bytes: reading ends, gives the same however much is asked for at once, and goes on at
 * a mark. The first byte says how much is asked for, and whether the rest is deflate without a
 * head.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "common/buf.h"
#include "common/inflate.h"
#include "tests/fuzz/target.h"

enum { MOST = 1 << 20, DAMAGES = 1 << 12, AT_ONCE = 64 << 10 };

/* What came out. */
struct result {
	struct buf bytes;
	uint64_t offset; /* decoded bytes, those that were passed over, too */
	size_t damages;
	struct inflate_mark mark; /* the newest in the first half of them */
	size_t n_mark;            /* bytes that came before it, SIZE_MAX: not known */
};

static void
note_mark(struct result *r, const struct inflate *z, size_t made)
{
	struct inflate_mark m = inflate_mark(z);

	if (m.in == 0 || m.in == r->mark.in || r->bytes.n > MOST / 2)
		return;
	r->mark = m;
	r->n_mark = inflate_out_offset(z) - made == m.out ? r->bytes.n - made : SIZE_MAX;
}

static void
read_all(struct result *r, struct inflate *z, size_t at_once)
{
	while (r->bytes.n < MOST) {
		size_t got;
		int e = inflate_read(z, buf_room(&r->bytes, at_once), at_once, &got);

		MUST(e == 0 || e == ERR_RECORD);
		if (e == ERR_RECORD) {
			uint64_t passed;
			bool found;

			MUST(++r->damages < DAMAGES);
			if (inflate_resync(z, &passed, &found) < 0)
				abort();
			MUST(passed > 0);
			if (!found)
				break;
			continue;
		}
		if (got == 0)
			break;
		MUST(got <= at_once);
		r->bytes.n += got;
		note_mark(r, z, got);
	}
	r->offset = inflate_out_offset(z);
}

static struct inflate *
begin(int fd, enum coding coding)
{
	struct inflate *z;

	if (lseek(fd, 0, SEEK_SET) < 0 || inflate_open_feed(&z, feed_file(fd), coding) < 0)
		abort();
	return z;
}

static struct result
decode(int fd, enum coding coding, size_t at_once)
{
	struct inflate *z = begin(fd, coding);
	struct result r = {.n_mark = SIZE_MAX};

	read_all(&r, z, at_once);
	inflate_close(z);
	return r;
}

static void
go_on(int fd, enum coding coding, const struct result *whole)
{
	struct inflate *z = begin(fd, coding);
	struct result r = {0};

	MUST(inflate_go_on(z, whole->mark) == 0);
	read_all(&r, z, AT_ONCE);
	inflate_close(z);
	MUST(r.offset == whole->offset && r.bytes.n == whole->bytes.n - whole->n_mark);
	MUST(r.bytes.n == 0 || memcmp(r.bytes.p, whole->bytes.p + whole->n_mark, r.bytes.n) == 0);
	buf_done(&r.bytes);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	enum coding coding = n > 0 && (bytes[0] & 1) != 0 ? CODING_DEFLATE : CODING_UNKNOWN;
	size_t at_once = n == 0 ? 1 : 1 + bytes[0] / 2;
	int fd = memfd_create("fuzz", MFD_CLOEXEC);
	struct result whole, parts;

	if (fd < 0 || (n > 1 && write(fd, bytes + 1, n - 1) != (ssize_t)n - 1))
		abort();
	whole = decode(fd, coding, AT_ONCE);
	if (whole.bytes.n < MOST) {
		parts = decode(fd, coding, at_once);
		MUST(parts.bytes.n == whole.bytes.n && parts.offset == whole.offset);
		MUST(parts.damages == whole.damages);
		MUST(
		    whole.bytes.n == 0 || memcmp(parts.bytes.p, whole.bytes.p, whole.bytes.n) == 0);
		buf_done(&parts.bytes);
		if (whole.n_mark != SIZE_MAX)
			go_on(fd, coding, &whole);
	}
	buf_done(&whole.bytes);
	close(fd);
	return 0;
}
