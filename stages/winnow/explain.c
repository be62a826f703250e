/*
 * explain - two paragraphs side by side: normal forms, hashes, similarity, what each guard looks
 * at, and the verdict. For people.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/hash.h"
#include "common/json.h"
#include "common/log.h"
#include "common/mem.h"
#include "common/options.h"
#include "common/utf8.h"
#include "proto/normalise.h"
#include "proto/sketch.h"
#include "stages/settings.h"
#include "stages/winnow/commands.h"
#include "stages/winnow/plain_text.h"
#include "stages/winnow/record_texts.h"

enum { LEAST = 4000 }; /* the standard of --similarity */

/* One of the two. */
struct side {
	char *text;
	struct buf form;
	struct hash hash;
	struct sketch sketch;
	struct sketch_trace trace;
};

static void
side_done(struct side *s)
{
	free(s->text);
	buf_done(&s->form);
	sketch_trace_done(&s->trace);
}

static void
look_at(struct side *s, struct normaliser *n, struct sketcher *k)
{
	struct arena a = {0};
	size_t replaced;
	uint32_t chars;
	struct span text = utf8_trim(utf8_repair(&a, span_str(s->text), &replaced));

	buf_span(&s->form, normalise(n, text, &chars));
	s->hash = hash128(buf_view(&s->form));
	sketch_make(k, text, buf_view(&s->form), &s->sketch, &s->trace);
	arena_done(&a);
}

/* similarity */

static int
by_value(const void *a, const void *b)
{
	uint32_t x, y;

	memcpy(&x, a, sizeof(x));
	memcpy(&y, b, sizeof(y));
	return (x > y) - (x < y);
}

/* Sort the hashes of a set, each once; their number. */
static size_t
make_set(struct buf *set)
{
	uint32_t *v = (uint32_t *)(void *)set->p;
	size_t all = set->n / sizeof(*v), n = 0;

	if (all == 0)
		return 0;
	qsort(v, all, sizeof(*v), by_value);
	for (size_t i = 0; i < all; i++)
		if (i == 0 || v[i] != v[i - 1])
			v[n++] = v[i];
	return n;
}

static size_t
in_common(const uint32_t *a, size_t n, const uint32_t *b, size_t m)
{
	size_t common = 0;

	for (size_t i = 0, j = 0; i < n && j < m;) {
		uint32_t x = a[i], y = b[j];

		common += x == y;
		i += x <= y;
		j += y <= x;
	}
	return common;
}

static void
print_similarity(struct buf *out, struct side *a, struct side *b)
{
	size_t n = make_set(&a->trace.set), m = make_set(&b->trace.set);
	size_t common = in_common((const uint32_t *)(const void *)a->trace.set.p, n,
	    (const uint32_t *)(const void *)b->trace.set.p, m);
	size_t all = n + m - common;

	buf_str(out, "similarity  ");
	json_decimal(out, sketch_similarity(&a->sketch, &b->sketch));
	buf_str(out, " estimated, ");
	json_decimal(out, all == 0 ? 0 : (int64_t)(common * 10000 / all));
	buf_print(out, " exact: %zu of %zu %s in common\n", common, all,
	    (a->sketch.flags & SKETCH_CHARACTERS) != 0 ? "runs of characters" : "pairs of words");
}

/* guards */

static void
print_list(struct buf *out, const char *name, const struct buf *a, const struct buf *b)
{
	buf_print(out, "%-11s ", name);
	plain_text_put(out, a->n == 0 ? SPAN("-") : buf_view(a));
	if (!span_equal(buf_view(a), buf_view(b))) {
		buf_str(out, "\n          | ");
		plain_text_put(out, b->n == 0 ? SPAN("-") : buf_view(b));
	}
	buf_byte(out, '\n');
}

static void
print_verdict(struct buf *out, const struct side *a, const struct side *b)
{
	int32_t similarity = sketch_similarity(&a->sketch, &b->sketch);
	int32_t one = sketch_least(&a->sketch, LEAST), other = sketch_least(&b->sketch, LEAST);
	int32_t least = one > other ? one : other;
	enum guard guard = sketch_guard(&a->sketch, &b->sketch);

	buf_str(out, "verdict     ");
	if (memcmp(a->hash.bytes, b->hash.bytes, HASH_BYTES) == 0) {
		buf_str(out, "the same paragraph: exact\n");
	} else if (a->sketch.flags == 0 || b->sketch.flags == 0) {
		buf_str(out, "not near: too short\n");
	} else if (guard != GUARD_AGREE) {
		buf_print(out, "not near: %s\n", guard_name(guard));
	} else {
		buf_str(out, similarity >= least ? "near: the similarity is "
						 : "not near: less alike than ");
		json_decimal(out, least);
		buf_str(out, similarity >= least ? " or more, and no guard objects\n" : "\n");
	}
}

static void
print_side(struct buf *out, char name, const struct side *s)
{
	buf_print(out, "%c           ", name);
	buf_hex(out, s->hash.bytes, HASH_BYTES);
	buf_str(out, "\n            ");
	plain_text_put(out, buf_view(&s->form));
	buf_byte(out, '\n');
}

static int
explain(struct side *a, struct side *b)
{
	struct sketcher *k = sketcher_open();
	struct normaliser *n = NULL;
	struct buf out = {0};
	int r = normalise_open(&n);

	if (r == 0) {
		look_at(a, n, k);
		look_at(b, n, k);
		print_side(&out, 'A', a);
		print_side(&out, 'B', b);
		print_similarity(&out, a, b);
		print_list(&out, "numbers", &a->trace.numbers, &b->trace.numbers);
		print_list(&out, "names", &a->trace.names, &b->trace.names);
		print_list(&out, "negations", &a->trace.negations, &b->trace.negations);
		print_list(&out, "opposites", &a->trace.sides, &b->trace.sides);
		print_verdict(&out, a, b);
		r = record_files_print(buf_view(&out));
	}
	buf_done(&out);
	normalise_close(n);
	sketcher_close(k);
	return r;
}

/* places */

struct wanted {
	struct {
		const char *place;
		uint64_t key;
		uint32_t n;
		struct side *side;
	} places[2];
};

static int
take_text(void *object, const struct record_text *t)
{
	struct wanted *w = object;

	for (size_t i = 0; i < 2; i++)
		if (w->places[i].key == t->key && w->places[i].n == t->n && t->text.n > 0 &&
		    w->places[i].side->text == NULL)
			w->places[i].side->text = mem_string(t->text.p, t->text.n);
	return 0;
}

static int
take_piece(void *object, const struct piece *piece, struct arena *a)
{
	return record_texts(piece, a, take_text, object);
}

static int
find_places(struct wanted *w, const char **files, size_t n)
{
	for (size_t i = 0; i < 2; i++)
		TRY(record_place_parse(w->places[i].place, &w->places[i].key, &w->places[i].n));
	TRY(record_files_walk(files, n, take_piece, w));
	for (size_t i = 0; i < 2; i++)
		if (w->places[i].side->text == NULL)
			return err_set(
			    ERR_USAGE, "%s: its text is not in these files", w->places[i].place);
	return 0;
}

static int
explain_args(const char **args, size_t n)
{
	struct side a = {.text = NULL}, b = {.text = NULL};
	struct wanted w = {.places = {{.side = &a}, {.side = &b}}};
	int r = 0;

	if (n < 2)
		return err_set(ERR_USAGE, "give two paragraphs, or two places key#n and FILEs");
	if (n == 2) {
		a.text = mem_string(args[0], strlen(args[0]));
		b.text = mem_string(args[1], strlen(args[1]));
	} else {
		w.places[0].place = args[0];
		w.places[1].place = args[1];
		r = find_places(&w, args + 2, n - 2);
	}
	if (r == 0)
		r = explain(&a, &b);
	side_done(&a);
	side_done(&b);
	return r;
}

int
command_explain(int argc, char **argv)
{
	struct settings settings;
	struct options options;
	int r;

	argv[0] = (char *)"winnow explain";
	log_open(argv[0]);
	r = settings_parse(&settings, &options, TAKES_CAT,
	    "Say why two paragraphs are the same, near, or neither: two texts, or two places of "
	    "records, as b3d16887420b79b4#3.",
	    "A B [FILE...]", argc, argv);
	if (r == 0)
		r = explain_args(settings.sources, settings.n_sources);
	if (fflush(stdout) != 0 && r == 0)
		r = err_set(ERR_SYS, "standard output cannot be written");
	if (r < 0 && r != ERR_STOP)
		log_line(LOG_ERROR, "%s", err_text());
	settings_done(&options);
	return err_exit(r);
}
