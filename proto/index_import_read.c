#include <inttypes.h>
#include <stdlib.h>
#include <time.h>

#include "common/inflate.h"
#include "common/mem.h"
#include "proto/index_export.h"
#include "proto/index_import.h"

enum { READ_BYTES = 1 << 16, LONGEST_LINE = 1 << 26, MOST_FIELDS = 7 };

struct import_reader {
	struct import *im;
	const char *name;
	uint64_t line;
	uint64_t sum; /* of the lines so far */
	bool begun, ended;
};

static int
fault(const struct import_reader *r, const char *what)
{
	return err_set(ERR_USAGE, "%s, line %" PRIu64 ": %s", r->name, r->line, what);
}

/* fields */

static bool
number(struct span s, uint64_t most, uint64_t *ret)
{
	uint64_t v = 0;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9' || v > (most - (uint64_t)(s.p[i] - '0')) / 10)
			return false;
		v = 10 * v + (uint64_t)(s.p[i] - '0');
	}
	*ret = v;
	return s.n > 0;
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static bool
hex(struct span s, unsigned char *ret, size_t n)
{
	if (s.n != 2 * n)
		return false;
	for (size_t i = 0; i < n; i++) {
		int high = hex_digit(s.p[2 * i]), low = hex_digit(s.p[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		ret[i] = (unsigned char)(high << 4 | low);
	}
	return true;
}

static bool
hex64(struct span s, uint64_t *ret)
{
	unsigned char bytes[8];

	if (!hex(s, bytes, sizeof(bytes)))
		return false;
	*ret = 0;
	for (size_t i = 0; i < sizeof(bytes); i++)
		*ret = *ret << 8 | bytes[i];
	return true;
}

static bool
minute_of(struct span s, uint32_t *ret)
{
	char text[32];
	struct tm tm = {0};
	const char *end;

	*ret = 0;
	if (span_equal(s, SPAN("-")))
		return true;
	if (s.n >= sizeof(text))
		return false;
	memcpy(text, s.p, s.n);
	text[s.n] = '\0';
	end = strptime(text, "%Y-%m-%dT%H:%MZ", &tm);
	if (end == NULL || *end != '\0' || timegm(&tm) < 0)
		return false;
	*ret = (uint32_t)(timegm(&tm) / 60);
	return true;
}

static bool
put_id(struct buf *out, struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c == '%') {
			if (s.n - i < 3 || !hex(span_cut(s, i + 1, i + 3), &c, 1))
				return false;
			i += 2;
		}
		buf_byte(out, (char)c);
	}
	return true;
}

/* lines */

static void *
room(void *p, size_t n, size_t *io_cap, size_t size)
{
	if (n < *io_cap)
		return p;
	*io_cap = *io_cap == 0 ? 64 : 2 * *io_cap;
	return mem_grow(p, *io_cap * size);
}

static int
take_head(struct import_reader *r, const struct span *f, size_t n)
{
	uint64_t version;

	if (n != 3 || !span_equal(f[0], SPAN(EXPORT_WORD)))
		return fault(r, "this is no export of an index");
	if (!number(f[1], UINT32_MAX, &version) || version != EXPORT_VERSION)
		return fault(r, "an export of another version");
	if (f[2].n < 2 || f[2].n - 2 > INDEX_PARAMETERS_BYTES || f[2].p[0] != '{')
		return fault(r, "no parameters");
	memcpy(r->im->parameters, f[2].p + 1, f[2].n - 2);
	r->begun = true;
	return 0;
}

static int
take_ordinals(struct import_reader *r, const struct span *f, size_t n)
{
	uint64_t id, ordinals;

	if (n != 3 || !hex64(f[1], &id) || !number(f[2], UINT32_MAX - 1, &ordinals))
		return fault(r, "no id and number of ordinals");
	r->im->n_ordinals = (uint32_t)ordinals;
	return 0;
}

static int
take_run(struct import_reader *r, const struct span *f, size_t n)
{
	struct import *im = r->im;
	uint64_t id, next;

	if (n != 3 || !hex64(f[1], &id) || id == 0 || !number(f[2], UINT64_MAX, &next))
		return fault(r, "no run");
	im->runs = room(im->runs, im->n_runs, &im->cap_runs, sizeof(*im->runs));
	im->runs[im->n_runs++] = id;
	return 0;
}

static int
take_document(struct import_reader *r, const struct span *f, size_t n)
{
	struct import *im = r->im;
	struct import_document d = {.id = im->ids.n};
	uint64_t ordinal;

	if (n != 7 || !number(f[1], UINT32_MAX - 1, &ordinal) || !minute_of(f[2], &d.minute) ||
	    !hex64(f[3], &d.run) || d.run == 0 || !hex(f[4], d.identity.bytes, HASH_BYTES) ||
	    !hex64(f[5], &d.key) || !put_id(&im->ids, f[6]))
		return fault(r, "no document");
	d.ordinal = (uint32_t)ordinal;
	d.id_bytes = im->ids.n - d.id;
	if (ordinal == 0 || ordinal > im->n_ordinals ||
	    (im->n_documents > 0 && d.ordinal <= im->documents[im->n_documents - 1].ordinal))
		return fault(r, "documents are not in the order of their ordinals");
	im->documents =
	    room(im->documents, im->n_documents, &im->cap_documents, sizeof(*im->documents));
	im->documents[im->n_documents++] = d;
	return 0;
}

/* The place of a document by its ordinal, from 1; 0: it is not there. */
static uint32_t
place_of(const struct import *im, uint32_t ordinal)
{
	size_t low = 0, high = im->n_documents;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (im->documents[middle].ordinal == ordinal)
			return (uint32_t)middle + 1;
		if (im->documents[middle].ordinal < ordinal)
			low = middle + 1;
		else
			high = middle;
	}
	return 0;
}

static int
take_owner(struct import_reader *r, const struct span *f, size_t n)
{
	struct import *im = r->im;
	struct import_owner o = {.taken = false};
	uint64_t ordinal, paragraph = INDEX_WHOLE;

	if (n != 4 || !hex(f[1], o.entry.hash.bytes, HASH_BYTES) ||
	    !number(f[2], UINT32_MAX - 1, &ordinal) ||
	    (!span_equal(f[3], SPAN("*")) && !number(f[3], UINT32_MAX - 1, &paragraph)))
		return fault(r, "no owner");
	o.entry.paragraph = (uint32_t)paragraph;
	o.entry.document = place_of(im, (uint32_t)ordinal);
	if (o.entry.document == 0)
		return fault(r, "an owner that is no document");
	if (im->n_owners > 0 && memcmp(im->owners[im->n_owners - 1].entry.hash.bytes,
				    o.entry.hash.bytes, HASH_BYTES) >= 0)
		return fault(r, "owners are not in the order of their hashes");
	im->owners = room(im->owners, im->n_owners, &im->cap_owners, sizeof(*im->owners));
	im->owners[im->n_owners++] = o;
	return 0;
}

static int
take_end(struct import_reader *r, const struct span *f, size_t n)
{
	uint64_t documents, owners, sum;

	if (n != 4 || !number(f[1], UINT64_MAX, &documents) || !number(f[2], UINT64_MAX, &owners) ||
	    !hex64(f[3], &sum))
		return fault(r, "no end");
	if (documents != r->im->n_documents || owners != r->im->n_owners)
		return fault(r, "lines are missing, or there are too many");
	if (sum != r->sum)
		return fault(r, "the sum of all lines is not what it says: something has changed");
	r->ended = true;
	return 0;
}

static int
take_line(struct import_reader *r, struct span line)
{
	struct span fields[MOST_FIELDS];
	size_t n = 0, from = 0;
	int result;

	r->line++;
	for (size_t i = 0; i <= line.n; i++)
		if (i == line.n || line.p[i] == '\t') {
			if (n == MOST_FIELDS)
				return fault(r, "too many fields");
			fields[n++] = span_cut(line, from, i);
			from = i + 1;
		}
	if (r->ended)
		return fault(r, "something stands behind the end");
	if (!r->begun)
		result = take_head(r, fields, n);
	else if (fields[0].n != 1)
		return fault(r, "an unknown line");
	else
		switch (fields[0].p[0]) {
		case 'I': result = take_ordinals(r, fields, n); break;
		case 'R': result = take_run(r, fields, n); break;
		case 'D': result = take_document(r, fields, n); break;
		case 'O': result = take_owner(r, fields, n); break;
		case 'E': result = take_end(r, fields, n); break;
		default: return fault(r, "an unknown line");
		}
	r->sum += hash64(line);
	return result;
}

/* Whole lines of b; the rest stays in it. */
static int
take_lines(struct import_reader *r, struct buf *b)
{
	size_t from = 0;

	for (;;) {
		const char *end = b->n == from ? NULL : memchr(b->p + from, '\n', b->n - from);

		if (end == NULL)
			break;
		TRY(take_line(r, span_of(b->p + from, (size_t)(end - b->p) - from)));
		from = (size_t)(end - b->p) + 1;
	}
	buf_shift(b, from);
	return b->n > LONGEST_LINE ? fault(r, "a line without an end") : 0;
}

static int
read_all(struct import_reader *r, struct inflate *z, struct buf *b)
{
	size_t n;

	do {
		int e = inflate_read(z, buf_room(b, READ_BYTES), READ_BYTES, &n);

		if (e < 0)
			return err_set(
			    e == ERR_RECORD ? ERR_USAGE : e, "%s: %s", r->name, err_text());
		b->n += n;
		TRY(take_lines(r, b));
	} while (n > 0);
	if (!r->ended || b->n > 0) {
		r->line++;
		return fault(r, r->begun ? "cut short: its last line is missing"
					 : "this is no export of an index");
	}
	return 0;
}

int
import_read(struct import *ret, int fd, const char *name)
{
	struct import_reader r = {.im = ret, .name = name};
	struct buf b = {0};
	struct inflate *z;
	int result;

	*ret = (struct import){.n_owners = 0};
	TRY(inflate_open(&z, fd));
	result = read_all(&r, z, &b);
	inflate_close(z);
	buf_done(&b);
	return result;
}

void
import_done(struct import *im)
{
	free(im->documents);
	free(im->owners);
	free(im->runs);
	buf_done(&im->ids);
	*im = (struct import){.n_owners = 0};
}
