/*
 * Where the next piece begins, as text that lasts, and how one gets there again.
 */
#include <string.h>

#include "common/mem.h"
#include "proto/framing_parts.h"

enum {
	MARK_BYTES = 4096, /* decoded bytes between two marks at least */
	FIRST_MARKS = 16,
};

/*
 * Remember where the member begins that was just read from. Marks lie a distance apart, counted
 * from the one before, so that a process that goes on at a mark has the same ones from there on.
 */
void
add_mark(struct framing *f)
{
	struct inflate_mark m = inflate_mark(f->in);
	size_t passed = 0;

	if (m.in == 0 || m.out < (f->n_marks > 0 ? f->marks[f->n_marks - 1].out : 0) + MARK_BYTES)
		return;
	while (passed + 1 < f->n_marks && f->marks[passed + 1].out <= f->offset)
		passed++;
	if (passed > 0)
		memmove(f->marks, f->marks + passed, (f->n_marks - passed) * sizeof(*f->marks));
	f->n_marks -= passed;
	if (f->n_marks == f->marks_cap) {
		f->marks_cap = f->marks_cap == 0 ? FIRST_MARKS : 2 * f->marks_cap;
		f->marks = mem_grow(f->marks, f->marks_cap * sizeof(*f->marks));
	}
	f->marks[f->n_marks++] = m;
}

/* The form of an input as a letter: it is found by the first bytes, which are not read again. */
static const char form_letters[] = {[FORM_NONE] = '-',
    [FORM_TEXT] = 'T',
    [FORM_JSON] = 'J',
    [FORM_MSGPACK] = 'M',
    [FORM_HTML] = 'H'};
static const char container_letters[] = {[CONTAINER_NONE] = '-',
    [CONTAINER_WARC] = 'W',
    [CONTAINER_ARC] = 'A',
    [CONTAINER_TAR] = 't',
    [CONTAINER_ZIP] = 'z'};

static size_t
letter_at(const char *letters, size_t n, char letter)
{
	const char *p = letter == '-' ? NULL : memchr(letters, letter, n);

	return p == NULL ? 0 : (size_t)(p - letters);
}

void
mark_print(struct buf *out, struct inflate_mark m)
{
	buf_uint(out, m.in);
	buf_byte(out, ',');
	buf_uint(out, m.out);
}

bool
number_parse(struct span *s, uint64_t *ret)
{
	uint64_t v = 0;
	size_t n = 0;

	for (; n < s->n && s->p[n] >= '0' && s->p[n] <= '9'; n++)
		if (__builtin_mul_overflow(v, 10, &v) ||
		    __builtin_add_overflow(v, (uint64_t)(s->p[n] - '0'), &v))
			return false;
	if (n == 0)
		return false;
	*s = span_cut(*s, n == s->n ? n : n + 1, s->n); /* and the mark behind it */
	*ret = v;
	return true;
}

bool
mark_parse(struct span *s, struct inflate_mark *ret)
{
	return number_parse(s, &ret->in) && number_parse(s, &ret->out);
}

/* The newest mark that is not behind the next piece. */
static struct inflate_mark
mark_before(const struct framing *f)
{
	struct inflate_mark m = {0};

	for (size_t i = 0; i < f->n_marks && f->marks[i].out <= f->offset; i++)
		m = f->marks[i];
	return m;
}

void
framing_place(const struct framing *f, struct buf *state)
{
	struct inflate_mark m = mark_before(f);

	entries_place(f, state);
	if (is_over(f))
		return;
	if (inflate_is_clipped(f->in))
		buf_byte(state, CLIPPED_LETTER);
	buf_byte(state, f->container != CONTAINER_NONE ? container_letters[f->container]
						       : form_letters[f->form]);
	if (m.in > 0)
		mark_print(state, m);
}

int
go_to(struct inflate *z, struct inflate_mark mark, uint64_t offset)
{
	TRY(inflate_go_on(z, mark));
	for (;;) {
		uint64_t passed;
		bool found;
		int r = offset < inflate_out_offset(z)
			    ? err_set(ERR_RECORD, "it is not what it was")
			    : inflate_skip(z, offset - inflate_out_offset(z));

		if (r != ERR_RECORD)
			return r;
		TRY(inflate_resync(z, &passed, &found));
		if (!found)
			return inflate_out_offset(z) == offset
				   ? 0
				   : err_set(ERR_RECORD, "it is shorter than it was");
	}
}

int
framing_go_on(struct framing *f, uint64_t offset, struct span state)
{
	struct inflate_mark m = {0};
	char letter;

	TRY(entries_go_on(f, &state));
	if (state.n == 0)
		return f->n_levels > 0 ? 0 : err_set(ERR_RECORD, "no place in an input");
	letter = state.p[0];
	state = span_cut(state, 1, state.n);
	f->form = (enum form)letter_at(form_letters, sizeof(form_letters), letter);
	f->container =
	    (enum container)letter_at(container_letters, sizeof(container_letters), letter);
	if (f->container != CONTAINER_NONE)
		f->form = FORM_TEXT; /* as where it was found */
	if (state.n > 0 && !mark_parse(&state, &m))
		return err_set(ERR_RECORD, "no place in an input");
	TRY(go_to(f->in, m, offset));
	if (m.in > 0) {
		f->marks = mem_grow(f->marks, FIRST_MARKS * sizeof(*f->marks));
		f->marks_cap = FIRST_MARKS;
		f->marks[0] = m;
		f->n_marks = 1;
	}
	f->offset = offset;
	f->detected = letter != '-';
	f->n_pieces = 1; /* at least: it is not an input without a byte */
	return 0;
}
