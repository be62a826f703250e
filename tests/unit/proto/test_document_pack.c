#include "document_reader.h"
#include "proto/sketch.h"

static void
reads_back(const struct document *d, enum scope scope)
{
	struct buf b = {0}, again = {0};
	struct arena a = {0};
	struct document back;
	struct scan s;

	document_pack(&b, d, scope);
	s = scan_of(buf_view(&b));
	cr_assert_eq(document_unpack(&back, &s, &a), 0);
	cr_assert_eq(scan_left(&s), 0);
	cr_assert_null(
	    document_differs(d, &back, scope), "%s differs", document_differs(d, &back, scope));
	document_pack(&again, &back, scope);
	cr_assert(scope == SCOPE_RECORD || span_equal(buf_view(&b), buf_view(&again)));
	buf_done(&b);
	buf_done(&again);
	arena_done(&a);
}

Test(document_pack, every_field_reads_back_from_the_wire)
{
	struct arena a = {0};
	struct document d;

	sample_record(&d, &a);
	d.form = FORM_MSGPACK;
	d.raw = SPAN("\x81\xA4text\xA0");
	d.refused = (struct fault){SPAN("read"), SPAN("too-large"), SPAN("over 64M"), 1};
	reads_back(&d, SCOPE_WIRE);
	sample_raw(&d);
	reads_back(&d, SCOPE_WIRE);
	sample_refused(&d);
	reads_back(&d, SCOPE_WIRE);
	arena_done(&a);
}

Test(document_pack, every_field_reads_back_from_a_record)
{
	struct arena a = {0};
	struct document d;

	sample_record(&d, &a);
	reads_back(&d, SCOPE_RECORD);
	arena_done(&a);
}

Test(document_pack, an_empty_document_reads_back)
{
	struct document d = {0};

	reads_back(&d, SCOPE_WIRE);
	reads_back(&d, SCOPE_RECORD);
}

Test(document_pack, random_documents_read_back)
{
	struct arena a = {0};
	struct dice dice = {3, &a};

	for (int i = 0; i < 300; i++) {
		struct document d = roll_document(&dice);
		reads_back(&d, SCOPE_WIRE);
		reads_back(&d, SCOPE_RECORD);
		arena_reset(&a);
	}
	arena_done(&a);
}

Test(document_pack, texts_are_views_of_the_message)
{
	struct arena a = {0};
	struct document d, back;
	struct buf b = {0};
	struct scan s;

	sample_record(&d, &a);
	document_pack(&b, &d, SCOPE_WIRE);
	s = scan_of(buf_view(&b));
	cr_assert_eq(document_unpack(&back, &s, &a), 0);
	cr_assert(back.title.p > b.p && back.title.p < b.p + b.n);
	cr_assert(back.paragraphs[1].text.p > b.p && back.paragraphs[1].text.p < b.p + b.n);
	cr_assert(
	    back.claims[1].facts[1].text.p > b.p && back.claims[1].facts[1].text.p < b.p + b.n);
	buf_done(&b);
	arena_done(&a);
}

Test(document_pack, its_name_can_be_read_alone)
{
	struct document d, name;
	struct arena a = {0};
	struct buf b = {0};
	struct scan s;

	sample_record(&d, &a);
	document_pack(&b, &d, SCOPE_WIRE);
	s = scan_of(buf_view(&b));
	cr_assert_eq(document_unpack_name(&name, &s, &a), 0);
	cr_assert_eq(scan_left(&s), 0);
	cr_assert(span_equal(name.id, d.id));
	cr_assert_eq(name.key, d.key);
	cr_assert(span_equal(name.source.path, d.source.path));
	cr_assert_eq(name.form, d.form);
	cr_assert_eq(name.n_paragraphs + name.n_claims + name.title.n, 0);
	for (size_t n = 0; n < b.n; n++) {
		s = scan_of(span_of(b.p, n));
		cr_assert_eq(document_unpack_name(&name, &s, &a), ERR_RECORD);
	}
	buf_done(&b);
	arena_done(&a);
}

Test(document_pack, the_next_document_follows)
{
	struct arena a = {0};
	struct document d, first, second;
	struct buf b = {0};
	struct scan s;

	sample_record(&d, &a);
	document_pack(&b, &d, SCOPE_RECORD);
	sample_raw(&d);
	document_pack(&b, &d, SCOPE_WIRE);
	s = scan_of(buf_view(&b));
	cr_assert_eq(document_unpack(&first, &s, &a), 0);
	cr_assert_eq(document_unpack(&second, &s, &a), 0);
	cr_assert(span_equal(first.id, SPAN("arle/1")));
	cr_assert(span_equal(second.id, SPAN("quay.txt:0")));
	cr_assert_eq(scan_left(&s), 0);
	cr_assert_eq(document_unpack(&first, &s, &a), ERR_RECORD);
	buf_done(&b);
	arena_done(&a);
}

static void
peer_reads_lists(const msgpack_object *o, const struct document *d)
{
	const msgpack_object *p = peer_at(peer_get(o, "paragraphs"), 2), *owner;

	peer_has_number(p, "n", 4);
	peer_has_text(p, "kind", SPAN("list"));
	peer_has_text(p, "text", d->paragraphs[2].text);
	peer_has_bytes(p, "hash", span_of((const char *)d->paragraphs[2].hash.bytes, HASH_BYTES));
	cr_assert_null(peer_get(p, "chars"));
	peer_has_text(peer_at(peer_get(o, "paragraphs"), 1), "kind", SPAN("text"));
	p = peer_at(peer_get(o, "dropped"), 0);
	peer_has_text(p, "why", SPAN("exact"));
	cr_assert_null(peer_get(p, "similarity"));
	cr_assert_null(peer_get(p, "text"));
	owner = peer_get(p, "owner");
	peer_has_text(owner, "key", SPAN("0b5c00ff12345678"));
	peer_has_text(owner, "id", SPAN("arle/7"));
	peer_has_number(owner, "n", 19);
	p = peer_at(peer_get(o, "dropped"), 1);
	peer_has_text(p, "why", SPAN("near"));
	peer_has_number(p, "similarity", 9130);
	peer_has_text(p, "text", d->dropped[1].text);
	cr_assert_eq(peer_get(o, "summary")->via.array.size, 3);
	cr_assert_eq(peer_get(o, "claims")->via.array.size, 3);
}

Test(document_pack, msgpack_c_reads_a_record)
{
	struct arena a = {0};
	struct document d;
	struct buf b = {0};
	msgpack_unpacked peer;
	const msgpack_object *o = &peer.data;

	sample_record(&d, &a);
	document_pack(&b, &d, SCOPE_RECORD);
	cr_assert(peer_reads(&peer, buf_view(&b)));
	peer_has_number(o, "v", 1);
	peer_has_text(o, "id", d.id);
	peer_has_text(o, "key", SPAN("00000000deadbeef"));
	peer_has_text(o, "url", d.url);
	peer_has_text(o, "fetched", d.fetched);
	peer_has_text(o, "published", d.published);
	peer_has_text(o, "title", d.title);
	peer_has_text(o, "lang", d.lang);
	peer_has_text(peer_get(o, "source"), "path", d.source.path);
	peer_has_number(peer_get(o, "source"), "offset", 1LL << 40);
	peer_has_number(peer_get(o, "source"), "length", 9120);
	peer_has_text(peer_get(o, "meta"), "section", SPAN("rivers"));
	peer_has_text(peer_get(o, "duplicate_of"), "key", SPAN("0123456789abcdef"));
	peer_has_text(peer_get(o, "duplicate_of"), "id", SPAN("arle/7"));
	peer_has_number(peer_get(o, "duplicate_of"), "share", 9600);
	peer_has_text(peer_get(o, "error"), "stage", SPAN("summarize"));
	peer_has_text(peer_get(o, "error"), "reason", SPAN("crashed"));
	peer_has_text(peer_get(o, "error"), "detail", SPAN("signal 11"));
	peer_has_number(peer_get(o, "error"), "attempts", 3);
	peer_has_number(peer_get(o, "stats"), "paragraphs", 6);
	peer_has_number(peer_get(o, "stats"), "kept", 4);
	peer_has_number(peer_get(o, "stats"), "exact", 1);
	peer_has_number(peer_get(o, "stats"), "near", 1);
	peer_has_number(peer_get(o, "stats"), "bytes", 1LL << 33);
	peer_reads_lists(o, &d);
	msgpack_unpacked_destroy(&peer);
	buf_done(&b);
	arena_done(&a);
}

Test(document_pack, a_record_says_nothing_that_only_stages_need)
{
	static const char *const wire_only[] = {"form", "raw", "refused", "warning"};
	struct arena a = {0};
	struct document d;
	struct buf b = {0};
	msgpack_unpacked peer;

	sample_record(&d, &a);
	d.form = FORM_TEXT;
	d.raw = SPAN("raw");
	d.refused.stage = SPAN("read");
	document_pack(&b, &d, SCOPE_RECORD);
	cr_assert(peer_reads(&peer, buf_view(&b)));
	for (size_t i = 0; i < 4; i++)
		cr_assert_null(peer_get(&peer.data, wire_only[i]), "%s", wire_only[i]);
	msgpack_unpacked_destroy(&peer);
	b.n = 0;
	document_pack(&b, &d, SCOPE_WIRE);
	cr_assert(peer_reads(&peer, buf_view(&b)));
	for (size_t i = 0; i < 4; i++)
		cr_assert_not_null(peer_get(&peer.data, wire_only[i]), "%s", wire_only[i]);
	peer_has_bytes(&peer.data, "raw", SPAN("raw"));
	peer_has_text(&peer.data, "form", SPAN("text"));
	cr_assert_null(peer_get(&peer.data, "v"));
	peer_has_number(peer_at(peer_get(&peer.data, "paragraphs"), 0), "chars", 21);
	cr_assert_null(peer_get(peer_at(peer_get(&peer.data, "paragraphs"), 1), "kind"));
	msgpack_unpacked_destroy(&peer);
	buf_done(&b);
	arena_done(&a);
}

Test(document_pack, what_extract_has_not_read_is_its_raw_bytes_and_no_more)
{
	static const char *const later[] = {
	    "paragraphs", "dropped", "summary", "claims", "error", "stats", "meta", "duplicate_of"};
	struct document d;
	struct buf b = {0};
	msgpack_unpacked peer;

	sample_raw(&d);
	document_pack(&b, &d, SCOPE_WIRE);
	cr_assert(peer_reads(&peer, buf_view(&b)));
	peer_has_bytes(&peer.data, "raw", d.raw);
	for (size_t i = 0; i < 8; i++)
		cr_assert_null(peer_get(&peer.data, later[i]), "%s", later[i]);
	msgpack_unpacked_destroy(&peer);
	buf_done(&b);
}

Test(document_pack, a_record_of_nothing_has_its_lists_all_the_same)
{
	static const char *const always[] = {"paragraphs", "dropped", "summary", "claims"};
	static const char *const known_only[] = {
	    "url", "fetched", "published", "title", "lang", "duplicate_of", "error"};
	struct document d = {0};
	struct buf b = {0};
	msgpack_unpacked peer;

	document_pack(&b, &d, SCOPE_RECORD);
	cr_assert(peer_reads(&peer, buf_view(&b)));
	for (size_t i = 0; i < 4; i++)
		cr_assert_eq(peer_get(&peer.data, always[i])->via.array.size, 0);
	cr_assert_eq(peer_get(&peer.data, "meta")->via.map.size, 0);
	for (size_t i = 0; i < 7; i++)
		cr_assert_null(peer_get(&peer.data, known_only[i]), "%s", known_only[i]);
	msgpack_unpacked_destroy(&peer);
	buf_done(&b);
}

/* The same object by msgpack-c, with its keys the other way round and an unknown one in each map.
 */
static void
pack_reversed(msgpack_packer *p, const msgpack_object *o, bool with_unknown)
{
	if (o->type == MSGPACK_OBJECT_ARRAY) {
		msgpack_pack_array(p, o->via.array.size);
		for (uint32_t i = 0; i < o->via.array.size; i++)
			pack_reversed(p, &o->via.array.ptr[i], with_unknown);
	} else if (o->type == MSGPACK_OBJECT_MAP) {
		msgpack_pack_map(p, o->via.map.size + with_unknown);
		if (with_unknown) {
			put_key(p, "unheard-of");
			msgpack_pack_array(p, 2);
			msgpack_pack_map(p, 1);
			msgpack_pack_nil(p);
			msgpack_pack_ext_with_body(p, "?", 1, 77);
			msgpack_pack_double(p, 0.5);
		}
		for (uint32_t i = o->via.map.size; i-- > 0;) {
			const msgpack_object_kv *kv = &o->via.map.ptr[i];
			struct span key = span_of(kv->key.via.str.ptr, kv->key.via.str.size);
			msgpack_pack_object(p, kv->key);
			if (span_equal(key, SPAN("meta")))
				msgpack_pack_object(p, kv->val);
			else
				pack_reversed(p, &kv->val, with_unknown);
		}
	} else
		msgpack_pack_object(p, *o);
}

static void
reads_back_reversed(bool with_unknown)
{
	struct arena a = {0};
	struct document d, back;
	struct buf b = {0};
	msgpack_unpacked peer;
	msgpack_sbuffer out;
	msgpack_packer p;
	struct scan s;

	sample_record(&d, &a);
	d.refused = (struct fault){SPAN("read"), SPAN("too-large"), SPAN("over 64M"), 1};
	document_pack(&b, &d, SCOPE_WIRE);
	cr_assert(peer_reads(&peer, buf_view(&b)));
	msgpack_sbuffer_init(&out);
	msgpack_packer_init(&p, &out, msgpack_sbuffer_write);
	pack_reversed(&p, &peer.data, with_unknown);
	s = scan_of(span_of(out.data, out.size));
	cr_assert_eq(document_unpack(&back, &s, &a), 0);
	cr_assert_null(document_differs(&d, &back, SCOPE_WIRE), "%s differs",
	    document_differs(&d, &back, SCOPE_WIRE));
	msgpack_sbuffer_destroy(&out);
	msgpack_unpacked_destroy(&peer);
	buf_done(&b);
	arena_done(&a);
}

Test(document_pack, keys_may_come_in_any_order)
{
	reads_back_reversed(false);
}

Test(document_pack, unknown_keys_are_passed_over_in_every_map)
{
	reads_back_reversed(true);
}

Test(document_pack, what_is_cut_short_anywhere_is_refused)
{
	struct arena a = {0};
	struct document d;
	struct buf b = {0};

	sample_record(&d, &a);
	for (int scope = SCOPE_WIRE; scope <= SCOPE_RECORD; scope++) {
		b.n = 0;
		document_pack(&b, &d, (enum scope)scope);
		cr_assert_eq(read_document(buf_view(&b)), 0);
		for (size_t n = 0; n < b.n; n++)
			cr_assert_eq(read_document(span_of(b.p, n)), ERR_RECORD, "cut at %zu", n);
	}
	buf_done(&b);
	arena_done(&a);
}

Test(document_pack, no_wrong_byte_does_harm)
{
	struct arena a = {0};
	struct dice dice = {4, NULL};
	struct document d;
	struct buf b = {0};

	sample_record(&d, &a);
	document_pack(&b, &d, SCOPE_WIRE);
	for (size_t at = 0; at < b.n; at++) {
		char right = b.p[at];
		for (int i = 0; i < 8; i++) {
			struct span only;
			struct scan s;
			struct document back;

			b.p[at] = (char)roll(&dice);
			only = tight(buf_view(&b));
			s = scan_of(only);
			if (document_unpack(&back, &s, &a) == 0)
				cr_assert(scan_left(&s) <= only.n);
			tight_done(only);
			arena_reset(&a);
		}
		b.p[at] = right;
	}
	buf_done(&b);
	arena_done(&a);
}

Test(document_pack, a_record_of_another_version_is_refused)
{
	cr_assert_eq(read_pair("v", SPAN("\x01")), 0);
	cr_assert_eq(read_pair("v", SPAN("\x02")), ERR_RECORD);
	cr_assert_eq(read_pair("v", SPAN("\x00")), ERR_RECORD);
	cr_assert_eq(read_pair("v", SPAN("\xA1"
					 "1")),
	    ERR_RECORD);
}

Test(document_pack, what_is_no_map_is_no_document)
{
	cr_assert_eq(read_document(SPAN("")), ERR_RECORD);
	cr_assert_eq(read_document(SPAN("\xC0")), ERR_RECORD);
	cr_assert_eq(read_document(SPAN("\x91\x80")), ERR_RECORD);
	cr_assert_eq(read_document(SPAN("\x93\x01\xC3\xDD\xFF\xFF\xFF\xFF")), ERR_RECORD);
	cr_assert_eq(read_document(SPAN("\xDF\xFF\xFF\xFF\xFF\xA1v\x01")), ERR_RECORD);
}

Test(document_pack, values_of_a_wrong_type_are_refused)
{
	static const char *const keys[] = {"v", "id", "key", "url", "fetched", "published", "title",
	    "lang", "source", "meta", "form", "raw", "refused", "warning", "paragraphs", "dropped",
	    "duplicate_of", "summary", "claims", "error", "stats"};

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		cr_assert_eq(read_pair(keys[i], SPAN("\xC0")), ERR_RECORD, "%s", keys[i]);
		cr_assert_eq(
		    read_pair(keys[i], SPAN("\xCB\0\0\0\0\0\0\0\0")), ERR_RECORD, "%s", keys[i]);
		cr_assert_eq(read_pair(keys[i], SPAN("\x91\xC0")), ERR_RECORD, "%s", keys[i]);
		cr_assert_eq(read_pair(keys[i], SPAN("\x81\x01\x01")) == 0,
		    strcmp(keys[i], "meta") == 0, "%s", keys[i]);
	}
}

Test(document_pack, counts_above_what_can_be_there_are_refused)
{
	static const char *const lists[] = {"paragraphs", "dropped", "summary", "claims"};

	for (size_t i = 0; i < 4; i++) {
		cr_assert_eq(read_pair(lists[i], SPAN("\xDD\xFF\xFF\xFF\xFF")), ERR_RECORD);
		cr_assert_eq(read_pair(lists[i], SPAN("\xDC\xFF\xFF\x80\x80\x80")), ERR_RECORD);
		cr_assert_eq(read_pair(lists[i], SPAN("\x91\x80")), ERR_RECORD);
		cr_assert_eq(read_pair(lists[i], SPAN("\x90")), 0);
	}
}

Test(document_pack, elements_too_small_to_be_true_are_refused)
{
	static const char *const lists[] = {"paragraphs", "dropped", "summary", "claims"};
	char bytes[4096];

	memset(bytes, 0x80, sizeof(bytes)); /* empty maps, more than enough for the count */
	memcpy(bytes, "\xDC\x00\x08", 3);
	for (size_t i = 0; i < 4; i++)
		cr_assert_eq(read_pair(lists[i], span_of(bytes, sizeof(bytes))), ERR_RECORD);
}

Test(document_pack, closed_lists_stay_closed)
{
#define PARAGRAPH              \
	"\x91\x82\xA4text\xB9" \
	"1234567890123456789012345"
#define DROPPED                    \
	"\x91\x82\xA4text\xD9\x32" \
	"12345678901234567890123456789012345678901234567890"
	cr_assert_eq(read_pair("form", SPAN("\xA4json")), 0);
	cr_assert_eq(read_pair("form", SPAN("\xA4page")), ERR_RECORD);
	cr_assert_eq(read_pair("paragraphs", SPAN(PARAGRAPH "\xA4kind\xA4"
							    "code")),
	    0);
	cr_assert_eq(read_pair("paragraphs", SPAN(PARAGRAPH "\xA4kind\xA4"
							    "cord")),
	    ERR_RECORD);
	cr_assert_eq(read_pair("dropped", SPAN(DROPPED "\xA3why\xA4near")), 0);
	cr_assert_eq(read_pair("dropped", SPAN(DROPPED "\xA3why\xA4soon")), ERR_RECORD);
}

Test(document_pack, hashes_and_keys_have_their_length)
{
	cr_assert_eq(read_pair("key", SPAN("\xB0"
					   "0123456789abcdef")),
	    0);
	cr_assert_eq(read_pair("key", SPAN("\xAF"
					   "0123456789abcde")),
	    ERR_RECORD);
	cr_assert_eq(read_pair("key", SPAN("\xB0"
					   "0123456789ABCDEF")),
	    ERR_RECORD);
	cr_assert_eq(read_pair("paragraphs", SPAN(PARAGRAPH "\xA4hash\xC4\x10"
							    "0123456789abcdef")),
	    0);
	cr_assert_eq(read_pair("paragraphs", SPAN(PARAGRAPH "\xA4hash\xC4\x0F"
							    "0123456789abcde")),
	    ERR_RECORD);
	cr_assert_eq(read_pair("paragraphs", SPAN(PARAGRAPH "\xA4hash\xC4\x11"
							    "0123456789abcdefg")),
	    ERR_RECORD);
	cr_assert_eq(read_pair("paragraphs", SPAN(PARAGRAPH "\xA4hash\xB0"
							    "0123456789abcdef")),
	    ERR_RECORD);
	cr_assert_eq(read_pair("dropped", SPAN(DROPPED "\xA5owner\x81\xA3key\xA1"
						       "0")),
	    ERR_RECORD);
}

Test(document_pack, meta_is_kept_as_it_came)
{
	struct arena a = {0};
	struct document d;
	struct span bytes = SPAN("\x81\xA4meta\xDE\x00\x01\xD9\x01k\xCF\0\0\0\0\0\0\0\x05");
	struct scan s = scan_of(bytes);

	cr_assert_eq(document_unpack(&d, &s, &a), 0);
	cr_assert(span_equal(d.meta, span_cut(bytes, 6, bytes.n)), "it was packed anew");
	s = scan_of(SPAN("\x81\xA4meta\xDE\x00\x00"));
	cr_assert_eq(document_unpack(&d, &s, &a), 0);
	cr_assert_eq(d.meta.n, 0);
	arena_done(&a);
}

Test(document_pack, a_sketch_travels_but_is_no_part_of_a_record)
{
	char sketch[SKETCH_BYTES] = "lanes";
	struct paragraph p = {.text = SPAN("text"), .sketch = span_of(sketch, sizeof(sketch))};
	struct document d = {.paragraphs = &p, .n_paragraphs = 1}, back;
	struct buf b = {0};
	struct arena a = {0};
	struct scan s;

	document_pack(&b, &d, SCOPE_WIRE);
	s = scan_of(buf_view(&b));
	cr_assert_eq(document_unpack(&back, &s, &a), 0);
	cr_assert(span_equal(back.paragraphs[0].sketch, p.sketch));
	b.n = 0;
	p.sketch.n--;
	document_pack(&b, &d, SCOPE_WIRE);
	s = scan_of(buf_view(&b));
	cr_assert_eq(document_unpack(&back, &s, &a), ERR_RECORD, "it is of one length");
	b.n = 0;
	document_pack(&b, &d, SCOPE_RECORD);
	cr_assert_null(memmem(b.p, b.n, "sketch", 6));
	buf_done(&b);
	arena_done(&a);
}
