/*
 * feed - stored bytes in a row: an open file, or a part of what another reader decodes.
 */
#ifndef WINNOW_FEED_H
#define WINNOW_FEED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/err.h"

struct inflate;

struct feed {
	int fd;                /* -1: the bytes come from below */
	struct inflate *below; /* the caller's; nobody else reads it meanwhile */
	uint64_t start;        /* where the feed begins, in the file or in what is decoded below */
	uint64_t length;       /* bytes; UINT64_MAX: up to the end of what it is a part of */
	uint64_t at;           /* bytes behind the start, of the next read */
};

/* All of fd, which stays the caller's, from where it stands. */
struct feed feed_file(int fd);

/* The next `length` bytes of what `below` decodes. */
struct feed feed_part(struct inflate *below, uint64_t length);

/*
 * Up to n bytes to p, without waiting for more than one; *ret_n is 0 only at the end. Returns 0,
 * ERR_RECORD if what is below is damaged, ERR_SYS.
 */
int feed_read(struct feed *f, char *p, size_t n, size_t *ret_n) WARN_UNUSED;

/* Go to a place, which exists. False, and nothing is changed, if that is not possible. */
bool feed_seek(struct feed *f, uint64_t at);

/* How many bytes there are from the start on; UINT64_MAX if that is not known. */
uint64_t feed_size(struct feed *f);

#endif
