/*
 * near_bench - how fast near-duplicates are found, on one core, and in how much memory.
 *
 *   near_bench PARAGRAPHS MILLIONS
 *
 * PARAGRAPHS is a file with a paragraph a line. Variants of them fill the table up to MILLIONS of
 * sketches: in the k-th variant each word of four letters and more is another one of the file, of
 * the same case, so that short words, lengths and names are those of the text. Then further
 * variants are sketched, searched and added, 1 GB at most. Last, a million paragraphs that all fall
 * into the same bucket and that a guard keeps apart.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "common/mem.h"
#include "proto/sketch.h"
#include "stages/dedup/near_table.h"

enum {
	WORD_LETTERS = 4, /* from which on a word is replaced */
	TIMED_BYTES = 128 << 20,
	AHEAD = 4,
	LEAST = 4000,
	HOSTILE = 1000000,
	SIDES = 20,
};

struct words {
	struct span *list;
	size_t n, cap;
};

struct bench {
	struct buf file;
	struct words lower, upper;
	struct sketcher *sketcher;
	struct near_table table;
	struct buf text, form; /* of the paragraphs to be timed, one behind the other */
	size_t *ends;
	size_t n;
};

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool
is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

static void
put_word(struct words *w, struct span word)
{
	if (w->n == w->cap) {
		w->cap = w->cap == 0 ? 1024 : 2 * w->cap;
		w->list = mem_grow(w->list, w->cap * sizeof(*w->list));
	}
	w->list[w->n++] = word;
}

/* The word at `at`, which may be empty. */
static struct span
word_at(struct span s, size_t at)
{
	size_t end = at;

	while (end < s.n && is_letter(s.p[end]))
		end++;
	return span_cut(s, at, end);
}

static void
read_file(struct bench *b, const char *path)
{
	FILE *f = fopen(path, "rb");
	struct span s;

	if (f == NULL) {
		perror(path);
		exit(2);
	}
	for (size_t n; (n = fread(buf_room(&b->file, 1 << 20), 1, 1 << 20, f)) > 0;)
		b->file.n += n;
	fclose(f);
	s = buf_view(&b->file);
	for (size_t at = 0; at < s.n;) {
		struct span word = word_at(s, at);

		if (word.n >= WORD_LETTERS)
			put_word(is_upper(word.p[0]) ? &b->upper : &b->lower, word);
		at += word.n + (word.n == 0);
	}
}

/* Append the k-th variant of a paragraph. */
static void
put_variant(struct bench *b, struct buf *out, struct span line, uint64_t k)
{
	for (size_t at = 0; at < line.n;) {
		struct span word = word_at(line, at);
		const struct words *w = is_upper(line.p[at]) ? &b->upper : &b->lower;

		if (word.n >= WORD_LETTERS && k > 0) {
			uint64_t place = (hash64(word) + k * UINT64_C(0x9E3779B97F4A7C15)) >> 16;

			buf_span(out, w->list[place % w->n]);
		} else if (word.n > 0)
			buf_span(out, word);
		else
			buf_byte(out, line.p[at]);
		at += word.n + (word.n == 0);
	}
}

static void
put_form(struct buf *form, struct span text)
{
	char *p = buf_room(form, text.n);

	for (size_t i = 0; i < text.n; i++)
		p[i] = (char)(is_upper(text.p[i]) ? text.p[i] | 0x20 : text.p[i]);
	form->n += text.n;
}

static bool
skips_none(const void *unused, uint32_t document)
{
	(void)unused;
	(void)document;
	return false;
}

typedef bool line_taker(struct bench *b, struct span line, uint64_t k);

/* Each line of the file in one variant after the other, until take has enough. */
static void
each_variant(struct bench *b, uint64_t *io_k, line_taker *take)
{
	for (;; ++*io_k)
		for (size_t at = 0; at < b->file.n;) {
			const char *end = memchr(b->file.p + at, '\n', b->file.n - at);
			size_t to = end == NULL ? b->file.n : (size_t)(end - b->file.p);

			if (to > at && !take(b, span_of(b->file.p + at, to - at), *io_k))
				return;
			at = to + 1;
		}
}

static uint32_t wanted;

static bool
fill_one(struct bench *b, struct span line, uint64_t k)
{
	struct near_owner o = {.document = b->table.n + 1};

	b->text.n = b->form.n = 0;
	put_variant(b, &b->text, line, k);
	put_form(&b->form, buf_view(&b->text));
	sketch_make(b->sketcher, buf_view(&b->text), buf_view(&b->form), &o.sketch, NULL);
	if (o.sketch.flags != 0)
		near_table_add(&b->table, &o);
	return b->table.n < wanted;
}

static bool
note_one(struct bench *b, struct span line, uint64_t k)
{
	size_t from = b->text.n;

	put_variant(b, &b->text, line, k);
	put_form(&b->form, span_cut(buf_view(&b->text), from, b->text.n));
	b->ends = mem_grow(b->ends, (b->n + 1) * sizeof(*b->ends));
	b->ends[b->n++] = b->text.n;
	return b->text.n < TIMED_BYTES;
}

/* Sketch, search, verify and add all that was noted; how many were near. */
static size_t
run(struct bench *b, bool search)
{
	struct near_owner ring[AHEAD] = {0};
	size_t near = 0;

	for (size_t i = 0; i < b->n + AHEAD; i++) {
		struct near_owner *o = &ring[i % AHEAD];

		if (search && i >= AHEAD && o->sketch.flags != 0) {
			int32_t least = sketch_least(&o->sketch, LEAST);

			if (near_table_find(&b->table, &o->sketch, least, skips_none, NULL).owner)
				near++;
			else
				near_table_add(&b->table, o);
		}
		if (i >= b->n)
			continue;
		size_t from = i == 0 ? 0 : b->ends[i - 1];
		sketch_make(b->sketcher, span_cut(buf_view(&b->text), from, b->ends[i]),
		    span_cut(buf_view(&b->form), from, b->ends[i]), &o->sketch, NULL);
		o->document = b->table.n + 1;
		if (search)
			near_table_prefetch(&b->table, &o->sketch);
	}
	return near;
}

static void
report(struct bench *b, const char *what, double s, size_t near)
{
	printf("%-46s %7.1f MB/s %8.0f ns a paragraph, %zu of %zu near\n", what,
	    (double)b->text.n / s / 1e6, s / (double)b->n * 1e9, near, b->n);
}

/* The same pairs of words, in an order of sides that no two have alike. */
static void
note_hostile(struct bench *b)
{
	b->text.n = b->form.n = b->n = 0;
	for (uint32_t i = 0; i < HOSTILE; i++) {
		size_t from = b->text.n;

		buf_str(&b->text, "The rose rose fell fell rose");
		for (unsigned bit = 0; bit < SIDES; bit++)
			buf_str(&b->text, i >> bit & 1 ? " rose" : " fell");
		buf_str(&b->text, " rose fell and so it went on for days");
		put_form(&b->form, span_cut(buf_view(&b->text), from, b->text.n));
		b->ends = mem_grow(b->ends, (b->n + 1) * sizeof(*b->ends));
		b->ends[b->n++] = b->text.n;
	}
}

static void
time_it(struct bench *b, const char *what)
{
	double start;
	size_t near;

	run(b, false);
	start = now();
	run(b, false);
	report(b, "sketch only", now() - start, 0);
	start = now();
	near = run(b, true);
	report(b, what, now() - start, near);
}

int
main(int argc, char **argv)
{
	struct bench b = {.sketcher = sketcher_open()};
	uint64_t k = 1;
	double start;
	struct sketch none = {.flags = 0};

	if (argc != 3) {
		fprintf(stderr, "usage: near_bench PARAGRAPHS MILLIONS\n");
		return 2;
	}
	read_file(&b, argv[1]);
	wanted = (uint32_t)(atof(argv[2]) * 1e6);
	each_variant(&b, &k, fill_one);
	start = now();
	near_table_find(&b.table, &none, 10000, skips_none, NULL);
	printf("%u sketches, made ready in %.2f s, %.0f bytes each\n", b.table.n, now() - start,
	    (double)near_table_bytes(b.table.n) / b.table.n);
	b.text.n = b.form.n = 0;
	k++;
	each_variant(&b, &k, note_one);
	time_it(&b, "sketch, search, verify, add");
	note_hostile(&b);
	time_it(&b, "the same, a million in one bucket");
	return 0;
}
