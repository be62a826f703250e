#include "proto/guard_words.h"

#include "samples.h"

static const struct guard_word *
look(const char *word)
{
	return guard_find(guard_hash(word, strlen(word)));
}

static void
are_opposites(const char *one, const char *other)
{
	cr_assert_eq(look(one)->role, GUARD_SIDE, "%s", one);
	cr_assert_eq(look(other)->role, GUARD_SIDE, "%s", other);
	cr_assert_eq(look(one)->class, look(other)->class, "%s %s", one, other);
	cr_assert_neq(look(one)->other, look(other)->other, "%s %s", one, other);
}

Test(guard_words, words_have_the_role_of_their_list)
{
	cr_assert_eq(look("three")->role, GUARD_NUMBER);
	cr_assert_eq(look("million")->role, GUARD_NUMBER);
	cr_assert_eq(look("never")->role, GUARD_NEGATION);
	cr_assert_eq(look("harbour")->role, GUARD_NONE);
	cr_assert_not(look("harbour")->function);
	cr_assert(look("the")->function);
	cr_assert(look("before")->function, "a word may be in two lists");
}

Test(guard_words, the_lists_know_several_languages)
{
	are_opposites("rose", "fell");
	are_opposites("augmenté", "diminué");
	are_opposites("gestiegen", "gefallen");
	are_opposites("økte", "falt");
	are_opposites("higher", "lower");
	are_opposites("\u589E", "\u51CF");
	cr_assert_eq(look("pas")->role, GUARD_NEGATION);
	cr_assert_eq(look("nicht")->role, GUARD_NEGATION);
	cr_assert_eq(look("ikke")->role, GUARD_NEGATION);
	cr_assert_eq(look("\u4E0D")->role, GUARD_NEGATION);
	cr_assert_eq(look("tre")->role, GUARD_NUMBER);
}

/* Words of a line, each with what the table says of it. */
static unsigned
check_line(const struct guard_list *list, const char *words, bool other)
{
	unsigned n = 0;

	for (const char *p = words; p != NULL && *p != '\0'; n++) {
		size_t bytes = strcspn(p, " ");
		const struct guard_word *w = guard_find(guard_hash(p, bytes));

		cr_assert_gt(bytes, 0, "two spaces before '%s'", p);
		if (list->role == GUARD_NONE)
			cr_assert(w->function, "%.*s", (int)bytes, p);
		else if (list->role == GUARD_SIDE)
			cr_assert(
			    w->role == GUARD_SIDE && w->class == list->class && w->other == other,
			    "%.*s stands in two lists", (int)bytes, p);
		else
			cr_assert_eq(w->role, list->role, "%.*s", (int)bytes, p);
		p += bytes + (p[bytes] == ' ');
	}
	return n;
}

Test(guard_words, a_word_with_a_role_may_have_one)
{
	unsigned n = 0;

	cr_assert(guard_may_have_role(guard_hash("never", 5)));
	for (uint64_t i = 0; i < 10000; i++)
		n += guard_may_have_role(guard_hash((const char *)&i, sizeof(i)));
	cr_assert_lt(n, 1000);
}

Test(guard_words, no_word_is_on_two_sides)
{
	unsigned n = 0;

	for (unsigned i = 0; i < n_guard_lists; i++) {
		cr_assert_lt(guard_lists[i].class, GUARD_CLASSES);
		n += check_line(&guard_lists[i], guard_lists[i].words, false);
		n += check_line(&guard_lists[i], guard_lists[i].others, true);
	}
	cr_assert_gt(n, 1000);
	cr_assert_lt(n, 4096, "the table of guard_words.c is for half of its 8192 slots");
}

Test(guard_words, a_hash_is_of_all_bytes_and_reads_no_other)
{
	struct dice d = {.state = 4};

	for (size_t n = 1; n < 40; n++) {
		struct span a = tight(span_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMN", n));
		uint64_t hash = guard_hash(a.p, n);
		char *byte = (char *)a.p + roll_below(&d, n);

		*byte ^= 1;
		cr_assert_neq(guard_hash(a.p, n), hash);
		cr_assert(n == 1 || guard_hash(a.p, n - 1) != hash);
		tight_done(a);
	}
}
