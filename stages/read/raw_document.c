#include "stages/read/raw_document.h"

#include <string.h>

#include "common/hash.h"
#include "proto/document_pack.h"
#include "stages/read/dead_letters.h"

/*
 * The occurrence of a document as text: path@offset:hash. It says which document this is wherever
 * its input is read again, and its hash is the document's key.
 */
static void
identify(struct document *d, struct arena *a)
{
	char digits[KEY_DIGITS];

	key_print(hash64(d->raw), digits);
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

void
raw_document(struct document *ret_d, struct arena *a, struct span name, const struct piece *p)
{
	*ret_d = (struct document){
	    .source = {.path = name, .offset = p->offset, .length = p->length},
	    .form = p->form,
	    .raw = p->raw,
	};
	identify(ret_d, a);
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
