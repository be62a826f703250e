/*
 * proper_names - of people, places and organisations, by their capitals.
 */
#ifndef WINNOW_PROPER_NAMES_H
#define WINNOW_PROPER_NAMES_H

#include <stdbool.h>
#include <stddef.h>

#include "proto/sentence.h"
#include "stages/summarize/pieces.h"

/*
 * The name that begins at piece `at`: words with capitals, joined by initials, hyphens and "of",
 * "van" and the like between them ("Bank of England", "J. K. Rowling"). A word that opens the
 * sentence counts if another follows it, or if p->words knows it as a name; function words that
 * open it, days, months and languages' "I" do not. A possessive is not part of the name.
 *
 * Returns whether there is one; then *ret is it and *ret_end the piece behind it. Otherwise both
 * are untouched.
 */
bool name_read(const struct pieces *p, size_t at, struct fact *ret, size_t *ret_end);

/* Note in w, for name_read, which words the sentence has with a capital and which without. */
void names_learn(struct words *w, const struct pieces *p);

#endif
