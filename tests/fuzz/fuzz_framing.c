/* Streams: plain, compressed, archives, damaged: they end, their pieces lie in order, and reading
 * goes on behind any of them as if it had never stopped. */
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "common/hash.h"
#include "proto/framing.h"
#include "tests/fuzz/target.h"

enum { MOST = 256, SIZES = 6, PIECES = 1 << 20, COMPARED = 4096 };

/* What is compared of a piece. */
struct seen {
	uint64_t offset, length, content;
	bool refused;
};

static struct seen seen[COMPARED];

static void
begin(struct framing *f, int fd, size_t n)
{
	int own = dup(fd);

	if (own < 0 || lseek(own, 0, SEEK_SET) < 0)
		abort();
	framing_open(f, (uint64_t)MOST << n % SIZES, NULL);
	if (framing_begin(f, own, FORM_NONE, true) < 0)
		abort();
}

static struct seen
look(const struct piece *p)
{
	uint64_t words = hash64(p->entry) + 3 * hash64(span_str(p->detail));

	return (struct seen){p->offset, p->length, hash64(p->raw) ^ words, p->reason != NULL};
}

static void
check(const struct piece *p, uint64_t most, uint64_t offset)
{
	MUST(p->offset >= offset && p->length >= p->raw.n);
	MUST(p->raw.n <= most || p->reason != NULL);
}

/* Read all; how many pieces there are. */
static size_t
read_all(int fd, size_t n)
{
	uint64_t offset = 0, entry = 0;
	struct framing f;
	struct piece p;
	size_t count = 0;
	int r;

	begin(&f, fd, n);
	for (; (r = framing_next(&f, &p)) == 0; count++) {
		MUST(count < PIECES);
		check(&p, f.max_document, hash64(p.entry) == entry ? offset : 0);
		offset = p.offset;
		entry = hash64(p.entry);
		if (count < COMPARED)
			seen[count] = look(&p);
		framing_release(&f);
	}
	MUST(r == ERR_STOP);
	framing_close(&f);
	return count;
}

/* Stop behind some pieces, begin there anew, and compare what comes. */
static void
go_on(int fd, size_t n, size_t behind, size_t count)
{
	struct buf place = {0};
	struct framing f;
	struct piece p;
	uint64_t offset;
	bool at_end;

	begin(&f, fd, n);
	for (size_t i = 0; i < behind; i++)
		MUST(framing_next(&f, &p) == 0);
	framing_place(&f, &place);
	offset = f.offset;
	at_end = framing_at_end(&f);
	framing_close(&f);
	MUST(!at_end || behind == count);
	if (!at_end) {
		begin(&f, fd, n);
		MUST(framing_go_on(&f, offset, buf_view(&place)) == 0);
		for (size_t i = behind; i < count; i++) {
			struct seen again;

			MUST(framing_next(&f, &p) == 0);
			again = look(&p);
			MUST(again.offset == seen[i].offset && again.length == seen[i].length &&
			     again.content == seen[i].content && again.refused == seen[i].refused);
			framing_release(&f);
		}
		MUST(framing_next(&f, &p) == ERR_STOP);
		framing_close(&f);
	}
	buf_done(&place);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	int fd = memfd_create("fuzz", MFD_CLOEXEC);
	size_t count;

	if (fd < 0 || write(fd, bytes, n) != (ssize_t)n)
		abort();
	count = read_all(fd, n);
	if (count > 0 && count <= COMPARED)
		go_on(fd, n, 1 + hash64(span_of((const char *)bytes, n)) % count, count);
	close(fd);
	return 0;
}
