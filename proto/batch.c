#include "proto/batch.h"

#include "proto/document_pack.h"
#include "proto/fields.h"
#include "proto/pack.h"

/* The fewest bytes of a packed document: its id, key and source. */
enum { LEAST_DOCUMENT = 48 };

void
batch_reset(struct batch *b)
{
	struct arena arena = b->arena;

	arena_reset(&arena);
	*b = (struct batch){.arena = arena};
}

void
batch_done(struct batch *b)
{
	arena_done(&b->arena);
	*b = (struct batch){0};
}

static int
counts_field(void *object, struct span key, struct scan *s, struct arena *a)
{
	struct batch *b = object;

	(void)a;
	if (KEY_IS("read"))
		return scan_uint64(s, &b->n_read);
	if (KEY_IS("bytes"))
		return scan_uint64(s, &b->read_bytes);
	if (KEY_IS("earlier"))
		return scan_uint64(s, &b->n_earlier);
	return scan_skip(s, NULL);
}

void
batch_pack(struct buf *out, const struct batch *b)
{
	mp_map(out, 3);
	mp_key(out, "token");
	token_pack(out, &b->token);
	mp_key(out, "counts");
	mp_map(out, 3);
	mp_key(out, "read");
	mp_uint64(out, b->n_read);
	mp_key(out, "bytes");
	mp_uint64(out, b->read_bytes);
	mp_key(out, "earlier");
	mp_uint64(out, b->n_earlier);
	mp_key(out, "documents");
	mp_array(out, b->n_documents);
	for (size_t i = 0; i < b->n_documents; i++)
		document_pack(out, &b->documents[i], SCOPE_WIRE);
}

typedef int document_reader(struct document *ret_d, struct scan *s, struct arena *a);

static int
read_documents(struct batch *b, struct scan *s, document_reader *read)
{
	uint32_t n;

	TRY(read_count(s, LEAST_DOCUMENT, &n));
	if (n > BATCH_DOCUMENTS || b->documents != NULL) /* not twice in one body */
		return ERR_RECORD;
	b->documents = arena_zero(&b->arena, n, sizeof(*b->documents));
	b->n_documents = n;
	for (uint32_t i = 0; i < n; i++)
		TRY(read(&b->documents[i], s, &b->arena));
	return 0;
}

static int
field_of(struct batch *b, struct span key, struct scan *s, struct arena *a, document_reader *read)
{
	if (KEY_IS("token"))
		return token_unpack(&b->token, s);
	if (KEY_IS("counts"))
		return read_fields(s, a, b, counts_field);
	if (KEY_IS("documents"))
		return read_documents(b, s, read);
	return scan_skip(s, NULL);
}

int64_t
batch_count(struct span body)
{
	struct scan s = scan_of(body);
	uint32_t pairs, n;
	struct span key;

	if (scan_map(&s, &pairs) < 0)
		return -1;
	for (; pairs > 0 && scan_str(&s, &key) == 0; pairs--) {
		if (KEY_IS("documents"))
			return scan_array(&s, &n) < 0 ? -1 : (int64_t)n;
		if (scan_skip(&s, NULL) < 0)
			return -1;
	}
	return -1;
}

static int
batch_field(void *object, struct span key, struct scan *s, struct arena *a)
{
	return field_of(object, key, s, a, document_unpack);
}

static int
names_field(void *object, struct span key, struct scan *s, struct arena *a)
{
	return field_of(object, key, s, a, document_unpack_name);
}

static int
unpack(struct batch *b, struct span body, field_reader *field)
{
	struct scan s = scan_of(body);

	if (read_fields(&s, &b->arena, b, field) < 0 || scan_left(&s) > 0 || b->documents == NULL) {
		batch_reset(b);
		return err_set(ERR_RECORD, "a batch that is not as proto/README.md says");
	}
	return 0;
}

int
batch_unpack(struct batch *b, struct span body)
{
	return unpack(b, body, batch_field);
}

int
batch_unpack_names(struct batch *b, struct span body)
{
	return unpack(b, body, names_field);
}

static bool
same_place(const struct place *a, const struct place *b)
{
	return a->offset == b->offset && a->length == b->length && span_equal(a->path, b->path) &&
	       span_equal(a->entry, b->entry);
}

static bool
same_token(const struct token *a, const struct token *b)
{
	return a->input == b->input && a->offset == b->offset && span_equal(a->state, b->state);
}

bool
batch_is_of(const struct batch *b, const struct batch *a)
{
	if (!same_token(&a->token, &b->token) || a->n_read != b->n_read ||
	    a->read_bytes != b->read_bytes || a->n_earlier != b->n_earlier ||
	    a->n_documents != b->n_documents)
		return false;
	for (size_t i = 0; i < a->n_documents; i++) {
		const struct document *x = &a->documents[i], *y = &b->documents[i];

		if (x->key != y->key || !same_place(&x->source, &y->source) ||
		    (x->form == FORM_NONE && !span_equal(x->id, y->id)))
			return false;
	}
	return true;
}
