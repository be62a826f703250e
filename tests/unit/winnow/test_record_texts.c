#include "stages/winnow/record_texts.h"

#include "near_records.h"

static struct buf packed, lines, told;

static void
open_test(void)
{
	scratch_open();
	near_records_make(&packed, &lines);
}

static void
close_test(void)
{
	buf_done(&packed);
	buf_done(&lines);
	buf_done(&told);
	scratch_close();
}

TestSuite(record_texts, .init = open_test, .fini = close_test);

static int
tell(void *unused, const struct record_text *t)
{
	(void)unused;
	buf_print(&told, "%.*s/%llx#%u '%.*s'", (int)t->id.n, t->id.p, (unsigned long long)t->key,
	    t->n, (int)t->text.n, t->text.p);
	if (t->near)
		buf_print(&told, " ~%d %.*s/%llx#%u", t->similarity, (int)t->owner_id.n,
		    t->owner_id.p, (unsigned long long)t->owner_key, t->owner_n);
	buf_str(&told, "; ");
	return 0;
}

static int
take(void *unused, const struct piece *piece, struct arena *a)
{
	return record_texts(piece, a, tell, unused);
}

static void
tells(const char *name, struct span content)
{
	const char *path = scratch_put(name, content);

	told.n = 0;
	cr_assert_eq(record_files_walk(&path, 1, take, NULL), 0);
	cr_assert(span_equal(buf_view(&told),
		      SPAN("first/a1#3 '" OWNED "'; second/b2#0 'other'; second/b2#1 '" NEAR_IT
			   "' ~6117 first/a1#3; second/b2#2 ''; ")),
	    "%.*s", (int)told.n, told.p);
}

Test(record_texts, both_forms_say_the_same)
{
	tells("x.msgpack", buf_view(&packed));
	tells("x.jsonl", buf_view(&lines));
}

Test(record_texts, what_is_no_record_is_bad)
{
	static const char *const bad[] = {"{\"key\": 5}\n", "{\"paragraphs\": 5}\n",
	    "{\"dropped\": [{\"similarity\": \"x\"}]}\n",
	    "{\"dropped\": [{\"similarity\": 1.5}]}\n"};
	struct caught stderr_;
	struct buf said = {0};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		const char *path = scratch_put("bad.jsonl", span_str(bad[i]));
		int r;

		catch_begin(&stderr_, STDERR_FILENO);
		r = record_files_walk(&path, 1, take, NULL);
		catch_end(&stderr_, &said);
		cr_assert_eq(r, ERR_RECORD, "%s", bad[i]);
	}
	buf_done(&said);
}

Test(record_texts, a_similarity_of_one_is_one)
{
	const char *path = scratch_put(
	    "x.jsonl", SPAN("{\"dropped\": [{\"n\": 7, \"why\": \"near\", \"similarity\": 1}]}\n"));

	cr_assert_eq(record_files_walk(&path, 1, take, NULL), 0);
	cr_assert(memmem(told.p, told.n, "#7 '' ~10000 ", 13) != NULL);
}

Test(record_texts, a_place_is_a_key_and_a_number)
{
	static const char *const bad[] = {"", "b3d16887420b79b4", "b3d16887420b79b4#", "b3#1",
	    "b3d16887420b79b4#x", "b3d16887420b79b4#1x", "b3d16887420b79b4#-1",
	    "b3d16887420b79b4#99999999999", "g3d16887420b79b4#1"};
	uint64_t key;
	uint32_t n;

	cr_assert_eq(record_place_parse("b3d16887420b79b4#12", &key, &n), 0);
	cr_assert_eq(key, 0xb3d16887420b79b4);
	cr_assert_eq(n, 12);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		cr_assert_eq(record_place_parse(bad[i], &key, &n), ERR_USAGE, "%s", bad[i]);
}
