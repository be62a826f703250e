/*
 * near_least - the number behind --similarity.
 */
#ifndef WINNOW_NEAR_LEAST_H
#define WINNOW_NEAR_LEAST_H

#include <stdint.h>

#include "common/err.h"

/* "0.4" to ten-thousandths, 2000 to 10000; NULL is the standard. ERR_USAGE with a message. */
int near_least_parse(const char *text, int32_t *ret_least) WARN_UNUSED;

#endif
