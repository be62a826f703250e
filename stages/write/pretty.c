#include "stages/write/pretty.h"

#include "common/json.h"
#include "common/utf8.h"

#define BOLD "\033[1m"
#define DIM "\033[2m"
#define PLAIN "\033[0m"

static void
style(struct buf *b, const struct pretty *how, const char *code)
{
	if (how->colour)
		buf_str(b, code);
}

/* One word, its columns counted as code points. */
static size_t
put_word(struct buf *b, struct span word)
{
	size_t columns = 0;

	for (size_t at = 0; at < word.n; columns++) {
		uint32_t c = utf8_next(word, &at, NULL);
		char *room = buf_room(b, 4);
		b->n += utf8_put(room, utf8_is_control(c) ? UTF8_BAD : c);
	}
	return columns;
}

/* The next word of s from *at on; n == 0 at the end. */
static struct span
next_word(struct span s, size_t *at)
{
	size_t start, end = *at;

	do {
		start = end;
		if (start == s.n)
			break;
	} while (utf8_is_space(utf8_next(s, &end, NULL)));
	for (end = start; end < s.n;) {
		size_t next = end;
		if (utf8_is_space(utf8_next(s, &next, NULL)))
			break;
		end = next;
	}
	*at = end;
	return span_cut(s, start, end);
}

/* Text in lines: the first begins with `mark`, the others with as many spaces. */
static void
wrap(struct buf *b, const struct pretty *how, const char *mark, struct span text)
{
	size_t indent = strlen(mark), column = indent, at = 0;
	struct span word;
	bool first = true;

	buf_str(b, mark);
	while (at < text.n && (word = next_word(text, &at)).n > 0) {
		size_t n = utf8_count(word);
		if (!first && column + 1 + n > how->width) {
			buf_print(b, "\n%*s", (int)indent, "");
			column = indent;
		} else if (!first) {
			buf_byte(b, ' ');
			column++;
		}
		column += put_word(b, word);
		first = false;
	}
	buf_byte(b, '\n');
}

static void
heading(struct buf *b, const struct pretty *how, const char *text)
{
	style(b, how, BOLD);
	buf_print(b, "  %s", text);
	style(b, how, PLAIN);
	buf_byte(b, '\n');
}

/* What is not empty, between two strings. */
static void
put_part(struct buf *b, const char *before, struct span part, const char *after)
{
	if (part.n == 0)
		return;
	buf_str(b, before);
	buf_span(b, part);
	buf_str(b, after);
}

static void
print_fact(struct buf *b, const struct pretty *how, const struct fact *f)
{
	struct buf line = {0};
	struct buf mark = {0};

	buf_print(&mark, "      %-10.*s", (int)fact_name(f->kind).n, fact_name(f->kind).p);
	buf_byte(&mark, '\0');
	buf_span(&line, f->text);
	if (f->has_value) {
		buf_str(&line, " = ");
		if (f->bound != BOUND_NONE)
			buf_str(&line, f->bound == BOUND_MORE ? "more than " : "at most ");
		else if (f->approximate)
			buf_str(&line, "about ");
		json_decimal(&line, f->value);
	}
	put_part(&line, " ", f->unit, "");
	put_part(&line, " per ", f->per, "");
	put_part(&line, " = ", f->when, "");
	put_part(&line, " (", f->speaker, ")");
	style(b, how, DIM);
	wrap(b, how, mark.p, buf_view(&line));
	style(b, how, PLAIN);
	buf_done(&line);
	buf_done(&mark);
}

static void
print_dropped(
    struct buf *b, const struct pretty *how, const struct document *d, const struct dropped *drop)
{
	struct buf line = {0};

	buf_print(&line, "%u ", drop->n);
	buf_str(&line, drop->why == WHY_NEAR ? "is nearly " : "repeats ");
	buf_print(&line, "%u", drop->owner.n);
	if (drop->owner.key != d->key) {
		buf_str(&line, " of ");
		buf_span(&line, drop->owner.id);
	}
	if (drop->text.p != NULL) {
		buf_str(&line, ": ");
		buf_span(&line, drop->text);
	}
	wrap(b, how, "    ", buf_view(&line));
	buf_done(&line);
}

static void
print_title(struct buf *b, const struct pretty *how, const struct document *d)
{
	style(b, how, BOLD);
	wrap(b, how, "", d->title.n > 0 ? d->title : d->id);
	style(b, how, PLAIN);
	if (d->title.n == 0 && d->url.n == 0)
		return;
	style(b, how, DIM);
	wrap(b, how, "", d->url.n > 0 ? d->url : d->id);
	style(b, how, PLAIN);
}

static void
print_counts(struct buf *b, const struct pretty *how, const struct document *d)
{
	style(b, how, DIM);
	buf_print(b, "  %llu paragraphs: %llu kept, %llu dropped",
	    (unsigned long long)d->stats.paragraphs, (unsigned long long)d->stats.kept,
	    (unsigned long long)(d->stats.exact + d->stats.near));
	style(b, how, PLAIN);
	buf_str(b, "\n\n");
}

void
pretty_print(struct buf *out, const struct document *d, const struct pretty *how)
{
	print_title(out, how, d);
	if (d->duplicate.found)
		wrap(out, how, "  duplicate of ", d->duplicate.id);
	if (d->error.stage.n > 0)
		wrap(out, how, "  failed: ", d->error.reason);
	if (d->n_summary > 0)
		heading(out, how, "Summary");
	for (size_t i = 0; i < d->n_summary; i++)
		wrap(out, how, "    ", d->summary[i].text);
	if (d->n_claims > 0)
		heading(out, how, "Claims");
	for (size_t i = 0; i < d->n_claims; i++) {
		struct buf mark = {0};
		buf_print(&mark, "  %2zu. ", i + 1);
		buf_byte(&mark, '\0');
		wrap(out, how, mark.p, d->claims[i].text);
		buf_done(&mark);
		for (size_t k = 0; k < d->claims[i].n_facts; k++)
			print_fact(out, how, &d->claims[i].facts[k]);
	}
	if (d->n_dropped > 0)
		heading(out, how, "Dropped paragraphs");
	for (size_t i = 0; i < d->n_dropped; i++)
		print_dropped(out, how, d, &d->dropped[i]);
	print_counts(out, how, d);
}
