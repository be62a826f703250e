#include "proto/index_export.h"

#include <inttypes.h>
#include <stdlib.h>
#include <time.h>

#include "common/hash.h"
#include "common/mem.h"

enum {
	PIECE_BYTES = 1 << 20, /* are printed at a time */
	PASS_OWNERS = (64 << 20) / sizeof(struct entry),
	PREFIXES = 1 << 16, /* owners of a pass share what the first two bytes may be */
};

struct export
{
	const struct run_table *runs;
	export_writer *write;
	void *object;
	struct buf out;
	size_t line;  /* where the line that is being printed begins */
	uint64_t sum; /* of all lines */
	int result;
	uint32_t ordinal;
	struct export_counts counts;
	uint32_t *per_prefix;  /* [PREFIXES] owners */
	uint32_t from, to;     /* prefixes of this pass: [from, to) */
	struct entry *entries; /* of this pass */
	size_t n_entries, cap;
};

void
export_id(struct buf *out, struct span id)
{
	for (size_t i = 0; i < id.n; i++) {
		unsigned char c = (unsigned char)id.p[i];

		if (c < ' ' || c == '%' || c == 0x7F)
			buf_print(out, "%%%02X", c);
		else
			buf_byte(out, (char)c);
	}
}

void
export_minute(struct buf *out, uint32_t minute)
{
	time_t seconds = (time_t)minute * 60;
	char text[32];
	struct tm tm;

	if (minute == 0 || gmtime_r(&seconds, &tm) == NULL) {
		buf_byte(out, '-');
		return;
	}
	buf_put(out, text, strftime(text, sizeof(text), "%Y-%m-%dT%H:%MZ", &tm));
}

static void
flush(struct export *e)
{
	if (e->result == 0)
		e->result = e->write(e->object, buf_view(&e->out));
	e->out.n = e->line = 0;
}

/* The line that was printed is whole. */
static void
end_line(struct export *e)
{
	e->sum += hash64(span_cut(buf_view(&e->out), e->line, e->out.n));
	buf_byte(&e->out, '\n');
	e->line = e->out.n;
	if (e->out.n >= PIECE_BYTES)
		flush(e);
}

/* first pass: who is there */

static uint32_t
prefix_of(const struct hash *h)
{
	return (uint32_t)h->bytes[0] << 8 | h->bytes[1];
}

static int
count_entry(void *object, const struct entry *entry)
{
	struct export *e = object;

	if (run_table_is_gone(e->runs, entry->document))
		return 0;
	e->per_prefix[prefix_of(&entry->hash)]++;
	e->counts.owners++;
	return 0;
}

static void
print_head(struct export *e, const struct index_files *f, struct span parameters)
{
	buf_print(
	    &e->out, EXPORT_WORD "\t%d\t{%.*s}", EXPORT_VERSION, (int)parameters.n, parameters.p);
	end_line(e);
	buf_print(&e->out, "I\t%016" PRIx64 "\t%u", f->id, e->runs->n_documents);
	end_line(e);
	for (size_t i = 0; i < e->runs->n; i++)
		if (e->runs->runs[i].id != 0) {
			buf_print(&e->out, "R\t%016" PRIx64 "\t%" PRIu64, e->runs->runs[i].id,
			    e->runs->runs[i].next);
			end_line(e);
		}
}

/* second pass: documents */

static void
print_document(void *object, const struct hash *identity, uint64_t key, struct span id)
{
	struct export *e = object;
	uint32_t ordinal = ++e->ordinal;

	if (run_table_is_gone(e->runs, ordinal))
		return;
	buf_print(&e->out, "D\t%u\t", ordinal);
	export_minute(&e->out, age_table_minute(&e->runs->ages, ordinal));
	buf_print(&e->out, "\t%016" PRIx64 "\t", run_table_run(e->runs, ordinal));
	buf_hex(&e->out, identity->bytes, HASH_BYTES);
	buf_print(&e->out, "\t%016" PRIx64 "\t", key);
	export_id(&e->out, id);
	end_line(e);
	e->counts.documents++;
}

static int
pass_gap(void *object, uint32_t n)
{
	struct export *e = object;

	e->ordinal += n;
	return 0;
}

/* further passes: owners */

static int
gather(void *object, const struct entry *entry)
{
	struct export *e = object;
	uint32_t prefix = prefix_of(&entry->hash);

	if (prefix < e->from || prefix >= e->to || run_table_is_gone(e->runs, entry->document))
		return 0;
	if (e->n_entries == e->cap) {
		e->cap = e->cap == 0 ? 1024 : 2 * e->cap;
		e->entries = mem_grow(e->entries, e->cap * sizeof(*e->entries));
	}
	e->entries[e->n_entries++] = *entry;
	return 0;
}

static int
compare(const void *a, const void *b)
{
	return memcmp(((const struct entry *)a)->hash.bytes, ((const struct entry *)b)->hash.bytes,
	    HASH_BYTES);
}

static void
print_owners(struct export *e)
{
	if (e->n_entries > 0)
		qsort(e->entries, e->n_entries, sizeof(*e->entries), compare);
	for (size_t i = 0; i < e->n_entries; i++) {
		const struct entry *entry = &e->entries[i];

		buf_str(&e->out, "O\t");
		buf_hex(&e->out, entry->hash.bytes, HASH_BYTES);
		buf_print(&e->out, "\t%u\t", entry->document);
		if (entry->paragraph == INDEX_WHOLE)
			buf_byte(&e->out, '*');
		else
			buf_uint(&e->out, entry->paragraph);
		end_line(e);
	}
	e->n_entries = 0;
}

static int
pass(struct index_view *v, struct index_files *f, const struct index_reader *reader)
{
	struct run_table again = {0};
	int r = index_view_read(v, f, &again, reader, index_pass_file);

	run_table_done(&again);
	return r;
}

/* Prefixes until there are enough owners for a pass; one prefix may have more. */
static void
next_pass(struct export *e)
{
	uint64_t n = 0;

	e->from = e->to;
	while (e->to < PREFIXES && (n == 0 || n + e->per_prefix[e->to] <= PASS_OWNERS))
		n += e->per_prefix[e->to++];
}

static int
print_all(struct export *e, struct index_view *v, struct index_files *f)
{
	struct index_reader count = index_pass_over(e), documents = count, owners = count;

	count.entry = count_entry;
	documents.document = print_document;
	documents.gap = pass_gap;
	owners.entry = gather;
	TRY(pass(v, f, &count));
	print_head(e, f, index_view_parameters(v));
	TRY(pass(v, f, &documents));
	while (e->to < PREFIXES && e->result == 0) {
		next_pass(e);
		TRY(pass(v, f, &owners));
		print_owners(e);
	}
	buf_print(&e->out, "E\t%" PRIu64 "\t%" PRIu64 "\t%016" PRIx64 "\n", e->counts.documents,
	    e->counts.owners, e->sum);
	flush(e);
	return e->result;
}

/* Sketches stand in no line, and an index that has only some of them would find less, unsaid. */
static int
check_near(struct index_view *v, const struct index_files *f)
{
	struct span parameters = index_view_parameters(v);

	if (parameters.n == 0 || memmem(parameters.p, parameters.n, "\"near\"", 6) == NULL)
		return 0;
	return err_set(ERR_USAGE,
	    "%s: an index made with --dedup near cannot be exported; copy its folder instead",
	    f->folder);
}

int
index_export(struct index_view *v, struct index_files *f, export_writer *write, void *object,
    struct export_counts *ret_counts)
{
	const struct index_reader reader = index_pass_over(NULL);
	struct run_table runs = {0};
	struct export e = {.runs = &runs, .write = write, .object = object};
	int r = check_near(v, f);

	if (r == 0)
		r = index_view_read(v, f, &runs, &reader, index_pass_file);
	e.per_prefix = mem_zero(PREFIXES, sizeof(*e.per_prefix));
	if (r == 0)
		r = print_all(&e, v, f);
	if (r == 0)
		*ret_counts = e.counts;
	free(e.per_prefix);
	free(e.entries);
	buf_done(&e.out);
	run_table_done(&runs);
	return r;
}
