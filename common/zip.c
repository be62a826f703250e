#include "common/zip.h"

#include <stdlib.h>
#include <string.h>

#include "common/mem.h"

enum {
	END_BYTES = 22,
	END64_BYTES = 56,
	LOCATOR_BYTES = 20,
	COMMENT_BYTES = 65535,
	CENTRAL_BYTES = 46,
	LOCAL_BYTES = 30,
	DESCRIPTOR_BYTES = 16, /* behind a file whose size was not known before; of Zip64 8 more */
	DESCRIBED = 8,         /* of the flags: there is one */
	SCAN_BYTES = 64 << 10,
	STORED = 0,
	DEFLATED = 8,
	ENCRYPTED = 1, /* of the flags */
	ZIP64_EXTRA = 1,
	OVERLAP = 2, /* most bytes of its files by those of the archive: one size may be wrong */
};

#define FULL32 0xFFFFFFFFU

static uint64_t
number(const char *p, size_t n)
{
	uint64_t v = 0;

	while (n-- > 0)
		v = v << 8 | (unsigned char)p[n];
	return v;
}

bool
zip_is_head(struct span s)
{
	return span_starts(s, SPAN("PK\3\4")) || span_starts(s, SPAN("PK\5\6"));
}

/* n bytes at a place, all or ERR_RECORD. */
static int
read_at(struct inflate *in, uint64_t at, char *p, size_t n)
{
	size_t got = 0, part = 1;

	if (!inflate_seek(in, at))
		return err_set(ERR_RECORD, "the archive is cut short, or cannot seek");
	for (; got < n && part > 0; got += part)
		TRY(inflate_read(in, p + got, n - got, &part));
	return got == n ? 0 : err_set(ERR_RECORD, "the archive is cut short");
}

/* The place of the directory by its Zip64 end, if there is one before the end at `end`. */
static int
read_end64(struct zip *z, uint64_t end, uint64_t *size, uint64_t *offset, uint64_t *here)
{
	char locator[LOCATOR_BYTES], tail[END64_BYTES];
	uint64_t at;

	if (end < LOCATOR_BYTES)
		return 0;
	TRY(read_at(z->in, end - LOCATOR_BYTES, locator, LOCATOR_BYTES));
	if (memcmp(locator, "PK\6\7", 4) != 0)
		return 0;
	at = number(locator + 8, 8);
	TRY(read_at(z->in, at, tail, END64_BYTES));
	if (memcmp(tail, "PK\6\6", 4) != 0)
		return err_set(ERR_RECORD, "no Zip64 directory where it should be");
	*size = number(tail + 40, 8);
	*offset = number(tail + 48, 8);
	*here = at;
	return 0;
}

/* The end of the directory: the last one in the last 64 KiB. */
static int
find_end(struct zip *z, uint64_t size, char *end, uint64_t *ret_at)
{
	size_t n = size < END_BYTES + COMMENT_BYTES ? (size_t)size : END_BYTES + COMMENT_BYTES;
	char *tail = mem_alloc(n);
	int r = n < END_BYTES ? err_set(ERR_RECORD, "the archive is cut short")
			      : read_at(z->in, size - n, tail, n);

	for (size_t at = r < 0 ? 0 : n - END_BYTES + 1; at-- > 0;)
		if (memcmp(tail + at, "PK\5\6", 4) == 0 &&
		    number(tail + at + 20, 2) <= n - at - END_BYTES) {
			memcpy(end, tail + at, END_BYTES);
			*ret_at = size - n + at;
			free(tail);
			return 0;
		}
	free(tail);
	return r < 0 ? r : err_set(ERR_RECORD, "a zip without a directory: it is cut short");
}

/* Sizes and offset that did not fit, from the Zip64 field; they stand in this order. */
static void
widen(struct span extra, uint64_t *plain, uint64_t *stored, uint64_t *offset)
{
	uint64_t *const fields[] = {plain, stored, offset};

	while (extra.n >= 4) {
		size_t n = (size_t)number(extra.p + 2, 2), at = 4;

		if (n > extra.n - 4)
			return;
		for (int i = 0; number(extra.p, 2) == ZIP64_EXTRA && i < 3; i++)
			if (*fields[i] == FULL32 && at + 8 <= n + 4) {
				*fields[i] = number(extra.p + at, 8);
				at += 8;
			}
		extra = span_cut(extra, 4 + n, extra.n);
	}
}

/* Go to the bytes of an entry whose local header is at `offset`. */
static void
go_to(struct zip *z, struct packed_file *e, uint64_t offset)
{
	char local[LOCAL_BYTES];
	uint64_t data;

	e->fault = "no entry where the directory says";
	e->damaged = true;
	if (offset > z->end || read_at(z->in, offset, local, LOCAL_BYTES) < 0 ||
	    memcmp(local, "PK\3\4", 4) != 0)
		return;
	data = offset + LOCAL_BYTES + number(local + 26, 2) + number(local + 28, 2);
	if (data > z->end || e->size > z->end - data || !inflate_seek(z->in, data))
		return;
	e->fault = NULL;
	e->damaged = false;
}

static void
set_coding(struct packed_file *e, uint64_t flags, uint64_t method)
{
	e->coding = method == DEFLATED ? CODING_DEFLATE : CODING_UNKNOWN;
	e->fault = NULL;
	e->damaged = false;
	if ((flags & ENCRYPTED) != 0)
		e->fault = "it is encrypted";
	else if (method != STORED && method != DEFLATED)
		e->fault = "an unknown compression method";
}

/* One entry of the directory, and where its local header is. */
static int
read_entry(struct zip *z, struct packed_file *e, uint64_t *ret_offset)
{
	char head[CENTRAL_BYTES];
	uint64_t plain, offset, method, flags;
	size_t n_name, n_extra;

	if (z->next <= z->end && z->end - z->next < CENTRAL_BYTES)
		return ERR_STOP;
	e->at = z->next;
	if (z->next < z->end)
		TRY(read_at(z->in, z->next, head, CENTRAL_BYTES));
	if (z->next > z->end || memcmp(head, "PK\1\2", 4) != 0)
		return err_set(ERR_RECORD, "the zip's directory is damaged at byte %llu",
		    (unsigned long long)z->next);
	flags = number(head + 8, 2);
	method = number(head + 10, 2);
	e->size = number(head + 20, 4);
	plain = number(head + 24, 4);
	n_name = (size_t)number(head + 28, 2);
	n_extra = (size_t)number(head + 30, 2);
	offset = number(head + 42, 4);
	e->name.n = 0;
	TRY(read_at(z->in, z->next + CENTRAL_BYTES, buf_room(&e->name, n_name + n_extra + 1),
	    n_name + n_extra));
	widen(span_of(e->name.p + n_name, n_extra), &plain, &e->size, &offset);
	e->name.n = n_name;
	z->next += CENTRAL_BYTES + n_name + n_extra + number(head + 32, 2);
	*ret_offset = offset + z->shift;
	set_coding(e, flags, method);
	return 0;
}

/* without a directory */

/* The bytes behind `data` up to a descriptor that says that they are so many; else all. */
static uint64_t
find_descriptor(struct zip *z, uint64_t data)
{
	char bytes[SCAN_BYTES];
	uint64_t at = data;

	while (z->end - at >= DESCRIPTOR_BYTES) {
		size_t n = z->end - at < SCAN_BYTES ? (size_t)(z->end - at) : SCAN_BYTES;

		if (read_at(z->in, at, bytes, n) < 0)
			break;
		for (const char *p = bytes; (p = memmem(p, (size_t)(bytes + n - p), "PK\7\b", 4));
		     p++)
			if (bytes + n - p >= DESCRIPTOR_BYTES &&
			    number(p + 8, 4) == ((at + (uint64_t)(p - bytes) - data) & FULL32))
				return at + (uint64_t)(p - bytes) - data;
		at += n - (DESCRIPTOR_BYTES - 1);
	}
	return z->end - data;
}

/* Whether a file's header is at z->next, or behind the descriptor of the one before. */
static bool
find_local(struct zip *z, char *local)
{
	for (int passed = 0; passed < 3; passed++) {
		if (z->end - z->next < LOCAL_BYTES ||
		    read_at(z->in, z->next, local, LOCAL_BYTES) < 0)
			return false;
		if (memcmp(local, "PK\3\4", 4) == 0)
			return true;
		if (passed == 0 && memcmp(local, "PK\7\b", 4) != 0)
			return false;
		z->next += passed == 0 ? DESCRIPTOR_BYTES : DESCRIPTOR_BYTES / 2;
		if (z->next > z->end)
			return false;
	}
	return false;
}

static int
read_local(struct zip *z, struct packed_file *e, uint64_t *ret_offset)
{
	char local[LOCAL_BYTES];
	uint64_t data, plain, none = 0;
	size_t n_name, n_extra;

	if (z->next > z->end || !find_local(z, local))
		return err_set(ERR_RECORD, "a zip without a directory: it is cut short");
	e->at = *ret_offset = z->next;
	e->size = number(local + 18, 4);
	plain = number(local + 22, 4);
	n_name = (size_t)number(local + 26, 2);
	n_extra = (size_t)number(local + 28, 2);
	data = z->next + LOCAL_BYTES + n_name + n_extra;
	e->name.n = 0;
	TRY(read_at(z->in, z->next + LOCAL_BYTES, buf_room(&e->name, n_name + n_extra + 1),
	    n_name + n_extra));
	widen(span_of(e->name.p + n_name, n_extra), &plain, &e->size, &none);
	e->name.n = n_name;
	if (e->size == 0 && (number(local + 6, 2) & DESCRIBED) != 0)
		e->size = find_descriptor(z, data);
	if (e->size > z->end - data)
		e->size = z->end - data; /* it is cut, which its decoder will say */
	z->next = data + e->size;
	set_coding(e, number(local + 6, 2), number(local + 8, 2));
	return 0;
}

static int
read_next(struct zip *z, struct packed_file *e, uint64_t *ret_offset)
{
	return (z->walks ? read_local : read_entry)(z, e, ret_offset);
}

/*
 * Look over the directory. A WACZ has, by its specification, these two names; the first may be what
 * was cut off. Files that together have far more bytes than the archive lie upon each other.
 */
static int
look_over(struct zip *z)
{
	struct zip look = *z;
	struct packed_file e = {0};
	bool package = z->walks, archive = false;
	uint64_t offset, sum = 0;

	while (sum / OVERLAP <= z->end && read_next(&look, &e, &offset) == 0) {
		struct span name = buf_view(&e.name);

		package = package || span_equal(name, SPAN("datapackage.json"));
		archive = archive || span_starts(name, SPAN("archive/"));
		if (offset <= z->end && e.size <= z->end - offset) /* else it cannot be read */
			sum += e.size;
	}
	buf_done(&e.name);
	z->is_wacz = package && archive;
	z->is_bomb = sum / OVERLAP > z->end;
	return z->is_bomb ? err_set(ERR_RECORD, "the zip's files lie upon each other: a bomb") : 0;
}

int
zip_open(struct zip *z, struct inflate *in)
{
	uint64_t file = inflate_size(in), at = 0, size, offset, here;
	char end[END_BYTES];
	int r;

	*z = (struct zip){.in = in};
	if (file == UINT64_MAX)
		return err_set(ERR_RECORD, "a zip can be read from a file only, not from a pipe or "
					   "from within compressed bytes");
	r = find_end(z, file, end, &at);
	if (r == ERR_RECORD) {
		z->walks = true;
		z->end = file;
		return look_over(z);
	}
	TRY(r);
	size = number(end + 12, 4);
	offset = number(end + 16, 4);
	here = at;
	TRY(read_end64(z, at, &size, &offset, &here));
	if (size > here || offset > here - size)
		return err_set(ERR_RECORD, "a zip whose directory lies outside of it");
	z->shift = here - size - offset;
	z->next = here - size;
	z->end = here;
	return look_over(z);
}

int
zip_next(struct zip *z, struct packed_file *ret)
{
	struct span name;
	uint64_t offset;

	do {
		TRY(read_next(z, ret, &offset));
		name = buf_view(&ret->name);
	} while (
	    span_ends(name, SPAN("/")) || (z->is_wacz && !span_starts(name, SPAN("archive/"))));
	if (ret->fault == NULL)
		go_to(z, ret, offset);
	return 0;
}
