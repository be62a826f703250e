#include "common/tar.h"

#include <stdlib.h>
#include <string.h>

#include "common/mem.h"

enum {
	NAME_AT = 0,
	NAME_BYTES = 100,
	SIZE_AT = 124,
	SIZE_BYTES = 12,
	SUM_AT = 148,
	SUM_BYTES = 8,
	TYPE_AT = 156,
	MAGIC_AT = 257,
	PREFIX_AT = 345,
	PREFIX_BYTES = 155,
	EXTENDED_AT = 482,      /* of a sparse file of GNU: more of its map follows */
	MORE_EXTENDED_AT = 504, /* the same in that block */
};

/* Octal digits, or base 256 where the first bit is set; false if it is neither. */
static bool
read_number(const char *p, size_t n, uint64_t *ret)
{
	uint64_t v = 0;
	size_t at = 0;

	if ((p[0] & 0x80) != 0) {
		for (at = 1; at < n; at++) {
			if (v >> 54 != 0)
				return false;
			v = v << 8 | (unsigned char)p[at];
		}
		*ret = v;
		return (p[0] & 0x7F) == 0;
	}
	while (at < n && p[at] == ' ')
		at++;
	for (; at < n && p[at] >= '0' && p[at] <= '7'; at++)
		v = v << 3 | (uint64_t)(p[at] - '0');
	*ret = v;
	return at == n || p[at] == ' ' || p[at] == '\0';
}

bool
tar_is_header(const char *p)
{
	uint64_t sum, is = 0;

	if (p[NAME_AT] == '\0' || !read_number(p + SUM_AT, SUM_BYTES, &sum))
		return false;
	for (int i = 0; i < TAR_BLOCK; i++)
		is += i >= SUM_AT && i < SUM_AT + SUM_BYTES ? ' ' : (unsigned char)p[i];
	return is == sum;
}

/* n bytes, all of them. */
static int
read_all(struct inflate *in, char *p, size_t n, size_t *ret_n)
{
	size_t got = 0, part = 1;

	for (; got < n && part > 0; got += part)
		TRY(inflate_read(in, p + got, n - got, &part));
	*ret_n = got;
	return 0;
}

static uint64_t
padded(uint64_t size)
{
	return (size + TAR_BLOCK - 1) / TAR_BLOCK * TAR_BLOCK;
}

static bool
is_zero(const char *p)
{
	for (int i = 0; i < TAR_BLOCK; i++)
		if (p[i] != '\0')
			return false;
	return true;
}

static bool
is_header(const char *p, uint64_t *ret_size)
{
	return tar_is_header(p) && read_number(p + SIZE_AT, SIZE_BYTES, ret_size) &&
	       *ret_size >> 60 == 0;
}

/* The next block that is not zero, at t->next. ERR_STOP: blocks of zeros end the archive. */
static int
read_block(struct tar *t, char *block)
{
	bool marked = false;
	size_t got;

	TRY(inflate_skip(t->in, t->next - inflate_out_offset(t->in)));
	for (;; t->next += TAR_BLOCK) {
		TRY(read_all(t->in, block, TAR_BLOCK, &got));
		if (got == 0 && marked)
			return ERR_STOP;
		if (got < TAR_BLOCK)
			return err_set(ERR_RECORD,
			    "the archive ends at byte %llu without its end mark: it is cut short",
			    (unsigned long long)(t->next + got));
		if (!is_zero(block))
			return 0;
		marked = true;
	}
}

/* Behind a block at t->next that should be a header: go to the next that is one, or to the end. */
static int
pass_damage(struct tar *t, struct packed_file *e)
{
	char block[TAR_BLOCK];
	uint64_t size;
	size_t got;
	bool found, zero = false;

	e->name.n = 0;
	e->fault = "no tar header where one should be";
	e->damaged = true;
	do {
		t->next += TAR_BLOCK;
		TRY(read_all(t->in, block, TAR_BLOCK, &got));
		found = got == TAR_BLOCK && is_header(block, &size);
		if (got == TAR_BLOCK)
			zero = is_zero(block);
	} while (got == TAR_BLOCK && !found);
	if (found)
		inflate_unread(t->in, block, TAR_BLOCK);
	else if (got == 0 && zero) { /* the end mark is still to be read */
		memset(block, 0, TAR_BLOCK);
		inflate_unread(t->in, block, TAR_BLOCK);
		t->next -= TAR_BLOCK;
	} else if (got > 0)
		inflate_unread(t->in, block, got);
	e->size = t->next - e->at;
	return 0;
}

/* The map of a sparse file of GNU, behind its header; it is not read. */
static int
pass_sparse(struct tar *t, char *head, struct packed_file *e)
{
	size_t got = TAR_BLOCK;

	e->fault = "a sparse file";
	for (bool more = head[EXTENDED_AT] != 0; more && got == TAR_BLOCK;) {
		TRY(read_all(t->in, head, TAR_BLOCK, &got));
		more = head[MORE_EXTENDED_AT] != 0;
		t->next += TAR_BLOCK;
	}
	return 0;
}

static int
read_extension(struct tar *t, uint64_t size, struct buf *ret)
{
	size_t got;

	if (size > TAR_EXTENSION_BYTES)
		return err_set(
		    ERR_RECORD, "an extended tar header of %llu bytes", (unsigned long long)size);
	ret->n = 0;
	TRY(read_all(t->in, buf_room(ret, (size_t)size + 1), (size_t)size, &got));
	ret->n = got;
	return got == size ? 0 : err_set(ERR_RECORD, "the archive ends within a header");
}

/* What stands before a file: its long name, its size. */
struct extras {
	struct buf bytes;
	bool has_size;
	uint64_t size;
	bool sparse;
};

/* Lines "LENGTH KEY=VALUE\n" of a pax header. */
static void
read_pax(struct span s, struct buf *name, struct extras *x)
{
	while (s.n > 0) {
		size_t n = 0, at = 0;
		struct span line;

		for (; at < s.n && s.p[at] >= '0' && s.p[at] <= '9' && n < s.n; at++)
			n = n * 10 + (size_t)(s.p[at] - '0');
		if (at == s.n || s.p[at] != ' ' || n <= at + 1 || n > s.n)
			return;
		line = span_cut(s, at + 1, n - 1);
		s = span_cut(s, n, s.n);
		if (span_starts(line, SPAN("path="))) {
			name->n = 0;
			buf_span(name, span_cut(line, 5, line.n));
		} else if (span_starts(line, SPAN("size=")))
			x->has_size =
			    span_number(span_cut(line, 5, line.n), &x->size) && x->size >> 60 == 0;
		else if (span_starts(line, SPAN("GNU.sparse.")))
			x->sparse = true;
	}
}

/* A field that ends at a NUL or is full. */
static struct span
field(const char *p, size_t n)
{
	return span_of(p, strnlen(p, n));
}

static void
set_name(struct buf *name, const char *head)
{
	struct span prefix = field(head + PREFIX_AT, PREFIX_BYTES);

	if (memcmp(head + MAGIC_AT, "ustar\0", 6) == 0 && prefix.n > 0) {
		buf_span(name, prefix);
		buf_byte(name, '/');
	}
	buf_span(name, field(head + NAME_AT, NAME_BYTES));
}

static int
take_extension(struct tar *t, struct packed_file *e, struct extras *x, char type, uint64_t size)
{
	TRY(read_extension(t, size, &x->bytes));
	if (type == 'x')
		read_pax(buf_view(&x->bytes), &e->name, x);
	else {
		e->name.n = 0;
		buf_span(&e->name, field(x->bytes.p, x->bytes.n));
	}
	return 0;
}

/* What is behind the header of a file. */
static int
take_file(struct tar *t, struct packed_file *e, struct extras *x, char *head, uint64_t size)
{
	if (e->name.n == 0)
		set_name(&e->name, head);
	if (x->has_size) {
		t->next += padded(x->size) - padded(size);
		size = x->size;
	}
	e->size = size;
	if (x->sparse)
		e->fault = "a sparse file";
	return head[TYPE_AT] == 'S' ? pass_sparse(t, head, e) : 0;
}

static int
next(struct tar *t, struct packed_file *e, struct extras *x)
{
	char head[TAR_BLOCK];
	uint64_t size = 0;

	e->at = t->next;
	for (;;) {
		char type;

		TRY(read_block(t, head));
		if (!is_header(head, &size))
			return pass_damage(t, e);
		t->next += TAR_BLOCK + padded(size);
		type = head[TYPE_AT];
		if (type == 'x' || type == 'L') {
			TRY(take_extension(t, e, x, type, size));
			continue;
		}
		if (type == '0' || type == '\0' || type == '7' || type == 'S')
			return take_file(t, e, x, head, size);
		e->name.n = 0;
		x->has_size = x->sparse = false;
		if (type != 'g' && type != 'K')
			e->at = t->next;
	}
}

int
tar_next(struct tar *t, struct packed_file *ret)
{
	struct extras x = {0};
	int r;

	ret->name.n = 0;
	ret->coding = CODING_UNKNOWN;
	ret->fault = NULL;
	ret->damaged = false;
	r = next(t, ret, &x);
	buf_done(&x.bytes);
	return r;
}
