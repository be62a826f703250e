#include "stages/winnow/link_sink.h"

#include <criterion/criterion.h>

static struct link_sink l;

static void
is(const char *output, const char *batches, const char *control)
{
	cr_assert_eq(link_sink_parse(&l, output), 0, "%s: %s", output, err_text());
	cr_assert_eq(link_sink_is(&l), batches != NULL);
	if (batches != NULL) {
		cr_assert_str_eq(l.batches, batches);
		cr_assert_str_eq(l.control, control);
	}
	link_sink_done(&l);
}

Test(link_sink, is_named_by_one_uri)
{
	is("link://sink.example:5560", "tcp://sink.example:5560", "tcp://sink.example:5561");
	is("link://sink.example:5560?control=7", "tcp://sink.example:5560", "tcp://sink.example:7");
	is("link://[::1]:5560", "tcp://[::1]:5560", "tcp://[::1]:5561");
	is("link:///run/in?control=/run/control", "ipc:///run/in", "ipc:///run/control");
}

Test(link_sink, other_outputs_are_none)
{
	is(NULL, NULL, NULL);
	is("out.jsonl", NULL, NULL);
	is("redis://host/0?stream=x", NULL, NULL);
}

Test(link_sink, half_a_name_is_refused)
{
	static const char *const bad[] = {"link://sink.example", "link://sink.example:65535",
	    "link://sink.example:1?control=x", "link:///run/in", "link://a:1/x", "link://",
	    "link://a:1?controll=3", "link:///run/in?control=7"};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		cr_assert_eq(link_sink_parse(&l, bad[i]), ERR_USAGE, "%s", bad[i]);
		cr_assert(!link_sink_is(&l));
	}
}
