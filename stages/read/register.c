#include "stages/read/register.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/buf.h"
#include "common/files.h"
#include "common/mem.h"

#define TITLE "winnow inputs 1 "

/* the lines */

static void
print_path(struct buf *out, const char *path)
{
	for (const char *p = path; *p != '\0'; p++) {
		unsigned char c = (unsigned char)*p;
		if (c < 0x21 || c == 0x7F || c == '%')
			buf_print(out, "%%%02X", c);
		else
			buf_byte(out, *p);
	}
}

static int
hex_digit(char c)
{
	const char *digits = "0123456789ABCDEF", *p = c == '\0' ? NULL : strchr(digits, c);

	return p == NULL ? -1 : (int)(p - digits);
}

/* Allocated, or NULL if it is none. */
static char *
parse_path(struct span s)
{
	char *path = mem_alloc(s.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		int c = (unsigned char)s.p[i];

		if (c == '%') {
			int high = i + 2 < s.n ? hex_digit(s.p[i + 1]) : -1;
			int low = high < 0 ? -1 : hex_digit(s.p[i + 2]);
			c = low < 0 ? 0 : high << 4 | low;
			i += 2;
		}
		if (c == 0) {
			free(path);
			return NULL;
		}
		path[n++] = (char)c;
	}
	path[n] = '\0';
	return path;
}

/* The number that *s begins with and the blank behind it; both are cut off. */
static bool
take_number(struct span *s, uint64_t *ret)
{
	uint64_t v = 0;
	size_t n = 0;

	for (; n < s->n && s->p[n] >= '0' && s->p[n] <= '9'; n++)
		if (__builtin_mul_overflow(v, 10, &v) ||
		    __builtin_add_overflow(v, (uint64_t)(s->p[n] - '0'), &v))
			return false;
	if (n == 0 || n == s->n || s->p[n] != ' ')
		return false;
	*s = span_cut(*s, n + 1, s->n);
	*ret = v;
	return true;
}

static bool
parse_line(struct span line, struct input_file *ret)
{
	struct input_file f = {0};

	if (!take_number(&line, &f.bytes) || !take_number(&line, &f.mtime) || line.n == 0)
		return false;
	f.path = parse_path(line);
	if (f.path == NULL)
		return false;
	f.is_stdin = strcmp(f.path, "-") == 0;
	*ret = f;
	return true;
}

/* Cut the next line off. False at the end; a line without an end is none. */
static bool
next_line(struct span *text, struct span *ret_line)
{
	const char *end = text->n == 0 ? NULL : memchr(text->p, '\n', text->n);

	if (end == NULL)
		return false;
	*ret_line = span_of(text->p, (size_t)(end - text->p));
	*text = span_cut(*text, ret_line->n + 1, text->n);
	return true;
}

/* the file */

static void
print_title(struct buf *out, uint64_t run)
{
	buf_print(out, TITLE "%016llx", (unsigned long long)run);
}

static int
parse(struct inputs *ret_inputs, struct span text, const char *path, uint64_t run)
{
	struct inputs in = {0};
	struct buf title = {0};
	struct span line;
	bool ours;

	if (!next_line(&text, &line) || !span_starts(line, SPAN(TITLE)))
		return err_set(ERR_USAGE, "%s: no list of inputs", path);
	print_title(&title, run);
	ours = span_equal(line, buf_view(&title));
	buf_done(&title);
	if (!ours)
		return ERR_STOP;
	while (next_line(&text, &line)) {
		struct input_file file;

		if (!parse_line(line, &file)) {
			inputs_done(&in);
			return err_set(ERR_USAGE, "%s: damaged at '%.*s'", path,
			    (int)(line.n < 200 ? line.n : 200), line.p);
		}
		inputs_add(&in, &file);
	}
	if (text.n > 0) {
		inputs_done(&in);
		return err_set(ERR_USAGE, "%s: it is cut short", path);
	}
	*ret_inputs = in;
	return 0;
}

int
register_load(struct inputs *ret_inputs, const char *path, uint64_t run)
{
	struct buf b = {0};
	int r = file_read(path, &b);

	if (r == 0)
		r = parse(ret_inputs, buf_view(&b), path, run);
	buf_done(&b);
	return r;
}

int
register_save(const struct inputs *in, const char *path, uint64_t run)
{
	struct buf b = {0};
	int r;

	print_title(&b, run);
	buf_byte(&b, '\n');
	for (size_t i = 0; i < in->n; i++) {
		buf_print(&b, "%llu %llu ", (unsigned long long)in->files[i].bytes,
		    (unsigned long long)in->files[i].mtime);
		print_path(&b, in->files[i].path);
		buf_byte(&b, '\n');
	}
	r = file_replace(path, buf_view(&b));
	buf_done(&b);
	return r;
}

/* the order */

static int
by_path(const void *a, const void *b)
{
	const struct input_file *const *x = a, *const *y = b;
	int order = strcmp((*x)->path, (*y)->path);

	return order != 0 ? order : (*x > *y) - (*x < *y);
}

/* The inputs by path, so that they can be found. */
static struct input_file **
sorted(const struct inputs *in)
{
	struct input_file **list = mem_zero(in->n + 1, sizeof(*list));

	for (size_t i = 0; i < in->n; i++)
		list[i] = &in->files[i];
	qsort(list, in->n, sizeof(*list), by_path);
	return list;
}

/* For each input of then the one of now with its path, each once, or NULL. Allocated. */
static struct input_file **
match(const struct inputs *then, const struct inputs *now)
{
	struct input_file **a = sorted(then), **b = sorted(now);
	struct input_file **found = mem_zero(then->n + 1, sizeof(*found));

	for (size_t i = 0, k = 0; i < then->n && k < now->n;) {
		int order = strcmp(a[i]->path, b[k]->path);

		if (order == 0)
			found[a[i] - then->files] = b[k];
		i += order <= 0;
		k += order >= 0;
	}
	free(a);
	free(b);
	return found;
}

/* Standard input, a pipe, a device: there is nothing to go back to. */
static bool
is_stream(const struct input_file *f)
{
	return f->is_stdin || (f->error == 0 && f->mtime == 0);
}

/* What could not be read was said so in its place; if it can be read now, it is a new input. */
static bool
was_unreadable(const struct input_file *then, const struct input_file *now)
{
	return then->mtime == 0 && now->mtime != 0;
}

/* Whether an input that was read, wholly or in part, is as it was. `now` NULL: it is not given. */
static int
check_read(const struct input_file *then, const struct input_file *now, bool whole)
{
	if (now == NULL)
		return whole ? 0
			     : err_set(ERR_USAGE,
				   "%s was read in part and is not given any more; --restart "
				   "begins anew",
				   then->path);
	if (is_stream(now))
		return err_set(ERR_USAGE,
		    "%s cannot be read twice; --restart begins the output anew",
		    then->is_stdin ? "standard input" : then->path);
	if (then->bytes != now->bytes || then->mtime != now->mtime)
		return err_set(ERR_USAGE,
		    "%s has changed since it was read; give it another name, or --restart begins "
		    "anew",
		    then->path);
	return 0;
}

/* Move an input to the end of a list. */
static void
move(struct inputs *to, struct input_file *f)
{
	inputs_add(to, f);
	*f = (struct input_file){0};
}

/* What was read keeps its place, also if it is not given any more. */
static int
move_old(struct inputs *out, struct inputs *then, struct input_file **found, const struct token *at)
{
	for (size_t i = 0; i < then->n; i++) {
		struct input_file *old = &then->files[i], *now = found[i];
		bool whole = i < at->input, part = i == at->input && at->offset > 0;

		if (whole && now != NULL && was_unreadable(old, now))
			now = NULL;
		else if (whole && now == NULL && old->mtime != 0)
			old->gone = true;
		if (whole || part)
			TRY(check_read(old, now, whole));
		if (now == NULL && !whole && access(old->path, R_OK) < 0)
			old->error =
			    errno; /* said in its place, which it keeps: others may count on it */
		move(out, now != NULL ? now : old);
	}
	return 0;
}

int
register_order(struct inputs *now, struct inputs *then, const struct token *at)
{
	struct inputs out = {.total = now->total};
	struct input_file **found = match(then, now);
	int r = move_old(&out, then, found, at);

	for (size_t i = 0; r == 0 && i < now->n; i++)
		if (now->files[i].path != NULL)
			move(&out, &now->files[i]);
	free(found);
	if (r < 0) {
		inputs_done(&out);
		return r;
	}
	inputs_done(now);
	*now = out;
	return 0;
}
