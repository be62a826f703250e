#include "stages/winnow/index_sum.h"

#include <stdlib.h>

#include "common/mem.h"

/* What the files hold, by document: it may be gone in the end. */
struct found {
	struct counted {
		uint32_t paragraphs, id_bytes;
		bool whole, there;
	} * documents; /* ordinal 1 lies at 0 */
	uint64_t n, cap;
	index_file_told *told;
};

static void
add(struct found *f, struct counted d)
{
	if (f->n == f->cap) {
		f->cap = f->cap == 0 ? 1024 : 2 * f->cap;
		f->documents = mem_grow(f->documents, f->cap * sizeof(*f->documents));
	}
	f->documents[f->n++] = d;
}

static void
count_document(void *object, const struct hash *identity, uint64_t key, struct span id)
{
	(void)identity;
	(void)key;
	add(object, (struct counted){.id_bytes = (uint32_t)id.n, .there = true});
}

static int
count_gap(void *object, uint32_t n)
{
	while (n-- > 0)
		add(object, (struct counted){.there = false});
	return 0;
}

static int
count_entry(void *object, const struct entry *e)
{
	struct found *f = object;
	struct counted *d = &f->documents[e->document - 1];

	if (e->paragraph == INDEX_WHOLE)
		d->whole = true;
	else
		d->paragraphs++;
	return 0;
}

static void
tell(void *object, const char *name, uint64_t bytes, uint64_t groups, uint64_t torn)
{
	const struct found *f = object;

	f->told(NULL, name, bytes, groups, torn);
}

static void
note_age(struct index_sum *s, uint32_t minute)
{
	if (minute == 0)
		return;
	if (s->oldest == 0 || minute < s->oldest)
		s->oldest = minute;
	if (minute > s->newest)
		s->newest = minute;
}

static void
add_up(struct index_sum *s, const struct found *f)
{
	for (uint64_t i = 0; i < f->n; i++) {
		const struct counted *d = &f->documents[i];

		if (!d->there || run_table_is_gone(&s->runs, (uint32_t)i + 1)) {
			s->gone++;
			continue;
		}
		s->documents++;
		s->paragraphs += d->paragraphs;
		s->wholes += d->whole;
		s->id_bytes += d->id_bytes;
		note_age(s, age_table_minute(&s->runs.ages, (uint32_t)i + 1));
	}
}

int
index_sum_open(struct index_sum *ret_s, const char *folder, index_file_told *told)
{
	struct found f = {.told = told};
	struct index_reader reader = index_pass_over(&f);
	int r;

	*ret_s = (struct index_sum){.files = {.dir = -1, .lock = -1}};
	reader.document = count_document;
	reader.gap = count_gap;
	reader.entry = count_entry;
	r = index_view_open(&ret_s->view, &ret_s->files, folder);
	if (r == 0)
		r = index_view_read(&ret_s->view, &ret_s->files, &ret_s->runs, &reader, tell);
	if (r == 0)
		add_up(ret_s, &f);
	free(f.documents);
	return r;
}

void
index_sum_close(struct index_sum *s)
{
	index_view_unmap(&s->view);
	run_table_done(&s->runs);
	index_files_close(&s->files);
}
