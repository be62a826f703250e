#include "proto/sentence_pack.h"

#include "samples.h"

/* The sample's summary and claims, packed. */
struct packed {
	struct arena a;
	struct document d;
	struct buf summary, claims;
};

static void
pack_sample(struct packed *p)
{
	*p = (struct packed){0};
	sample_record(&p->d, &p->a);
	sentences_pack(&p->summary, p->d.summary, p->d.n_summary);
	claims_pack(&p->claims, p->d.claims, p->d.n_claims);
}

static void
packed_done(struct packed *p)
{
	buf_done(&p->summary);
	buf_done(&p->claims);
	arena_done(&p->a);
}

static int
read_sentences(struct span bytes)
{
	struct span only = tight(bytes);
	struct scan s = scan_of(only);
	struct arena a = {0};
	struct sentence *sentences = NULL;
	size_t n = 77;
	int r = sentences_unpack(&sentences, &n, &s, &a);

	cr_assert(r == 0 || (sentences == NULL && n == 77), "a failure wrote its result");
	arena_done(&a);
	tight_done(only);
	return r;
}

static int
read_claims(struct span bytes)
{
	struct span only = tight(bytes);
	struct scan s = scan_of(only);
	struct arena a = {0};
	struct claim *claims = NULL;
	size_t n = 77;
	int r = claims_unpack(&claims, &n, &s, &a);

	cr_assert(r == 0 || (claims == NULL && n == 77), "a failure wrote its result");
	arena_done(&a);
	tight_done(only);
	return r;
}

Test(sentence_pack, sentences_read_back_as_they_were)
{
	struct packed p;
	struct sentence *s;
	struct scan at;
	size_t n;

	pack_sample(&p);
	at = scan_of(buf_view(&p.summary));
	cr_assert_eq(sentences_unpack(&s, &n, &at, &p.a), 0);
	cr_assert_eq(scan_left(&at), 0);
	cr_assert_eq(n, p.d.n_summary);
	for (size_t i = 0; i < n; i++)
		cr_assert_null(sentence_differs(&s[i], &p.d.summary[i]));
	packed_done(&p);
}

Test(sentence_pack, claims_read_back_with_their_facts)
{
	struct packed p;
	struct claim *c;
	struct scan at;
	size_t n;

	pack_sample(&p);
	at = scan_of(buf_view(&p.claims));
	cr_assert_eq(claims_unpack(&c, &n, &at, &p.a), 0);
	cr_assert_eq(scan_left(&at), 0);
	cr_assert_eq(n, p.d.n_claims);
	cr_assert_eq(c[0].n_facts + c[1].n_facts, FACT_COUNT);
	for (size_t i = 0; i < n; i++)
		cr_assert_null(claim_differs(&c[i], &p.d.claims[i]));
	packed_done(&p);
}

Test(sentence_pack, no_sentences_are_an_empty_array)
{
	struct buf b = {0};

	sentences_pack(&b, NULL, 0);
	claims_pack(&b, NULL, 0);
	cr_assert(span_equal(buf_view(&b), SPAN("\x90\x90")));
	cr_assert_eq(read_sentences(SPAN("\x90")), 0);
	cr_assert_eq(read_claims(SPAN("\x90")), 0);
	buf_done(&b);
}

Test(sentence_pack, msgpack_c_reads_a_sentence)
{
	struct packed p;
	msgpack_unpacked peer;
	const msgpack_object *o, *parts;

	pack_sample(&p);
	cr_assert(peer_reads(&peer, buf_view(&p.summary)));
	o = peer_at(&peer.data, 2);
	peer_has_number(o, "n", 1);
	peer_has_number(o, "start", p.d.summary[2].start);
	peer_has_number(o, "end", p.d.summary[2].end);
	peer_has_text(o, "text", p.d.summary[2].text);
	peer_has_number(o, "score", -250);
	peer_has_number(o, "rank", 2);
	peer_has_number(o, "claim", 0);
	cr_assert(peer_get(o, "new")->via.boolean);
	parts = peer_get(o, "parts");
	cr_assert_eq(parts->via.map.size, PART_COUNT);
	peer_has_number(parts, "position", 0);
	peer_has_number(parts, "centrality", -300);
	peer_has_number(parts, "title", 50);
	peer_has_number(parts, "facts", 0);
	cr_assert_null(peer_get(peer_at(&peer.data, 1), "new"), "not asked, and yet said");
	cr_assert_eq(peer_get(peer_at(&peer.data, 0), "new")->via.boolean, false);
	msgpack_unpacked_destroy(&peer);
	packed_done(&p);
}

Test(sentence_pack, msgpack_c_reads_a_claim_and_its_facts)
{
	struct packed p;
	msgpack_unpacked peer;
	const msgpack_object *facts, *o;

	pack_sample(&p);
	cr_assert(peer_reads(&peer, buf_view(&p.claims)));
	peer_has_number(peer_at(&peer.data, 0), "score", 9021);
	peer_has_text(peer_at(&peer.data, 0), "text", p.d.claims[0].text);
	facts = peer_get(peer_at(&peer.data, 0), "facts");
	o = peer_at(facts, 0);
	peer_has_text(o, "kind", SPAN("quantity"));
	peer_has_text(o, "text", p.d.claims[0].facts[0].text);
	peer_has_number(o, "start", p.d.claims[0].facts[0].start);
	peer_has_number(o, "end", p.d.claims[0].facts[0].end);
	peer_has_number(o, "value", 30000000);
	peer_has_text(o, "unit", SPAN("sack"));
	peer_has_text(o, "per", SPAN("year"));
	cr_assert(peer_get(o, "approximate")->via.boolean);
	cr_assert_null(peer_get(o, "bound"));
	peer_has_text(peer_at(facts, 1), "bound", SPAN("less"));
	peer_has_text(peer_at(facts, 3), "when", SPAN("1911-05"));
	cr_assert_null(peer_get(peer_at(facts, 3), "value"));
	facts = peer_get(peer_at(&peer.data, 1), "facts");
	peer_has_text(peer_at(facts, 0), "speaker", SPAN("Orla Penn"));
	cr_assert_eq(peer_get(peer_at(&peer.data, 2), "facts")->via.array.size, 0);
	msgpack_unpacked_destroy(&peer);
	packed_done(&p);
}

Test(sentence_pack, the_shortest_elements_that_we_pack_are_taken)
{
	struct fact fact = {.kind = FACT_NAME};
	struct claim claim = {.facts = &fact, .n_facts = 1};
	struct sentence sentence = {.fresh = -1};
	struct buf b = {0};

	claims_pack(&b, &claim, 1);
	cr_assert_eq(read_claims(buf_view(&b)), 0);
	claim.n_facts = 0;
	b.n = 0;
	claims_pack(&b, &claim, 1);
	cr_assert_eq(read_claims(buf_view(&b)), 0);
	b.n = 0;
	sentences_pack(&b, &sentence, 1);
	cr_assert_eq(read_sentences(buf_view(&b)), 0);
	buf_done(&b);
}

Test(sentence_pack, what_is_cut_short_anywhere_is_refused)
{
	struct packed p;

	pack_sample(&p);
	cr_assert_eq(read_sentences(buf_view(&p.summary)), 0);
	for (size_t n = 0; n < p.summary.n; n++)
		cr_assert_eq(read_sentences(span_of(p.summary.p, n)), ERR_RECORD, "cut at %zu", n);
	cr_assert_eq(read_claims(buf_view(&p.claims)), 0);
	for (size_t n = 0; n < p.claims.n; n++)
		cr_assert_eq(read_claims(span_of(p.claims.p, n)), ERR_RECORD, "cut at %zu", n);
	packed_done(&p);
}

Test(sentence_pack, counts_above_what_can_be_there_are_refused)
{
	static const struct span hostile[] = {SPAN("\x93\x01\xC3\xDD\xFF\xFF\xFF\xFF"),
	    SPAN("\xDD\xFF\xFF\xFF\xFF"), SPAN("\xDC\xFF\xFF\x80\x80\x80\x80"), SPAN("\x91\x80"),
	    SPAN("\x82\x01\x01\x01\x01"), SPAN("\xC0"), SPAN("")};

	for (size_t i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++) {
		cr_assert_eq(read_sentences(hostile[i]), ERR_RECORD, "%zu", i);
		cr_assert_eq(read_claims(hostile[i]), ERR_RECORD, "%zu", i);
	}
}

Test(sentence_pack, elements_too_small_to_be_true_are_refused)
{
	char bytes[4096];

	memset(bytes, 0x80, sizeof(bytes)); /* empty maps, more than enough for the count */
	memcpy(bytes, "\xDC\x00\x08", 3);
	cr_assert_eq(read_sentences(span_of(bytes, sizeof(bytes))), ERR_RECORD);
	cr_assert_eq(read_claims(span_of(bytes, sizeof(bytes))), ERR_RECORD);
	memcpy(bytes,
	    "\x91\x81\xA5"
	    "facts\xDC\x00\x08",
	    11);
	cr_assert_eq(read_claims(span_of(bytes, sizeof(bytes))), ERR_RECORD);
}

/* An array of one map of `filler` and one more pair. */
static struct span
one_map(msgpack_sbuffer *b, const char *key, const char *text)
{
	msgpack_packer p;

	msgpack_sbuffer_init(b);
	msgpack_packer_init(&p, b, msgpack_sbuffer_write);
	msgpack_pack_array(&p, 1);
	msgpack_pack_map(&p, 2);
	put_text(&p, "unheard-of", "a long enough text, of which nothing is known to anybody here");
	put_text(&p, key, text);
	return span_of(b->data, b->size);
}

Test(sentence_pack, unknown_keys_are_passed_over)
{
	msgpack_sbuffer b;
	struct sentence *s;
	struct claim *c;
	struct arena a = {0};
	struct scan at;
	size_t n;

	at = scan_of(one_map(&b, "text", "It turns."));
	cr_assert_eq(sentences_unpack(&s, &n, &at, &a), 0);
	cr_assert(n == 1 && span_equal(s[0].text, SPAN("It turns.")));
	cr_assert_eq(s[0].fresh, -1);
	at = scan_of(span_of(b.data, b.size));
	cr_assert_eq(claims_unpack(&c, &n, &at, &a), 0);
	cr_assert(n == 1 && span_equal(c[0].text, SPAN("It turns.")));
	msgpack_sbuffer_destroy(&b);
	arena_done(&a);
}

Test(sentence_pack, unknown_parts_are_passed_over)
{
	struct scan at =
	    scan_of(SPAN("\x91\x82\xA5parts\x83\xA4tone\x07\xA5title\x05\xA4wood\xC0\xA4text"
			 "\xD9\x20"
			 "It turns, and it turns, and turns"));
	struct sentence *s;
	struct arena a = {0};
	size_t n;

	cr_assert_eq(sentences_unpack(&s, &n, &at, &a), 0);
	cr_assert_eq(s[0].parts[PART_TITLE], 5);
	cr_assert_eq(s[0].parts[PART_POSITION], 0);
	arena_done(&a);
}

Test(sentence_pack, values_of_a_wrong_type_are_refused)
{
	static const char *const sentence_keys[] = {
	    "n", "start", "end", "score", "rank", "claim", "parts", "new"};
	static const char *const claim_keys[] = {"n", "start", "end", "score", "facts"};
	msgpack_sbuffer b;

	for (size_t i = 0; i < sizeof(sentence_keys) / sizeof(*sentence_keys); i++) {
		cr_assert_eq(read_sentences(one_map(&b, sentence_keys[i], "5")), ERR_RECORD, "%s",
		    sentence_keys[i]);
		msgpack_sbuffer_destroy(&b);
	}
	for (size_t i = 0; i < sizeof(claim_keys) / sizeof(*claim_keys); i++) {
		cr_assert_eq(
		    read_claims(one_map(&b, claim_keys[i], "5")), ERR_RECORD, "%s", claim_keys[i]);
		msgpack_sbuffer_destroy(&b);
	}
}

/* A claim of one fact with one key more than it needs. */
static int
read_fact(const char *key, const char *text)
{
	msgpack_sbuffer b;
	msgpack_packer p;
	int r;

	msgpack_sbuffer_init(&b);
	msgpack_packer_init(&p, &b, msgpack_sbuffer_write);
	msgpack_pack_array(&p, 1);
	msgpack_pack_map(&p, 1);
	put_key(&p, "facts");
	msgpack_pack_array(&p, 1);
	msgpack_pack_map(&p, 2);
	put_text(&p, "unheard-of", "a long enough text, of which nobody knows");
	put_text(&p, key, text);
	r = read_claims(span_of(b.data, b.size));
	msgpack_sbuffer_destroy(&b);
	return r;
}

Test(sentence_pack, facts_with_a_wrong_value_are_refused)
{
	static const char *const no_texts[] = {"value", "start", "end", "approximate"};

	cr_assert_eq(read_fact("unit", "sack"), 0);
	cr_assert_eq(read_fact("kind", "money"), 0);
	cr_assert_eq(read_fact("kind", "moneys"), ERR_RECORD);
	cr_assert_eq(read_fact("bound", "more"), 0);
	cr_assert_eq(read_fact("bound", "most"), ERR_RECORD);
	for (size_t i = 0; i < 4; i++)
		cr_assert_eq(read_fact(no_texts[i], "5"), ERR_RECORD, "%s", no_texts[i]);
}
