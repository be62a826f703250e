/*
 * key - how records name each other: 64 bits as 16 lower-case hexadecimal digits.
 */
#ifndef WINNOW_KEY_H
#define WINNOW_KEY_H

#include <stdbool.h>
#include <stdint.h>

#include "common/span.h"

enum { KEY_DIGITS = 16 };

/* The 16 lower-case hexadecimal digits of a document's key, not terminated. */
void key_print(uint64_t key, char digits[KEY_DIGITS]);

/* False if s is no such key; *ret_key is written on success only. */
bool key_parse(struct span s, uint64_t *ret_key);

#endif
