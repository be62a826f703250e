#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>

#include "stages/extract/detect.h"

/* Check the language of one paragraph. */
static void
check(const char *text, const char *code)
{
	struct detector *d = detect_open();
	struct paragraph p = {.text = span_str(text)};
	struct span found = detect_language(d, &p, 1);

	cr_assert(span_equal(found, span_str(code)), "%.*s", (int)found.n, found.p);
	detect_close(d);
}

Test(detect, function_words_settle_it)
{
	check("The port of Sandvik and the councils of its neighbours have signed a pact, and it "
	      "will "
	      "be the first of its kind in the country, said the mayor on Friday.",
	    "en");
	check("Der Hafen und die Gemeinden haben einen Vertrag geschlossen, und es ist der erste "
	      "seiner "
	      "Art in dem Land, sagte der Bürgermeister am Freitag nach der Sitzung.",
	    "de");
	check("Havnen og kommunene har skrevet under på en avtale som er den første i sitt slag i "
	      "landet, sier ordføreren, og det er ikke noe å vente på, men hun vil se etter.",
	    "no");
	check("Le port et les communes ont signé un accord qui est le premier de son genre dans le "
	      "pays, "
	      "a dit le maire après la réunion, et il sera suivi de deux autres.",
	    "fr");
}

Test(detect, other_texts_are_asked_of_cld2)
{
	check("یہ کشتی طوفان آنے سے پہلے بندرگاہ سے روانہ ہوئی۔", "ur");
	check("Το πλοίο έφυγε από το λιμάνι πριν από την καταιγίδα.", "el");
	check("De ferry verliet de haven voor de storm.", "nl");
}

Test(detect, too_little_text_has_none)
{
	check("", "");
	check("Yes.", "");
	check("12 345 678 - 90 12 34 56 78 90", "");
}

Test(detect, text_goes_before_headings)
{
	struct detector *d = detect_open();
	struct paragraph p[] = {
	    {.text = SPAN("Die Nachrichten des Tages aus der Region und der Welt"),
		.kind = KIND_HEADING},
	    {.text =
		    SPAN("The ferry left the harbour before the storm arrived, and it was the last "
			 "one of the day for the people who had waited there since the morning, "
			 "while the others stayed at home because of the rain that fell all day.")},
	};

	cr_assert(span_equal(detect_language(d, p, 2), SPAN("en")));
	cr_assert(span_equal(detect_language(d, p, 1), SPAN("de")));
	cr_assert_eq(detect_language(d, p, 0).n, 0);
	detect_close(d);
}

/* CLD2 must not see half a character. */
Test(detect, a_sample_ends_with_a_character)
{
	struct detector *d = detect_open();
	char text[2 * DETECT_BYTES];

	for (size_t shift = 0; shift < 4; shift++) {
		struct paragraph p;

		memset(text, ' ', sizeof(text));
		for (size_t at = shift; at + 6 < sizeof(text); at += 7)
			memcpy(text + at, "ہوئی", 6);
		p = (struct paragraph){.text = span_of(text, sizeof(text))};
		detect_language(d, &p, 1);
	}
	detect_close(d);
}

Test(detect, every_word_of_the_table_is_short)
{
	for (size_t i = 0; i < detect_table_rows; i++) {
		const char *word = detect_table[i].words;

		for (;;) {
			size_t n = strcspn(word, " ");

			cr_assert(n > 0 && n < 12, "%s", word);
			if (word[n] == '\0')
				break;
			word += n + 1;
		}
	}
}

Test(detect, close_takes_null)
{
	detect_close(NULL);
}
