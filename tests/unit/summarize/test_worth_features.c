#include <criterion/criterion.h>

#include "stages/summarize/facts.h"
#include "stages/summarize/worth_features.h"
#include "tests/unit/summarize/sample_sentence.h"

struct found {
	uint16_t bucket[WORTH_FEATURES];
	size_t n;
};

static struct found
find(const char *text)
{
	struct sample *s = sample_open(text);
	struct fact facts[FACTS_MAX];
	size_t n = facts_find(facts, &s->arena, &s->pieces);
	struct found x;

	x.n = worth_features(x.bucket, &s->pieces, facts, n);
	sample_close(s);
	return x;
}

static bool
same(struct found a, struct found b)
{
	return a.n == b.n && memcmp(a.bucket, b.bucket, a.n * sizeof(*a.bucket)) == 0;
}

Test(worth_features, forms_and_numbers_are_one)
{
	cr_assert(same(find("It cost 5 cents."), find("It cost 7 cents.")));
	cr_assert(same(find("They raised it."), find("They raise it.")));
	cr_assert_not(same(find("It fell in 1999."), find("It fell in 99.")));
	cr_assert_not(same(find("They raised it."), find("They razed it.")));
}

Test(worth_features, order_counts)
{
	cr_assert_not(same(find("wheat grain"), find("grain wheat")));
}

Test(worth_features, there_are_some_of_nothing)
{
	cr_assert_gt(find("").n, 0);
}

Test(worth_features, a_long_sentence_has_so_many_at_most)
{
	char text[4096];

	for (size_t i = 0; i + 1 < sizeof(text); i += 2)
		memcpy(text + i, "a ", 2);
	text[sizeof(text) - 1] = '\0';
	cr_assert_leq(find(text).n, WORTH_FEATURES);
	cr_assert_gt(find(text).n, 2 * WORTH_WORDS);
}

Test(worth_features, every_bucket_has_a_weight)
{
	size_t used = 0;

	for (size_t i = 0; i < WORTH_BUCKETS; i++)
		used += worth_weights[i] != 0;
	cr_assert_gt(used, 1000);
	cr_assert_gt(worth_unit, 0);
}
