#include "proto/batch.h"

#include <malloc.h>

#include "samples.h"

static int
read_batch(struct span body)
{
	struct span only = tight(body);
	struct batch b = {0};
	int r = batch_unpack(&b, only);

	cr_assert(
	    r == 0 || (b.documents == NULL && b.n_documents == 0), "a failure left something");
	batch_done(&b);
	tight_done(only);
	return r;
}

static void
pack_sample(struct buf *body)
{
	struct batch b;

	sample_batch(&b);
	batch_pack(body, &b);
	batch_done(&b);
}

Test(batch, reads_back_as_it_was)
{
	struct batch b, back = {0};
	struct buf body = {0};

	sample_batch(&b);
	batch_pack(&body, &b);
	cr_assert_eq(batch_unpack(&back, buf_view(&body)), 0);
	cr_assert_null(batch_differs(&b, &back), "%s differs", batch_differs(&b, &back));
	batch_done(&back);
	batch_done(&b);
	buf_done(&body);
}

Test(batch, without_documents_reads_back)
{
	struct batch b = {.n_read = 512, .token = {.input = 1}}, back = {0};
	struct buf body = {0};

	batch_pack(&body, &b);
	cr_assert_eq(batch_unpack(&back, buf_view(&body)), 0);
	cr_assert_null(batch_differs(&b, &back));
	batch_done(&back);
	buf_done(&body);
}

/* A change of these bytes is a change of the wire: see header.h. */
Test(batch, is_packed_as_in_the_golden_file)
{
	struct batch b;
	struct buf message = {0}, body = {0}, file = {0};
	unsigned char frame[HEADER_BYTES];
	struct header h;

	sample_batch(&b);
	h = header_of(&b);
	batch_pack(&body, &b);
	header_pack(frame, &h, buf_view(&body));
	buf_put(&message, frame, sizeof(frame));
	buf_span(&message, buf_view(&body));
	golden("golden_batch.bin", buf_view(&message), &file);
	buf_done(&message);
	buf_done(&body);
	buf_done(&file);
	batch_done(&b);
}

Test(batch, is_read_from_the_golden_file)
{
	struct batch b, back = {0};
	struct buf file = {0};
	struct header h;
	struct span all, body;

	all = file_read(TEST_DATA "/golden_batch.bin", &file);
	cr_assert(all.n > HEADER_BYTES);
	body = span_cut(all, HEADER_BYTES, all.n);
	cr_assert_eq(header_unpack(&h, span_cut(all, 0, HEADER_BYTES), body), 0);
	sample_batch(&b);
	cr_assert_eq(h.kind, FRAME_BATCH);
	cr_assert_eq(h.run, b.run);
	cr_assert_eq(h.seq, b.seq);
	cr_assert_eq(h.base, b.base);
	cr_assert_eq(h.attempt, b.attempt);
	cr_assert_eq(h.n_documents, b.n_documents);
	cr_assert_eq(batch_unpack(&back, body), 0);
	cr_assert_null(batch_differs(&b, &back), "%s differs", batch_differs(&b, &back));
	batch_done(&back);
	batch_done(&b);
	buf_done(&file);
}

Test(batch, msgpack_c_reads_it)
{
	struct buf body = {0};
	msgpack_unpacked peer;
	const msgpack_object *o;

	pack_sample(&body);
	cr_assert(peer_reads(&peer, buf_view(&body)));
	cr_assert_eq(peer.data.via.map.size, 3);
	o = peer_get(&peer.data, "token");
	peer_has_number(o, "input", 3);
	peer_has_number(o, "offset", 1LL << 32);
	peer_has_bytes(o, "state", SPAN("\x00state\xFF"));
	o = peer_get(&peer.data, "counts");
	peer_has_number(o, "read", 3);
	peer_has_number(o, "bytes", 70000);
	peer_has_number(o, "earlier", 200);
	o = peer_get(&peer.data, "documents");
	cr_assert_eq(o->via.array.size, 3);
	peer_has_text(peer_at(o, 0), "form", SPAN("text"));
	peer_has_text(peer_get(peer_at(o, 2), "refused"), "reason", SPAN("syntax"));
	msgpack_unpacked_destroy(&peer);
	buf_done(&body);
}

Test(batch, random_ones_read_back)
{
	struct batch b = {0}, back = {0};
	struct dice dice = {5, &b.arena};
	struct buf body = {0}, again = {0};

	for (int i = 0; i < 100; i++) {
		b.token = (struct token){roll_uint(&dice), roll_uint(&dice), roll_span(&dice, 300)};
		b.n_read = roll_uint(&dice);
		b.read_bytes = roll_uint(&dice);
		b.n_earlier = roll_uint(&dice);
		b.n_documents = roll_below(&dice, 5);
		b.documents = arena_zero(&b.arena, b.n_documents, sizeof(*b.documents));
		for (size_t k = 0; k < b.n_documents; k++)
			b.documents[k] = roll_document(&dice);
		body.n = again.n = 0;
		batch_pack(&body, &b);
		cr_assert_eq(batch_unpack(&back, buf_view(&body)), 0);
		cr_assert_null(batch_differs(&b, &back), "%s differs", batch_differs(&b, &back));
		batch_pack(&again, &back);
		cr_assert(span_equal(buf_view(&body), buf_view(&again)));
		batch_reset(&back);
		batch_reset(&b);
	}
	batch_done(&back);
	batch_done(&b);
	buf_done(&body);
	buf_done(&again);
}

Test(batch, cut_short_anywhere_is_refused)
{
	struct buf body = {0};

	pack_sample(&body);
	cr_assert_eq(read_batch(buf_view(&body)), 0);
	for (size_t n = 0; n < body.n; n++)
		cr_assert_eq(read_batch(span_of(body.p, n)), ERR_RECORD, "cut at %zu", n);
	buf_done(&body);
}

Test(batch, with_bytes_behind_it_is_refused)
{
	struct buf body = {0};

	pack_sample(&body);
	buf_byte(&body, (char)0xC0);
	cr_assert_eq(read_batch(buf_view(&body)), ERR_RECORD);
	cr_assert(strlen(err_text()) > 0);
	buf_done(&body);
}

Test(batch, that_is_none_is_refused)
{
	cr_assert_eq(read_batch(SPAN("")), ERR_RECORD);
	cr_assert_eq(read_batch(SPAN("\x90")), ERR_RECORD);
	cr_assert_eq(read_batch(SPAN("\x93\x01\xC3\xDD\xFF\xFF\xFF\xFF")), ERR_RECORD);
	cr_assert_eq(read_batch(SPAN("\xDF\xFF\xFF\xFF\xFF")), ERR_RECORD);
	cr_assert_eq(read_batch(SPAN("\x81\xA9"
				     "documents\xDD\xFF\xFF\xFF\xFF")),
	    ERR_RECORD);
	cr_assert_eq(read_batch(SPAN("\x81\xA9"
				     "documents\x80")),
	    ERR_RECORD);
	cr_assert_eq(read_batch(SPAN("\x81\xA5token\x01")), ERR_RECORD);
	cr_assert_eq(read_batch(SPAN("\x81\xA5token\x81\xA5state\xA1x")), ERR_RECORD);
	cr_assert_eq(read_batch(SPAN("\x81\xA6"
				     "counts\x81\xA4read\xFF")),
	    ERR_RECORD);
}

Test(batch, without_its_array_of_documents_is_refused)
{
	static const struct span bodies[] = {SPAN("\x80"),
	    SPAN("\x81\xA6"
		 "counts\x80"),
	    SPAN("\x82\xA5token\x80\xA5other\x90")};

	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		struct batch b = {0};

		cr_assert_eq(batch_unpack(&b, bodies[i]), ERR_RECORD, "%zu", i);
		cr_assert_eq(batch_count(bodies[i]), -1, "%zu", i);
		batch_done(&b);
	}
}

Test(batch, says_how_many_documents_it_has)
{
	static const struct {
		struct span body;
		int64_t n;
	} bodies[] = {
	    {SPAN("\x81\xA9"
		  "documents\x90"),
		0},
	    {SPAN("\x82\xA5other\x93\x01\x02\x80\xA9"
		  "documents\x92\x80\x80"),
		2},
	    {SPAN("\x81\xA9"
		  "documents\x92\x80"),
		-1}, /* cut short */
	    {SPAN("\x81\xA9"
		  "documents\x80"),
		-1},
	    {SPAN("\x81\x01\x02"), -1},
	    {SPAN("\x90"), -1},
	    {SPAN("text"), -1},
	    {SPAN(""), -1},
	};
	struct batch b;
	struct buf body = {0};

	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		struct span only = tight(bodies[i].body);

		cr_assert_eq(batch_count(only), bodies[i].n, "%zu", i);
		tight_done(only);
	}
	sample_batch(&b);
	batch_pack(&body, &b);
	cr_assert_eq(batch_count(buf_view(&body)), (int64_t)b.n_documents);
	buf_done(&body);
	batch_done(&b);
}

Test(batch, unknown_keys_are_passed_over)
{
	struct span body = SPAN("\x84\xA3new\x91\xC0\xA5token\x82\xA3new\x80\xA5input\x05\xA6"
				"counts"
				"\x82\xA3new\xC3\xA7"
				"earlier\x06\xA9"
				"documents\x90");
	struct batch b = {0};

	cr_assert_eq(batch_unpack(&b, body), 0);
	cr_assert_eq(b.token.input, 5);
	cr_assert_eq(b.n_earlier, 6);
	batch_done(&b);
}

/* A body with n documents that have nothing but an id. */
static void
pack_many(struct buf *body, size_t n)
{
	struct batch b = {.n_documents = n};

	b.documents = arena_zero(&b.arena, n, sizeof(*b.documents));
	batch_pack(body, &b);
	batch_done(&b);
}

Test(batch, holds_up_to_its_limit_of_documents)
{
	struct buf body = {0};

	pack_many(&body, BATCH_DOCUMENTS);
	cr_assert_eq(read_batch(buf_view(&body)), 0);
	body.n = 0;
	pack_many(&body, BATCH_DOCUMENTS + 1);
	cr_assert_eq(read_batch(buf_view(&body)), ERR_RECORD);
	buf_done(&body);
}

Test(batch, brings_its_documents_only_once)
{
	struct buf one = {0}, two = {0};
	const char *documents;

	pack_many(&one, 2);
	documents = memmem(one.p, one.n,
	    "\xA9"
	    "documents",
	    10);
	buf_byte(&two, (char)0x84);
	buf_put(&two, one.p + 1, one.n - 1);
	buf_put(&two, documents, one.n - (size_t)(documents - one.p));
	cr_assert_eq(read_batch(buf_view(&two)), ERR_RECORD);
	buf_done(&one);
	buf_done(&two);
}

Test(batch, can_be_used_again_after_a_failure)
{
	struct batch b = {0};
	struct buf body = {0};

	pack_sample(&body);
	cr_assert_eq(batch_unpack(&b, span_of(body.p, body.n - 1)), ERR_RECORD);
	cr_assert_eq(b.token.input, 0);
	cr_assert_eq(b.n_documents, 0);
	cr_assert_eq(batch_unpack(&b, buf_view(&body)), 0);
	cr_assert_eq(b.n_documents, 3);
	batch_done(&b);
	buf_done(&body);
}

/* Names of the sample batch, of which `change` changes something first. */
static bool
names_are_of(void (*change)(struct batch *b))
{
	struct batch asked, b, names = {0};
	struct buf body = {0};
	bool is;

	sample_batch(&asked);
	sample_batch(&b);
	change(&b);
	batch_pack(&body, &b);
	cr_assert_eq(batch_unpack_names(&names, buf_view(&body)), 0);
	is = batch_is_of(&names, &asked);
	cr_assert_eq(is, batch_is_of(&b, &asked), "by name and whole");
	batch_done(&names);
	batch_done(&b);
	batch_done(&asked);
	buf_done(&body);
	return is;
}

static void
change_nothing(struct batch *b)
{
	(void)b;
}

static void
change_content(struct batch *b)
{
	b->documents[0].form = FORM_NONE; /* extract has read it */
	b->documents[0].raw = SPAN("");
	b->documents[0].id = SPAN("an id that was in it");
	b->documents[1].n_paragraphs = 0;
	b->documents[1].title = SPAN("another");
	b->documents[2].refused = (struct fault){0};
}

Test(batch, of_other_content_is_of_the_same_documents)
{
	cr_assert(names_are_of(change_nothing));
	cr_assert(names_are_of(change_content));
}

#define CHANGE(name, statement)                    \
	static void change_##name(struct batch *b) \
	{                                          \
		statement;                         \
	}

CHANGE(input, b->token.input++)
CHANGE(offset, b->token.offset++)
CHANGE(state, b->token.state = SPAN("other"))
CHANGE(read, b->n_read++)
CHANGE(bytes, b->read_bytes++)
CHANGE(earlier, b->n_earlier++)
CHANGE(number, b->n_documents--)
CHANGE(key, b->documents[2].key++)
CHANGE(path, b->documents[0].source.path = SPAN("other"))
CHANGE(place, b->documents[0].source.offset++)
CHANGE(entry, b->documents[0].source.entry = SPAN("1-0"))
CHANGE(length, b->documents[0].source.length++)
CHANGE(id, b->documents[1].id = SPAN("other"))
CHANGE(order, b->documents[0] = b->documents[2])

Test(batch, of_other_documents_or_counts_is_not)
{
	static void (*const changes[])(struct batch *) = {change_input, change_offset, change_state,
	    change_read, change_bytes, change_earlier, change_number, change_key, change_path,
	    change_place, change_entry, change_length, change_id, change_order};

	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++)
		cr_assert_not(names_are_of(changes[i]), "change %zu", i);
}

Test(batch, names_of_what_is_none_are_refused)
{
	struct batch names = {0};
	struct buf body = {0};

	pack_sample(&body);
	for (size_t n = 0; n < body.n; n++) {
		struct span cut = tight(span_of(body.p, n));
		cr_assert_eq(batch_unpack_names(&names, cut), ERR_RECORD);
		tight_done(cut);
	}
	cr_assert_eq(names.n_documents, 0);
	batch_done(&names);
	buf_done(&body);
}

Test(batch, is_empty_when_reset)
{
	static const struct batch nothing;
	struct batch b;

	sample_batch(&b);
	batch_reset(&b);
	cr_assert_eq(memcmp(&b, &nothing, offsetof(struct batch, arena)), 0);
	batch_done(&b);
	batch_done(&b);
	cr_assert_eq(memcmp(&b, &nothing, sizeof(b)), 0);
}

/*
 * What hostile bodies take. The elements are the shortest that are taken, or shorter: then it is
 * what was taken before the refusal that counts, so documents are read into an arena that stays.
 */

enum { HOSTILE_BYTES = 8 << 20, TIMES = 5 };

/* Bytes that malloc has given out; under a sanitizer always 0, and nothing is measured. */
static size_t
heap_bytes(void)
{
	struct mallinfo2 m = mallinfo2();

	return m.uordblks + m.hblkhd;
}

static void
put_head(struct buf *b, unsigned char head, size_t n)
{
	char bytes[5] = {(char)head, (char)(n >> 24), (char)(n >> 16), (char)(n >> 8), (char)n};

	buf_put(b, bytes, sizeof(bytes));
}

/* A document with a list of n elements, as it says; there are as many as there are bytes for. */
static void
pack_hostile(struct buf *b, const char *key, size_t n, struct span element)
{
	b->n = 0;
	buf_put(b, "\x81\xD9", 2);
	buf_byte(b, (char)strlen(key));
	buf_str(b, key);
	put_head(b, 0xDD, n);
	while (b->n + element.n < HOSTILE_BYTES)
		buf_span(b, element);
}

static void
takes_little(struct buf *b, bool good)
{
	struct scan s = scan_of(buf_view(b));
	size_t before = heap_bytes(), used;
	struct arena a = {0};
	struct document d;
	int r = document_unpack(&d, &s, &a);

	used = heap_bytes() - before;
	cr_assert(used <= TIMES * b->n + (256 << 10), "%zu bytes for %zu", used, b->n);
	cr_assert_eq(r == 0, good);
	arena_done(&a);
}

/* As many elements as there can be, just long enough; and as many as may be claimed, too short. */
static void
elements_take_little(const char *key, size_t least, struct span shortest, struct span hostile)
{
	struct buf b = {0};

	pack_hostile(&b, key, HOSTILE_BYTES / shortest.n - 2, shortest);
	takes_little(&b, true);
	pack_hostile(&b, key, HOSTILE_BYTES / least - 2, hostile);
	takes_little(&b, false);
	buf_done(&b);
}

Test(batch, hostile_paragraphs_take_memory_in_proportion)
{
	elements_take_little("paragraphs", 32,
	    SPAN("\x81\xA4text\xB9"
		 "0123456789012345678901234"),
	    SPAN("\x80"));
}

Test(batch, hostile_dropped_take_memory_in_proportion)
{
	elements_take_little("dropped", 56,
	    SPAN("\x81\xA4text\xD9\x30"
		 "012345678901234567890123456789012345678901234567"),
	    SPAN("\x80"));
}

Test(batch, hostile_sentences_take_memory_in_proportion)
{
	elements_take_little("summary", 64,
	    SPAN("\x81\xA4text\xD9\x38"
		 "01234567890123456789012345678901234567890123456789012345"),
	    SPAN("\x80"));
}

#define LEAST_FACT         \
	"\x81\xA4text\xB8" \
	"012345678901234567890123"

Test(batch, hostile_claims_take_memory_in_proportion)
{
	elements_take_little("claims", 36,
	    SPAN("\x81\xA5"
		 "facts\x91" LEAST_FACT),
	    SPAN("\x80"));
}

Test(batch, hostile_facts_take_memory_in_proportion)
{
	struct buf claim = {0}, b = {0};

	/* one claim of many facts, then claims whose facts come again and again */
	buf_put(&claim,
	    "\x81\xA5"
	    "facts",
	    7);
	put_head(&claim, 0xDD, HOSTILE_BYTES / 31 - 8);
	for (int i = 0; i < HOSTILE_BYTES / 31 - 8; i++)
		buf_span(&claim, SPAN(LEAST_FACT));
	pack_hostile(&b, "claims", 1, buf_view(&claim));
	takes_little(&b, true);
	claim.n = 0;
	buf_put(&claim, "\xDE\x01\x00", 3);
	for (int i = 0; i < 256; i++)
		buf_span(&claim, SPAN("\xA5"
				      "facts\x91" LEAST_FACT));
	pack_hostile(&b, "claims", HOSTILE_BYTES / claim.n - 2, buf_view(&claim));
	takes_little(&b, true);
	claim.n = 0;
	buf_put(&claim, "\xDE\x01\x00", 3);
	for (int i = 0; i < 256; i++)
		buf_span(&claim, SPAN("\xA5"
				      "facts\x98\x80\x80\x80\x80\x80\x80\x80\x80"));
	pack_hostile(&b, "claims", HOSTILE_BYTES / claim.n - 2, buf_view(&claim));
	takes_little(&b, false);
	buf_done(&claim);
	buf_done(&b);
}

Test(batch, hostile_lists_that_come_again_and_again_take_memory_in_proportion)
{
	struct buf b = {0};
	size_t n = 0;

	buf_put(&b, "\xDF\0\0\0\0", 5);
	for (; b.n < HOSTILE_BYTES; n++) {
		size_t claimed = (HOSTILE_BYTES - b.n) / 64;
		buf_span(&b, SPAN("\xAAparagraphs"));
		put_head(&b, 0xDD, claimed);
		for (; claimed > 0; claimed--)
			buf_byte(&b, (char)0x80);
	}
	b.p[4] = (char)n;
	takes_little(&b, false);
	buf_done(&b);
}

Test(batch, hostile_documents_take_memory_in_proportion)
{
	struct buf body = {0};
	struct batch b = {0};
	size_t before;

	pack_many(&body, BATCH_DOCUMENTS);
	before = heap_bytes();
	cr_assert_eq(batch_unpack(&b, buf_view(&body)), 0);
	cr_assert(heap_bytes() - before <= TIMES * body.n + (256 << 10));
	batch_done(&b);
	buf_done(&body);
}
