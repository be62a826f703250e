#include "stages/read/raw_document.h"

#include <string.h>

#include "common/hash.h"
#include "common/utf8.h"
#include "proto/document_pack.h"
#include "stages/read/dead_letters.h"

/*
 * The occurrence of a document as text: path@offset:hash, or stream@entry:hash. It says which
 * document this is wherever its input is read again, and its hash is the document's key.
 */
static void
identify(struct document *d, struct arena *a)
{
	char digits[KEY_DIGITS];

	key_print(hash64(d->raw), digits);
	if (d->source.entry.n > 0)
		d->id = arena_print(a, "%.*s@%.*s:%.*s", (int)d->source.path.n, d->source.path.p,
		    (int)d->source.entry.n, d->source.entry.p, KEY_DIGITS, digits);
	else
		d->id = arena_print(a, "%.*s@%llu:%.*s", (int)d->source.path.n, d->source.path.p,
		    (unsigned long long)d->source.offset, KEY_DIGITS, digits);
	d->key = hash64(d->id);
}

static void
refuse(struct document *d, struct arena *a, const char *reason, const char *detail)
{
	d->refused = (struct fault){
	    .stage = SPAN("read"),
	    .reason = span_str(reason),
	    .detail = arena_copy(a, span_str(detail)),
	    .attempts = 1,
	};
}

/* A dead letter stands for the document that it was, where place and bytes still give its key. */
static void
open_letter(struct document *d, struct arena *a)
{
	struct document letter, again;

	if (d->form != FORM_JSON || !dead_letter_read(&letter, a, d->raw))
		return;
	again = letter;
	identify(&again, a);
	if (again.key == letter.key)
		*d = letter;
}

/* Text of an archive, as valid UTF-8. */
static struct span
text_of(struct arena *a, struct span s)
{
	size_t replaced;

	return s.n == 0 ? span_of(NULL, 0) : utf8_repair(a, s, &replaced);
}

/* Fourteen digits of an ARC as ISO 8601; anything else stays as it is. */
static struct span
date_of(struct arena *a, struct span s)
{
	if (s.n < 14 || memchr(s.p, '-', s.n) != NULL)
		return text_of(a, s);
	return arena_print(a, "%.4s-%.2s-%.2sT%.2s:%.2s:%.2sZ", s.p, s.p + 4, s.p + 6, s.p + 8,
	    s.p + 10, s.p + 12);
}

/* What the head of the record says; its id is the document's, never its occurrence. */
static void
describe(struct document *d, struct arena *a, const struct piece *p)
{
	const struct record_head *h = &p->head;

	d->warc.mime = text_of(a, p->mime);
	if (!p->archived)
		return;
	d->url = text_of(a, h->url);
	d->fetched = date_of(a, h->date);
	d->type = text_of(a, p->type);
	d->warc.record = text_of(a, h->id);
	d->warc.date = d->fetched;
	d->warc.digest = text_of(a, h->payload_digest.n > 0 ? h->payload_digest : h->block_digest);
	d->warc.status = p->status;
	if (h->type == RECORD_REVISIT)
		d->warc.revisit = h->refers.n > 0 ? text_of(a, h->refers) : SPAN("unknown");
	if (d->warc.record.n > 0)
		d->id = d->warc.record;
}

/* The name of the input, and of the file in it. */
static struct span
path_of(struct arena *a, struct span name, struct span entry)
{
	if (entry.n == 0)
		return name;
	return text_of(a, arena_print(a, "%.*s%.*s", (int)name.n, name.p, (int)entry.n, entry.p));
}

void
raw_document(struct document *ret_d, struct arena *a, struct span name, const struct piece *p)
{
	*ret_d = (struct document){
	    .source = {.path = path_of(a, name, p->entry),
		.offset = p->offset,
		.length = p->length},
	    .form = p->form,
	    .raw = p->raw,
	    .filtered = p->filtered,
	};
	identify(ret_d, a);
	describe(ret_d, a, p);
	if (p->warning[0] != '\0')
		ret_d->warning = arena_copy(a, span_str(p->warning));
	if (p->reason != NULL)
		refuse(ret_d, a, p->reason, p->detail);
	else
		open_letter(ret_d, a);
}

void
raw_unreadable(struct document *ret_d, struct arena *a, struct span name, int error)
{
	*ret_d = (struct document){.source = {.path = name}};
	identify(ret_d, a);
	refuse(ret_d, a, "unreadable", strerror(error));
}

void
raw_entry(struct document *ret_d, struct arena *a, struct span stream, const struct queue_entry *e)
{
	*ret_d = (struct document){
	    .source = {.path = stream, .entry = e->id},
	    .form = e->form,
	    .raw = e->raw,
	};
	identify(ret_d, a);
	if (e->given.n > 0)
		ret_d->id = e->given;
	if (e->refused != NULL)
		refuse(ret_d, a, e->refused, e->detail);
	else
		open_letter(ret_d, a);
}
