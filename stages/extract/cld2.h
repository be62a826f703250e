/*
 * cld2 - the language of a text by Google's Compact Language Detector 2, which is C++.
 *
 * Source: Sites, "Compact Language Detector 2", 2013, https://github.com/CLD2Owners/cld2
 */
#ifndef WINNOW_CLD2_H
#define WINNOW_CLD2_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * The BCP 47 code of the language of most of a text, static; NULL if CLD2 is not sure.
 *
 * text  n bytes of valid UTF-8 (others have crashed it), n below 2 GiB
 */
const char *cld2_language(const char *text, size_t n);

#ifdef __cplusplus
}
#endif

#endif
