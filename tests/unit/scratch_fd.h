/*
 * scratch_fd - bytes behind a descriptor that can seek.
 */
#ifndef WINNOW_SCRATCH_FD_H
#define WINNOW_SCRATCH_FD_H

#include <criterion/criterion.h>
#include <sys/mman.h>
#include <unistd.h>

#include "common/span.h"

static inline int
fd_of(struct span bytes)
{
	int fd = memfd_create("input", MFD_CLOEXEC);

	cr_assert_eq(write(fd, bytes.p, bytes.n), (ssize_t)bytes.n);
	cr_assert_eq(lseek(fd, 0, SEEK_SET), 0);
	return fd;
}

#endif
