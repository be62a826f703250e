/*
 * probe - what the summary's model sees of documents, and what it would choose: for training.
 *
 * From standard input, for each document, lines that say how many bytes follow the line:
 *
 *   title N            its title
 *   lang N             its language
 *   paragraph KIND N   a paragraph
 *   scores N           int32 a line, native: what each scores alone, instead of the model's value
 *   chosen N           uint32, native: lines that are chosen, best first; may come several times
 *   end 0              of the document
 *
 * To standard output, native: uint32 lines; for each line uint32 paragraph, start, end and whether
 * it may be chosen, int32 score; int16[FEATURES_OF_ONE] a line; for each `chosen`
 * int16[FEATURE_COUNT - FEATURES_OF_ONE] a line; and uint32 how many lines the model would choose,
 * and which, best first.
 *
 *   winnow-probe [--names] | [--model FILE] [--sentences N]
 *
 * FILE: uint32 trees alone, trees beside, then struct tree, native.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/mem.h"
#include "stages/summarize/beside.h"
#include "stages/summarize/choose.h"
#include "stages/summarize/lexicons.h"

enum { MOST_PARAGRAPHS = 1 << 16, MOST_STATES = 64 };

struct probe {
	struct arena arena;
	struct lexicons *lexicons;
	struct model model;
	struct budget budget;
	struct document document;
	struct paragraph paragraphs[MOST_PARAGRAPHS];
	struct span scores;
	struct span states[MOST_STATES];
	size_t n_states;
};

static void
die(const char *what)
{
	fprintf(stderr, "winnow-probe: %s\n", what);
	exit(1);
}

static void
write_all(const void *p, size_t size, size_t n)
{
	if (n > 0 && fwrite(p, size, n, stdout) != n)
		die("standard output cannot be written");
}

static void
write_uint(uint32_t n)
{
	write_all(&n, sizeof(n), 1);
}

static void
read_exactly(FILE *f, void *ret, size_t n)
{
	if (n > 0 && fread(ret, 1, n, f) != n)
		die("the input ends too early");
}

static void
read_trees(FILE *f, struct trees *ret, uint32_t n)
{
	struct tree *tree = mem_zero(n + 1, sizeof(*tree));

	read_exactly(f, tree, n * sizeof(*tree));
	*ret = (struct trees){tree, n};
}

static struct model
read_model(const char *path)
{
	struct model model;
	uint32_t n[2];
	FILE *f = fopen(path, "rb");

	if (f == NULL)
		die("the model cannot be opened");
	read_exactly(f, n, sizeof(n));
	read_trees(f, &model.alone, n[0]);
	read_trees(f, &model.beside, n[1]);
	fclose(f);
	return model;
}

static bool
may_be_chosen(const struct line *line)
{
	return (line->flags & (LINE_HEADING | LINE_SIDE | LINE_BARE | LINE_REPEAT)) == 0;
}

static void
write_lines(const struct survey *s, const struct score *score)
{
	const struct outline *o = s->outline;

	write_uint((uint32_t)o->n);
	for (size_t i = 0; i < o->n; i++) {
		write_uint(o->line[i].paragraph->n);
		write_uint(o->line[i].start);
		write_uint(o->line[i].end);
		write_uint(may_be_chosen(&o->line[i]));
		write_all(&score[i].total, sizeof(score[i].total), 1);
	}
	for (size_t i = 0; i < o->n; i++) {
		int16_t features[FEATURES_OF_ONE] = {0};

		if (survey_is_prose(&o->line[i]))
			features_put(features, 1, s, i);
		write_all(features, sizeof(*features), FEATURES_OF_ONE);
	}
}

/* All lines compared with those of one state. Only prose is: the others' features are 0. */
static void
write_state(const struct survey *s, const struct score *score, struct span state)
{
	const struct outline *o = s->outline;
	uint32_t *line = arena_alloc(o->arena, o->n * sizeof(*line)), n = 0, chosen;
	uint32_t *at = arena_zero(o->arena, o->n, sizeof(*at));
	struct beside b;

	for (size_t i = 0; i < o->n; i++) {
		at[i] = n;
		if (survey_is_prose(&o->line[i]))
			line[n++] = (uint32_t)i;
	}
	beside_init(&b, s, line, n, score, n);
	for (; state.n >= sizeof(chosen); state = span_cut(state, sizeof(chosen), state.n)) {
		memcpy(&chosen, state.p, sizeof(chosen));
		if (chosen >= o->n || !survey_is_prose(&o->line[chosen]))
			die("a chosen line is not one");
		beside_take(&b, at[chosen]);
	}
	for (size_t i = 0; i < o->n; i++) {
		for (size_t f = FEATURES_OF_ONE; f < FEATURE_COUNT; f++) {
			int16_t value = 0;

			if (survey_is_prose(&o->line[i]))
				value = b.features[f * b.stride + at[i]];
			write_all(&value, sizeof(value), 1);
		}
	}
}

static void
write_choice(const struct probe *p, const struct survey *s, const struct score *score)
{
	uint32_t *chosen = arena_alloc(s->outline->arena, s->outline->n * sizeof(*chosen));
	size_t n =
	    choose_lines(chosen, s, score, &p->model, budget_for(p->budget, s->outline->n_prose));

	write_uint((uint32_t)n);
	write_all(chosen, sizeof(*chosen), n);
}

static void
write_document(struct probe *p)
{
	struct outline outline;
	struct survey survey;
	struct score *score;

	outline_read(
	    &outline, &p->arena, lexicons_for(p->lexicons, p->document.lang), &p->document, false);
	survey = survey_of(&outline);
	score = arena_alloc(&p->arena, outline.n * sizeof(*score));
	score_lines(score, &survey, p->model.alone);
	if (p->scores.n > 0) {
		if (p->scores.n != outline.n * sizeof(int32_t))
			die("as many scores as lines are needed");
		for (size_t i = 0; i < outline.n; i++)
			memcpy(&score[i].total, p->scores.p + i * sizeof(int32_t), sizeof(int32_t));
	}
	write_lines(&survey, score);
	for (size_t i = 0; i < p->n_states; i++)
		write_state(&survey, score, p->states[i]);
	write_choice(p, &survey, score);
	p->document = (struct document){.paragraphs = p->paragraphs};
	p->scores = (struct span){0};
	p->n_states = 0;
	arena_reset(&p->arena);
}

static struct span
read_bytes(struct probe *p, size_t n)
{
	char *bytes = arena_alloc(&p->arena, n + 1);

	read_exactly(stdin, bytes, n);
	return span_of(bytes, n);
}

static void
read_paragraph(struct probe *p, enum kind kind, size_t n)
{
	size_t i = p->document.n_paragraphs++;

	if (i == MOST_PARAGRAPHS)
		die("too many paragraphs");
	p->paragraphs[i] =
	    (struct paragraph){.n = (uint32_t)i, .kind = kind, .text = read_bytes(p, n)};
}

/* One line of the input and what follows it. */
static void
read_command(struct probe *p, const char *line)
{
	char word[16], kind[16];
	size_t n;

	if (sscanf(line, "paragraph %15s %zu", kind, &n) == 2) {
		int k = kind_parse(span_str(kind));

		if (k < 0)
			die("no such kind of paragraph");
		read_paragraph(p, (enum kind)k, n);
		return;
	}
	if (sscanf(line, "%15s %zu", word, &n) != 2)
		die("a line that is no command");
	if (strcmp(word, "title") == 0)
		p->document.title = read_bytes(p, n);
	else if (strcmp(word, "lang") == 0)
		p->document.lang = read_bytes(p, n);
	else if (strcmp(word, "scores") == 0)
		p->scores = read_bytes(p, n);
	else if (strcmp(word, "chosen") == 0 && p->n_states < MOST_STATES)
		p->states[p->n_states++] = read_bytes(p, n);
	else if (strcmp(word, "end") == 0)
		write_document(p);
	else
		die("no such command");
}

static void
print_names(void)
{
	for (size_t f = 0; f < FEATURE_COUNT; f++)
		printf("%s %d\n", feature_names[f], f >= FEATURES_OF_ONE);
}

int
main(int argc, char **argv)
{
	struct probe *p = mem_zero(1, sizeof(*p));
	char line[64];

	p->model = score_model;
	p->budget = (struct budget){.measure = MEASURE_SENTENCES, .amount = 3};
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--names") == 0) {
			print_names();
			return 0;
		}
		if (i + 1 < argc && strcmp(argv[i], "--model") == 0)
			p->model = read_model(argv[++i]);
		else if (i + 1 < argc && strcmp(argv[i], "--sentences") == 0)
			p->budget.amount = strtoull(argv[++i], NULL, 10);
		else
			die("usage: winnow-probe [--names] | [--model FILE] [--sentences N]");
	}
	p->lexicons = lexicons_open();
	p->document.paragraphs = p->paragraphs;
	while (fgets(line, sizeof(line), stdin) != NULL)
		read_command(p, line);
	return 0;
}
