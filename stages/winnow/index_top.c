/*
 * top - the paragraphs that were dropped most often, with counts, sites and text.
 *
 * All of it comes from the records that the runs of the index have written: there each drop stands
 * once, whatever was killed and sent again, and the text is there, too. The index itself counts
 * nothing, so that a drop costs it nothing.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "common/hash.h"
#include "common/json.h"
#include "common/mem.h"
#include "common/utf8.h"
#include "proto/fields.h"
#include "proto/index_read.h"
#include "proto/json_in.h"
#include "stages/winnow/index_commands.h"
#include "stages/winnow/record_files.h"

enum { SITES = 4, SITE_BYTES = 48, TEXT_CHARS = 100, FIRST_SLOTS = 1 << 12 };

/* A paragraph that was dropped. */
struct dropped_often {
	struct hash hash;
	uint64_t count;  /* 0: an empty slot */
	uint64_t others; /* of sites that are not among those named */
	struct site {
		char name[SITE_BYTES];
		uint64_t count;
	} sites[SITES];
};

struct top {
	struct dropped_often *slots; /* open addressing */
	size_t mask, n;
	struct dropped_often *best; /* [n_best], most often first */
	size_t n_best;
	struct buf *texts; /* [n_best] */
	bool names;        /* the second walk: it looks for texts */
};

static struct dropped_often *
slot_of(const struct top *t, const struct hash *h)
{
	size_t at;

	memcpy(&at, h->bytes, sizeof(at));
	for (at &= t->mask; t->slots[at].count != 0; at = (at + 1) & t->mask)
		if (memcmp(t->slots[at].hash.bytes, h->bytes, HASH_BYTES) == 0)
			break;
	return &t->slots[at];
}

static void
grow(struct top *t)
{
	struct dropped_often *old = t->slots;
	size_t n = old == NULL ? 0 : t->mask + 1;

	if (old != NULL && 2 * t->n < n)
		return;
	t->mask = n == 0 ? FIRST_SLOTS - 1 : 2 * n - 1;
	t->slots = mem_zero(t->mask + 1, sizeof(*t->slots));
	for (size_t i = 0; i < n; i++)
		if (old[i].count != 0)
			*slot_of(t, &old[i].hash) = old[i];
	free(old);
}

/* The host of a url, or the file that the document came from. */
static void
name_site(char ret[SITE_BYTES], struct span url, struct span path)
{
	const char *host = url.n > 0 ? memmem(url.p, url.n, "://", 3) : NULL;
	struct span s = path;

	if (host != NULL) {
		s = span_cut(url, (size_t)(host + 3 - url.p), url.n);
		for (size_t i = 0; i < s.n; i++)
			if (memchr("/?#:", s.p[i], 4) != NULL)
				s.n = i;
	}
	snprintf(ret, SITE_BYTES, "%.*s", (int)(s.n < SITE_BYTES ? s.n : SITE_BYTES - 1), s.p);
}

static void
count_site(struct dropped_often *d, const char *name)
{
	for (size_t i = 0; i < SITES; i++) {
		struct site *s = &d->sites[i];

		if (s->count == 0)
			memcpy(s->name, name, SITE_BYTES);
		if (strcmp(s->name, name) == 0) {
			s->count++;
			return;
		}
	}
	d->others++;
}

/* reading records */

struct record {
	struct top *top;
	bool packed; /* hashes are bytes, not hexadecimal digits */
	struct span url, path;
	struct scan dropped, paragraphs;
	struct span hash, text; /* of the paragraph in hand */
};

static int
piece_field(void *object, struct span key, struct scan *s, struct arena *a)
{
	struct record *r = object;

	(void)a;
	if (KEY_IS("hash"))
		return r->packed ? scan_bin(s, &r->hash) : scan_str(s, &r->hash);
	if (KEY_IS("text"))
		return scan_str(s, &r->text);
	return scan_skip(s, NULL);
}

static bool
read_hash(const struct record *r, struct hash *ret)
{
	if (r->packed && r->hash.n == HASH_BYTES)
		memcpy(ret->bytes, r->hash.p, HASH_BYTES);
	for (size_t i = 0; !r->packed && r->hash.n == 2 * HASH_BYTES && i < HASH_BYTES; i++) {
		const char digits[] = {r->hash.p[2 * i], r->hash.p[2 * i + 1], '\0'};
		ret->bytes[i] = (unsigned char)strtoul(digits, NULL, 16);
	}
	return r->hash.n == (r->packed ? HASH_BYTES : 2 * HASH_BYTES);
}

static void
count_drop(struct record *r, const struct hash *h)
{
	char site[SITE_BYTES];
	struct dropped_often *d;

	grow(r->top);
	d = slot_of(r->top, h);
	r->top->n += d->count == 0;
	d->hash = *h;
	d->count++;
	name_site(site, r->url, r->path);
	count_site(d, site);
}

static void
keep_text(struct record *r, const struct hash *h)
{
	for (size_t i = 0; i < r->top->n_best; i++)
		if (r->text.n > 0 && r->top->texts[i].n == 0 &&
		    memcmp(r->top->best[i].hash.bytes, h->bytes, HASH_BYTES) == 0)
			buf_span(&r->top->texts[i], r->text);
}

static int
each(struct record *r, struct scan list, struct arena *a,
    void (*take)(struct record *r, const struct hash *h))
{
	uint32_t n;

	TRY(scan_array(&list, &n));
	while (n-- > 0) {
		struct hash h;

		r->hash = r->text = span_of(NULL, 0);
		TRY(read_fields(&list, a, r, piece_field));
		if (read_hash(r, &h))
			take(r, &h);
	}
	return 0;
}

static int
source_field(void *object, struct span key, struct scan *s, struct arena *a)
{
	struct record *r = object;

	(void)a;
	return KEY_IS("path") ? scan_str(s, &r->path) : scan_skip(s, NULL);
}

static int
record_field(void *object, struct span key, struct scan *s, struct arena *a)
{
	struct record *r = object;

	if (KEY_IS("url"))
		return scan_str(s, &r->url);
	if (KEY_IS("source"))
		return read_fields(s, a, r, source_field);
	if (KEY_IS("dropped"))
		r->dropped = *s;
	if (KEY_IS("paragraphs"))
		r->paragraphs = *s;
	return scan_skip(s, NULL);
}

static int
take_record(void *object, const struct piece *piece, struct arena *a)
{
	struct record r = {
	    .top = object,
	    .packed = piece->form == FORM_MSGPACK,
	    .dropped = scan_of(SPAN("\x90")),
	    .paragraphs = scan_of(SPAN("\x90")),
	};
	struct span bytes = piece->raw;
	struct buf packed = {0};
	struct scan s;
	size_t replaced;
	int e;

	if (!r.packed) {
		e = json_in(&packed, a, utf8_repair(a, piece->raw, &replaced));
		bytes = arena_copy(a, buf_view(&packed));
		buf_done(&packed);
		TRY(e);
	}
	s = scan_of(bytes);
	err_set(0, "this is no record of Winnow's");
	TRY(read_fields(&s, a, &r, record_field));
	if (!r.top->names)
		return each(&r, r.dropped, a, count_drop);
	TRY(each(&r, r.paragraphs, a, keep_text));
	return each(&r, r.dropped, a, keep_text);
}

/* the most frequent */

static int
more_often(const void *a, const void *b)
{
	const struct dropped_often *x = a, *y = b;

	if (x->count != y->count)
		return x->count < y->count ? 1 : -1;
	return memcmp(x->hash.bytes, y->hash.bytes, HASH_BYTES);
}

static void
choose(struct top *t, uint64_t most)
{
	size_t n = 0;

	for (size_t i = 0; t->slots != NULL && i <= t->mask; i++)
		if (t->slots[i].count != 0)
			t->slots[n++] = t->slots[i];
	if (n > 0)
		qsort(t->slots, n, sizeof(*t->slots), more_often);
	t->best = t->slots;
	t->n_best = n < most ? n : most;
	t->texts = mem_zero(t->n_best + 1, sizeof(*t->texts));
}

/* printing */

static int
site_order(const void *a, const void *b)
{
	const struct site *x = a, *y = b;

	return x->count < y->count ? 1 : x->count > y->count ? -1 : strcmp(x->name, y->name);
}

/* In one line, without what could steer a terminal, and not too long. */
static void
put_text(struct buf *b, struct span text)
{
	size_t chars = 0;

	for (size_t at = 0; at < text.n;) {
		uint32_t c = utf8_next(text, &at, NULL);

		if (chars++ == TEXT_CHARS) {
			buf_str(b, "...");
			return;
		}
		if (utf8_is_space(c))
			c = ' ';
		else if (utf8_is_control(c))
			c = UTF8_BAD;
		buf_room(b, 4);
		b->n += utf8_put(b->p + b->n, c);
	}
}

static void
put_people(struct buf *b, const struct dropped_often *d, struct span text)
{
	buf_print(b, "%8llu  ", (unsigned long long)d->count);
	if (text.n > 0)
		put_text(b, text);
	else
		buf_hex(
		    b, d->hash.bytes, HASH_BYTES); /* its owner is in the records of another run */
	buf_str(b, "\n         ");
	for (size_t i = 0; i < SITES && d->sites[i].count > 0; i++) {
		buf_byte(b, ' ');
		put_text(b, span_str(d->sites[i].name));
		buf_print(b, " (%llu)", (unsigned long long)d->sites[i].count);
	}
	if (d->others > 0)
		buf_print(b, " others (%llu)", (unsigned long long)d->others);
	buf_byte(b, '\n');
}

static void
put_json(struct buf *b, const struct dropped_often *d, struct span text)
{
	buf_print(b, "{\"count\": %llu, \"hash\": \"", (unsigned long long)d->count);
	buf_hex(b, d->hash.bytes, HASH_BYTES);
	buf_str(b, "\", \"text\": ");
	if (text.n > 0)
		json_string(b, text);
	else
		buf_str(b, "null");
	buf_str(b, ", \"sites\": {");
	for (size_t i = 0; i < SITES && d->sites[i].count > 0; i++) {
		buf_str(b, i == 0 ? "" : ", ");
		json_string(b, span_str(d->sites[i].name));
		buf_print(b, ": %llu", (unsigned long long)d->sites[i].count);
	}
	buf_print(b, "}, \"others\": %llu}\n", (unsigned long long)d->others);
}

static int
print_all(struct top *t, const struct settings *s)
{
	struct buf b = {0};
	int r;

	for (size_t i = 0; i < t->n_best; i++) {
		qsort(t->best[i].sites, SITES, sizeof(struct site), site_order);
		(s->json ? put_json : put_people)(&b, &t->best[i], buf_view(&t->texts[i]));
	}
	r = record_files_print(buf_view(&b));
	buf_done(&b);
	return r;
}

/* Of an index in the state of an output, OUT.winnow/index, the records are in OUT. */
static char *
records_beside(const char *folder)
{
	const char *const end = ".winnow/index";
	size_t n = strlen(folder), tail = strlen(end);
	struct stat st;
	char *out;

	while (n > 0 && folder[n - 1] == '/')
		n--;
	if (n <= tail || memcmp(folder + n - tail, end, tail) != 0)
		return NULL;
	out = mem_string(folder, n - tail);
	if (stat(out, &st) == 0 && S_ISREG(st.st_mode))
		return out;
	free(out);
	return NULL;
}

static int
walk(struct top *t, const struct settings *s, const char *const *files, size_t n)
{
	TRY(record_files_walk(files, n, take_record, t));
	choose(t, s->count);
	t->names = true;
	TRY(record_files_walk(files, n, take_record, t));
	return print_all(t, s);
}

int
index_top(const struct index_words *w)
{
	char *beside = w->n == 0 ? records_beside(w->folder) : NULL;
	const char *const one[] = {beside};
	struct top t = {.n = 0};
	int r;

	if (w->n == 0 && beside == NULL)
		return err_set(ERR_USAGE,
		    "%s: an index has no texts and counts no drops; name the records of its runs, "
		    "as `winnow index top file:%s out.jsonl`",
		    w->folder, w->folder);
	r = walk(&t, w->settings, beside != NULL ? one : w->args, beside != NULL ? 1 : w->n);
	for (size_t i = 0; i < t.n_best; i++)
		buf_done(&t.texts[i]);
	free(t.texts);
	free(t.slots);
	free(beside);
	return r;
}
