/*
 * near_sample - near drops of record files beside the paragraphs that own them: people come to
 * trust what they have looked at.
 *
 * The files are read twice, so that an owner may stand anywhere in them. Which drops are shown is
 * a matter of the hash of their places: the same files, the same ones.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/hash.h"
#include "common/json.h"
#include "common/log.h"
#include "common/mem.h"
#include "common/options.h"
#include "stages/settings.h"
#include "stages/winnow/commands.h"
#include "stages/winnow/plain_text.h"
#include "stages/winnow/record_texts.h"

/* A drop that is to be shown; its texts are copies, or NULL. */
struct shown {
	uint64_t lot;
	char *id, *owner_id, *text, *owner_text;
	struct record_text drop;
};

struct sample {
	struct shown *list;
	size_t n, most;
	uint64_t near; /* all there are */
};

static char *
copy(struct span s)
{
	return s.p == NULL ? NULL : mem_string(s.p, s.n);
}

static void
shown_done(struct shown *s)
{
	free(s->id);
	free(s->owner_id);
	free(s->text);
	free(s->owner_text);
}

/* The place for another one: behind the rest, or that of the one with the highest lot. */
static struct shown *
place_for(struct sample *s, uint64_t lot)
{
	struct shown *last = s->list;

	if (s->n < s->most)
		return &s->list[s->n++];
	for (size_t i = 1; i < s->n; i++)
		if (s->list[i].lot > last->lot)
			last = &s->list[i];
	if (s->n == 0 || lot >= last->lot)
		return NULL;
	shown_done(last);
	return last;
}

static int
draw(void *object, const struct record_text *t)
{
	struct sample *s = object;
	uint64_t place[2] = {t->key, t->n};
	uint64_t lot = hash64(span_of((const char *)place, sizeof(place)));
	struct shown *at;

	if (!t->near)
		return 0;
	s->near++;
	at = place_for(s, lot);
	if (at != NULL)
		*at = (struct shown){.lot = lot,
		    .id = copy(t->id),
		    .owner_id = copy(t->owner_id),
		    .text = copy(t->text),
		    .drop = *t};
	return 0;
}

static int
find_owner(void *object, const struct record_text *t)
{
	struct sample *s = object;

	for (size_t i = 0; i < s->n; i++)
		if (s->list[i].drop.owner_key == t->key && s->list[i].drop.owner_n == t->n &&
		    s->list[i].owner_text == NULL)
			s->list[i].owner_text = copy(t->text);
	return 0;
}

static int
draw_piece(void *object, const struct piece *piece, struct arena *a)
{
	return record_texts(piece, a, draw, object);
}

static int
find_piece(void *object, const struct piece *piece, struct arena *a)
{
	return record_texts(piece, a, find_owner, object);
}

static int
by_lot(const void *a, const void *b)
{
	const struct shown *x = a, *y = b;

	return (x->lot > y->lot) - (x->lot < y->lot);
}

static int
print(const struct shown *s)
{
	struct buf b = {0};
	int r;

	json_decimal(&b, s->drop.similarity);
	buf_str(&b, "  ");
	plain_text_put(&b, span_str(s->id));
	buf_print(&b, " #%u is near ", s->drop.n);
	plain_text_put(&b, span_str(s->owner_id));
	buf_print(&b, " #%u\n  owner: ", s->drop.owner_n);
	plain_text_put(
	    &b, s->owner_text == NULL ? SPAN("(not in these files)") : span_str(s->owner_text));
	buf_str(&b, "\n  text:  ");
	plain_text_put(
	    &b, s->text == NULL ? SPAN("(not kept, by --dropped-text)") : span_str(s->text));
	buf_str(&b, "\n\n");
	r = record_files_print(buf_view(&b));
	buf_done(&b);
	return r;
}

static int
show(const char **files, size_t n, uint64_t most)
{
	struct sample s = {.most = most};
	int r;

	if (n == 0)
		return err_set(ERR_USAGE, "no FILE: name files of records");
	for (size_t i = 0; i < n; i++)
		if (strcmp(files[i], "-") == 0)
			return err_set(
			    ERR_USAGE, "the records are read twice: a file, not standard input");
	s.list = mem_zero(most, sizeof(*s.list));
	r = record_files_walk(files, n, draw_piece, &s);
	if (r == 0)
		r = record_files_walk(files, n, find_piece, &s);
	qsort(s.list, s.n, sizeof(*s.list), by_lot);
	for (size_t i = 0; i < s.n; i++) {
		if (r == 0)
			r = print(&s.list[i]);
		shown_done(&s.list[i]);
	}
	free(s.list);
	if (r == 0)
		log_line(LOG_INFO, "%zu of %llu near drops", s.n, (unsigned long long)s.near);
	return r;
}

int
command_near(int argc, char **argv)
{
	struct settings settings;
	struct options options;
	int r;

	argv[0] = (char *)"winnow near";
	signal(SIGPIPE, SIG_IGN);
	log_open(argv[0]);
	r = settings_parse(&settings, &options, TAKES_NEAR,
	    "Print a sample of the paragraphs that were dropped as near, each beside the paragraph "
	    "that owns it.",
	    "FILE...", argc, argv);
	if (r == 0)
		r = show(settings.sources, settings.n_sources, settings.sample);
	if (fflush(stdout) != 0 && r == 0)
		r = err_set(ERR_SYS, "standard output cannot be written");
	if (r == ERR_SYS || (r == ERR_USAGE && err_text()[0] != '\0'))
		log_line(LOG_ERROR, "%s", err_text());
	settings_done(&options);
	return err_exit(r);
}
