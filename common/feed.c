#include "common/feed.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/inflate.h"

struct feed
feed_file(int fd)
{
	off_t at = lseek(fd, 0, SEEK_CUR);

	return (struct feed){.fd = fd, .start = at > 0 ? (uint64_t)at : 0, .length = UINT64_MAX};
}

struct feed
feed_part(struct inflate *below, uint64_t length)
{
	return (struct feed){
	    .fd = -1, .below = below, .start = inflate_out_offset(below), .length = length};
}

static int
read_file(int fd, char *p, size_t n, size_t *ret_n)
{
	ssize_t r;

	do
		r = read(fd, p, n);
	while (r < 0 && errno == EINTR);
	if (r < 0)
		return err_set(ERR_SYS, "cannot read: %s", strerror(errno));
	*ret_n = (size_t)r;
	return 0;
}

int
feed_read(struct feed *f, char *p, size_t n, size_t *ret_n)
{
	size_t got = 0;

	if (n > f->length - f->at)
		n = (size_t)(f->length - f->at);
	if (n > 0)
		TRY(f->below != NULL ? inflate_read(f->below, p, n, &got)
				     : read_file(f->fd, p, n, &got));
	if (n > 0 && got == 0 && f->length != UINT64_MAX)
		return err_set(ERR_RECORD, "it ends %llu bytes too early",
		    (unsigned long long)(f->length - f->at));
	f->at += got;
	*ret_n = got;
	return 0;
}

uint64_t
feed_size(struct feed *f)
{
	struct stat st;
	uint64_t all;

	if (f->length != UINT64_MAX)
		return f->length;
	if (f->below != NULL)
		all = inflate_size(f->below);
	else if (fstat(f->fd, &st) < 0 || !S_ISREG(st.st_mode))
		return UINT64_MAX;
	else
		all = (uint64_t)st.st_size;
	return all == UINT64_MAX ? all : all < f->start ? 0 : all - f->start;
}

bool
feed_seek(struct feed *f, uint64_t at)
{
	uint64_t size = feed_size(f);

	if (size == UINT64_MAX || at > size)
		return false;
	if (f->below != NULL ? !inflate_seek(f->below, f->start + at)
			     : lseek(f->fd, (off_t)(f->start + at), SEEK_SET) < 0)
		return false;
	f->at = at;
	return true;
}
