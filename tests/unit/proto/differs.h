/*
 * differs - documents and batches compared: NULL, or the name of the first field that differs.
 */
#ifndef WINNOW_DIFFERS_H
#define WINNOW_DIFFERS_H

#include "proto/batch.h"
#include "proto/document_pack.h"

#define SAME_TEXT(x, y, field)                   \
	if (!span_equal((x)->field, (y)->field)) \
	return #field
#define SAME(x, y, field)             \
	if ((x)->field != (y)->field) \
	return #field

static inline const char *
fault_differs(const struct fault *x, const struct fault *y)
{
	SAME_TEXT(x, y, stage);
	SAME_TEXT(x, y, reason);
	SAME_TEXT(x, y, detail);
	SAME(x, y, attempts);
	return NULL;
}

static inline const char *
paragraph_differs(const struct paragraph *x, const struct paragraph *y, enum scope scope)
{
	SAME_TEXT(x, y, text);
	SAME(x, y, n);
	SAME(x, y, kind);
	if (scope == SCOPE_WIRE)
		SAME(x, y, chars);
	return memcmp(&x->hash, &y->hash, sizeof(x->hash)) == 0 ? NULL : "hash";
}

static inline const char *
dropped_differs(const struct dropped *x, const struct dropped *y)
{
	SAME_TEXT(x, y, text);
	if ((x->text.p == NULL) != (y->text.p == NULL))
		return "text.p";
	SAME(x, y, n);
	SAME(x, y, why);
	SAME(x, y, similarity);
	SAME_TEXT(x, y, owner.id);
	SAME(x, y, owner.key);
	SAME(x, y, owner.n);
	return memcmp(&x->hash, &y->hash, sizeof(x->hash)) == 0 ? NULL : "hash";
}

static inline const char *
sentence_differs(const struct sentence *x, const struct sentence *y)
{
	SAME_TEXT(x, y, text);
	SAME(x, y, n);
	SAME(x, y, start);
	SAME(x, y, end);
	SAME(x, y, score);
	SAME(x, y, rank);
	SAME(x, y, claim);
	SAME(x, y, fresh);
	return memcmp(x->parts, y->parts, sizeof(x->parts)) == 0 ? NULL : "parts";
}

static inline const char *
fact_differs(const struct fact *x, const struct fact *y)
{
	SAME_TEXT(x, y, text);
	SAME_TEXT(x, y, unit);
	SAME_TEXT(x, y, per);
	SAME_TEXT(x, y, when);
	SAME_TEXT(x, y, speaker);
	SAME(x, y, value);
	SAME(x, y, start);
	SAME(x, y, end);
	SAME(x, y, has_value);
	SAME(x, y, approximate);
	SAME(x, y, bound);
	SAME(x, y, kind);
	return NULL;
}

static inline const char *
claim_differs(const struct claim *x, const struct claim *y)
{
	const char *r = NULL;

	SAME_TEXT(x, y, text);
	SAME(x, y, n);
	SAME(x, y, start);
	SAME(x, y, end);
	SAME(x, y, score);
	SAME(x, y, n_facts);
	for (size_t i = 0; r == NULL && i < x->n_facts; i++)
		r = fact_differs(&x->facts[i], &y->facts[i]);
	return r;
}

static inline const char *
lists_differ(const struct document *x, const struct document *y, enum scope scope)
{
	const char *r = NULL;

	SAME(x, y, n_paragraphs);
	SAME(x, y, n_dropped);
	SAME(x, y, n_summary);
	SAME(x, y, n_claims);
	for (size_t i = 0; r == NULL && i < x->n_paragraphs; i++)
		r = paragraph_differs(&x->paragraphs[i], &y->paragraphs[i], scope);
	for (size_t i = 0; r == NULL && i < x->n_dropped; i++)
		r = dropped_differs(&x->dropped[i], &y->dropped[i]);
	for (size_t i = 0; r == NULL && i < x->n_summary; i++)
		r = sentence_differs(&x->summary[i], &y->summary[i]);
	for (size_t i = 0; r == NULL && i < x->n_claims; i++)
		r = claim_differs(&x->claims[i], &y->claims[i]);
	return r;
}

static inline const char *
wire_differs(const struct document *x, const struct document *y)
{
	SAME(x, y, form);
	SAME_TEXT(x, y, raw);
	SAME_TEXT(x, y, warning);
	return fault_differs(&x->refused, &y->refused);
}

/* SCOPE_RECORD compares only what a record has. */
static inline const char *
document_differs(const struct document *x, const struct document *y, enum scope scope)
{
	const char *r;

	SAME_TEXT(x, y, id);
	SAME(x, y, key);
	SAME_TEXT(x, y, url);
	SAME_TEXT(x, y, fetched);
	SAME_TEXT(x, y, published);
	SAME_TEXT(x, y, title);
	SAME_TEXT(x, y, lang);
	SAME_TEXT(x, y, source.path);
	SAME_TEXT(x, y, source.entry);
	SAME(x, y, source.offset);
	SAME(x, y, source.length);
	SAME_TEXT(x, y, warc.record);
	SAME_TEXT(x, y, warc.date);
	SAME_TEXT(x, y, warc.digest);
	SAME_TEXT(x, y, warc.mime);
	SAME_TEXT(x, y, warc.revisit);
	SAME(x, y, warc.status);
	if (scope == SCOPE_WIRE) {
		SAME_TEXT(x, y, type);
		SAME_TEXT(x, y, filtered);
	}
	SAME_TEXT(x, y, meta);
	SAME(x, y, duplicate.found);
	SAME(x, y, duplicate.key);
	SAME_TEXT(x, y, duplicate.id);
	SAME(x, y, duplicate.share);
	SAME(x, y, stats.paragraphs);
	SAME(x, y, stats.kept);
	SAME(x, y, stats.exact);
	SAME(x, y, stats.near);
	SAME(x, y, stats.bytes);
	r = fault_differs(&x->error, &y->error);
	if (r == NULL && scope == SCOPE_WIRE)
		r = wire_differs(x, y);
	return r != NULL ? r : lists_differ(x, y, scope);
}

/* What the header does not carry. */
static inline const char *
batch_differs(const struct batch *x, const struct batch *y)
{
	const char *r = NULL;

	SAME(x, y, token.input);
	SAME(x, y, token.offset);
	SAME_TEXT(x, y, token.state);
	SAME(x, y, n_read);
	SAME(x, y, read_bytes);
	SAME(x, y, n_earlier);
	SAME(x, y, n_documents);
	for (size_t i = 0; r == NULL && i < x->n_documents; i++)
		r = document_differs(&x->documents[i], &y->documents[i], SCOPE_WIRE);
	return r;
}

#endif
