/*
 * who - the document with a key, or the owner of a paragraph by its hash.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/json.h"
#include "common/mem.h"
#include "proto/index_export.h"
#include "proto/index_read.h"
#include "stages/winnow/index_commands.h"

/* What is asked for. */
struct question {
	bool by_hash, by_paragraph;
	struct hash hash;
	uint64_t key;
	uint32_t paragraph;
};

struct found {
	uint32_t ordinal;
	uint64_t key;
	struct buf id;
	uint64_t owns; /* paragraphs */
	bool has_entry;
	struct entry entry; /* that was asked for: by hash, or by paragraph */
};

struct who {
	struct question q;
	const struct run_table *runs; /* as they are in the end */
	uint32_t ordinal;             /* of the document that came last */
	struct entry owner;           /* by hash; document 0: none */
	struct found *list;
	size_t n;
};

static bool
hex(const char *text, size_t digits, unsigned char *ret)
{
	for (size_t i = 0; i < digits; i++) {
		const char *const all = "0123456789abcdef";
		const char *at = text[i] == '\0' ? NULL : strchr(all, text[i] | 0x20);

		if (at == NULL)
			return false;
		ret[i / 2] = (unsigned char)(ret[i / 2] << 4 | (at - all));
	}
	return true;
}

static int
parse(struct question *ret_q, const char *text)
{
	size_t n = strlen(text);
	unsigned char key[8] = {0};
	char *end;

	*ret_q = (struct question){.by_hash = n == 2 * HASH_BYTES};
	if (ret_q->by_hash && hex(text, n, ret_q->hash.bytes))
		return 0;
	if (!ret_q->by_hash && n >= 16 && hex(text, 16, key) &&
	    (text[16] == '\0' || text[16] == '#')) {
		for (size_t i = 0; i < sizeof(key); i++)
			ret_q->key = ret_q->key << 8 | key[i];
		if (n == 16)
			return 0;
		ret_q->by_paragraph = true;
		ret_q->paragraph = (uint32_t)strtoul(text + 17, &end, 10);
		if (n > 17 && *end == '\0')
			return 0;
	}
	return err_set(ERR_USAGE,
	    "'%s' is no key of a document (16 hexadecimal digits), no KEY#N and no hash of a "
	    "paragraph (32)",
	    text);
}

/* first: who owns the hash */

static int
find_owner(void *object, const struct entry *e)
{
	struct who *w = object;

	if (memcmp(e->hash.bytes, w->q.hash.bytes, HASH_BYTES) == 0 &&
	    !run_table_is_gone(w->runs, e->document))
		w->owner = *e;
	return 0;
}

/* then the documents, and what they own */

static void
find_document(void *object, const struct hash *identity, uint64_t key, struct span id)
{
	struct who *w = object;
	struct found *f;

	(void)identity;
	w->ordinal++;
	if (w->q.by_hash ? w->ordinal != w->owner.document
			 : key != w->q.key || run_table_is_gone(w->runs, w->ordinal))
		return;
	w->list = mem_grow(w->list, (w->n + 1) * sizeof(*w->list));
	f = &w->list[w->n++];
	*f = (struct found){.ordinal = w->ordinal, .key = key};
	buf_span(&f->id, id);
	f->has_entry = w->q.by_hash;
	f->entry = w->owner;
}

static int
pass_gap(void *object, uint32_t n)
{
	struct who *w = object;

	w->ordinal += n;
	return 0;
}

static int
count_entry(void *object, const struct entry *e)
{
	struct who *w = object;

	for (size_t i = 0; i < w->n; i++) {
		struct found *f = &w->list[i];

		if (f->ordinal != e->document)
			continue;
		f->owns += e->paragraph != INDEX_WHOLE;
		if (w->q.by_paragraph && e->paragraph == w->q.paragraph) {
			f->has_entry = true;
			f->entry = *e;
		}
	}
	return 0;
}

static int
pass(struct index_view *v, struct index_files *f, const struct index_reader *reader)
{
	struct run_table again = {0};
	int r = index_view_read(v, f, &again, reader, index_pass_file);

	run_table_done(&again);
	return r;
}

static int
search(struct who *w, struct index_view *v, struct index_files *f, struct run_table *runs)
{
	struct index_reader none = index_pass_over(w), owner = none, documents = none, count = none;

	w->runs = runs;
	owner.entry = find_owner;
	documents.document = find_document;
	documents.gap = pass_gap;
	count.entry = count_entry;
	TRY(index_view_read(v, f, runs, &none, index_pass_file));
	if (w->q.by_hash)
		TRY(pass(v, f, &owner));
	TRY(pass(v, f, &documents));
	return pass(v, f, &count);
}

/* printing */

static void
put_entry(struct buf *b, const struct who *w, const struct found *f, bool json)
{
	if (!f->has_entry) {
		if (w->q.by_paragraph && !json)
			buf_print(b,
			    "\n  paragraph %u is not its own: another document was first to bring "
			    "it, or it is too short, or there is none",
			    w->q.paragraph);
		return;
	}
	buf_str(b, json ? ", \"hash\": \"" : "\n  hash ");
	buf_hex(b, f->entry.hash.bytes, HASH_BYTES);
	buf_str(b, json ? "\", \"n\": " : " is ");
	if (f->entry.paragraph == INDEX_WHOLE)
		buf_str(b, json ? "\"whole\"" : "the document as a whole");
	else
		buf_print(b, json ? "%u" : "paragraph %u", f->entry.paragraph);
}

static void
put_people(struct buf *b, const struct who *w, const struct found *f)
{
	buf_print(b, "%016" PRIx64 "  %.*s\n  first seen ", f->key, (int)f->id.n, f->id.p);
	export_minute(b, age_table_minute(&w->runs->ages, f->ordinal));
	buf_print(b, " in run %016" PRIx64 ", document %u, owns %" PRIu64 " paragraphs",
	    run_table_run(w->runs, f->ordinal), f->ordinal, f->owns);
	put_entry(b, w, f, false);
	buf_byte(b, '\n');
}

static void
put_json(struct buf *b, const struct who *w, const struct found *f)
{
	buf_print(b, "{\"key\": \"%016" PRIx64 "\", \"id\": ", f->key);
	json_string(b, buf_view(&f->id));
	buf_str(b, ", \"seen\": \"");
	export_minute(b, age_table_minute(&w->runs->ages, f->ordinal));
	buf_print(b, "\", \"run\": \"%016" PRIx64 "\", \"document\": %u, \"owns\": %" PRIu64,
	    run_table_run(w->runs, f->ordinal), f->ordinal, f->owns);
	put_entry(b, w, f, true);
	buf_str(b, "}\n");
}

static int
print_all(struct who *w, const struct index_words *words)
{
	struct buf b = {0};

	for (size_t i = 0; i < w->n; i++)
		(words->settings->json ? put_json : put_people)(&b, w, &w->list[i]);
	if (b.n > 0)
		fwrite(b.p, 1, b.n, stdout);
	buf_done(&b);
	return w->n > 0 ? 0
			: err_set(ERR_USAGE, "%s: it has nothing that is %s", words->folder,
			      words->args[0]);
}

int
index_who(const struct index_words *words)
{
	struct who w = {.n = 0};
	struct run_table runs = {0};
	struct index_files f;
	struct index_view v;
	int r;

	TRY(parse(&w.q, words->args[0]));
	r = index_view_open(&v, &f, words->folder);
	if (r == 0)
		r = search(&w, &v, &f, &runs);
	if (r == 0)
		r = print_all(&w, words);
	for (size_t i = 0; i < w.n; i++)
		buf_done(&w.list[i].id);
	free(w.list);
	run_table_done(&runs);
	index_view_unmap(&v);
	index_files_close(&f);
	return r;
}
