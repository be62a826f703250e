#include "stages/write/carrier.h"

#include <criterion/criterion.h>

static struct settings settings;
static struct carrier *carrier;

static int
opens(const char *output)
{
	settings.output = output;
	carrier_close(carrier);
	return carrier_open(&carrier, &settings);
}

static void
refuses(const char *output, const char *words)
{
	cr_assert_eq(opens(output), ERR_USAGE, "%s", output);
	cr_assert(strstr(err_text(), words) != NULL, "%s: %s", output, err_text());
	cr_assert_null(carrier);
}

Test(carrier, a_file_needs_none)
{
	cr_assert_eq(opens(NULL), 0);
	cr_assert_null(carrier);
	cr_assert_eq(opens("out/x:y.jsonl"), 0);
	cr_assert_null(carrier);
}

Test(carrier, each_scheme_has_a_name_for_its_place)
{
	static const struct {
		const char *uri, *name;
	} known[] = {
	    {"redis://quay.example/3?stream=new", "redis stream new"},
	    {"redis+unix:///run/redis?stream=new", "redis+unix stream new"},
	    {"kafka://a.example:9092,b.example/new", "kafka topic new"},
	    {"zmq+push://127.0.0.1:5560", "zmq+push tcp://127.0.0.1:5560"},
	};

	settings.allow_loss = true;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		cr_assert_eq(opens(known[i].uri), 0, "%s", err_text());
		cr_assert_str_eq(carrier->name, known[i].name);
	}
	carrier_close(carrier);
}

Test(carrier, what_is_not_there_is_refused_by_name)
{
	refuses("gopher://host/x", "'gopher' is no sink");
	refuses("link://host:5560", "in place of write");
	refuses("redis://host/0?stream=x&maxlen=5", "maxlen");
	refuses("kafka://host", "topic");
}

Test(carrier, what_may_be_lost_has_to_be_allowed)
{
	refuses("zmq+pub://127.0.0.1:5560", "--allow-loss");
	refuses("zmq+push://127.0.0.1:5560", "--allow-loss");
}

Test(carrier, people_read_elsewhere)
{
	settings.format = FORMAT_PRETTY;
	refuses("kafka://host/topic", "--format pretty");
}

Test(carrier, closing_nothing_is_nothing)
{
	carrier_close(NULL);
}
