#include "proto/tally.h"

#include <stdlib.h>

#include "common/hash.h"
#include "common/json.h"
#include "common/mem.h"

enum { FIRST_SLOTS = 64 };

static const struct span other_names = {"(other)", 7};

static struct tally_row *
slot(const struct tally *t, struct span name)
{
	size_t at = (size_t)hash64(name) & (t->slots - 1);

	while (t->rows[at].name != NULL &&
	       !span_equal(span_of(t->rows[at].name, t->rows[at].n_name), name))
		at = (at + 1) & (t->slots - 1);
	return &t->rows[at];
}

static void
grow(struct tally *t)
{
	struct tally old = *t;

	t->slots = old.slots == 0 ? FIRST_SLOTS : 2 * old.slots;
	t->rows = mem_zero(t->slots, sizeof(*t->rows));
	for (size_t i = 0; i < old.slots; i++)
		if (old.rows[i].name != NULL)
			*slot(t, span_of(old.rows[i].name, old.rows[i].n_name)) = old.rows[i];
	free(old.rows);
}

void
tally_add(struct tally *t, struct span name, uint64_t count)
{
	struct tally_row *row;

	if (2 * (t->n + 1) > t->slots)
		grow(t);
	row = slot(t, name);
	if (row->name == NULL && t->n == TALLY_NAMES) {
		t->other += count;
		return;
	}
	if (row->name == NULL) {
		row->name = mem_string(name.p, name.n);
		row->n_name = name.n;
		t->n++;
	}
	row->count += count;
}

static int
most_first(const void *a, const void *b)
{
	const struct tally_row *x = a, *y = b;
	size_t n = x->n_name < y->n_name ? x->n_name : y->n_name;
	int order;

	if (x->count != y->count)
		return x->count < y->count ? 1 : -1;
	order = memcmp(x->name, y->name, n);
	return order != 0 ? order : (x->n_name > y->n_name) - (x->n_name < y->n_name);
}

static void
print_row(struct buf *out, const struct tally_row *row)
{
	if (out->p[out->n - 1] != '{')
		buf_str(out, ", ");
	json_string(out, span_of(row->name, row->n_name));
	buf_str(out, ": ");
	buf_uint(out, row->count);
}

void
tally_json(struct buf *out, const struct tally *t)
{
	struct tally_row *rows = mem_zero(t->n, sizeof(*rows));
	struct tally_row other = {
	    .name = (char *)other_names.p, .n_name = other_names.n, .count = t->other};
	size_t n = 0;

	for (size_t i = 0; i < t->slots; i++)
		if (t->rows[i].name != NULL)
			rows[n++] = t->rows[i];
	qsort(rows, n, sizeof(*rows), most_first);
	buf_byte(out, '{');
	for (size_t i = 0; i < n; i++)
		print_row(out, &rows[i]);
	if (t->other > 0)
		print_row(out, &other);
	buf_byte(out, '}');
	free(rows);
}

int
tally_unpack(struct tally *t, struct scan *s)
{
	uint32_t pairs;
	struct span name;
	uint64_t count;

	TRY(scan_map(s, &pairs));
	while (pairs-- > 0) {
		TRY(scan_str(s, &name));
		TRY(scan_uint64(s, &count));
		if (span_equal(name, other_names))
			t->other += count;
		else
			tally_add(t, name, count);
	}
	return 0;
}

void
tally_move(struct tally *to, struct tally *from)
{
	for (size_t i = 0; i < from->slots; i++) {
		struct tally_row *row = &from->rows[i];

		if (row->name != NULL)
			tally_add(to, span_of(row->name, row->n_name), row->count);
		free(row->name);
		*row = (struct tally_row){0};
	}
	to->other += from->other;
	from->n = 0;
	from->other = 0;
}

void
tally_done(struct tally *t)
{
	for (size_t i = 0; i < t->slots; i++)
		free(t->rows[i].name);
	free(t->rows);
	*t = (struct tally){0};
}
