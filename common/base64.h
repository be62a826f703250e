/*
 * base64 - bytes out of base64 with padding; into it: buf_base64.
 *
 * Source: RFC 4648, section 4; line ends between the digits, as RFC 2045 has them, are passed over.
 */
#ifndef WINNOW_BASE64_H
#define WINNOW_BASE64_H

#include <stdbool.h>

#include "common/arena.h"
#include "common/span.h"

/* False for what is none; *ret_bytes is untouched then. */
bool base64_decode(struct arena *a, struct span s, struct span *ret_bytes);

#endif
