/* Streams: plain, compressed or damaged, they end, and their pieces lie in order. */
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "proto/framing.h"
#include "tests/fuzz/target.h"

enum { MOST = 4096, PIECES = 1 << 20 };

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	int fd = memfd_create("fuzz", MFD_CLOEXEC);
	struct framing f;
	struct piece p;
	uint64_t offset = 0;
	int r = 0;

	if (fd < 0 || write(fd, bytes, n) != (ssize_t)n || lseek(fd, 0, SEEK_SET) < 0)
		abort();
	framing_open(&f, MOST, NULL);
	if (framing_begin(&f, fd, FORM_NONE, true) < 0)
		abort();
	for (int i = 0; r == 0; i++) {
		framing_release(&f);
		r = framing_next(&f, &p);
		MUST(i < PIECES);
		if (r != 0)
			break;
		MUST(p.offset >= offset && p.length >= p.raw.n);
		MUST(p.raw.n <= MOST || p.reason != NULL);
		offset = p.offset;
	}
	MUST(r == ERR_STOP);
	framing_end(&f);
	framing_close(&f);
	return 0;
}
