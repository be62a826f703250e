/* What a fuzz target defines, for libFuzzer or for replay.c. */
#ifndef WINNOW_TARGET_H
#define WINNOW_TARGET_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

/* A property that must hold for every input; a trap is what fuzzers look for. */
#define MUST(condition)                                                                 \
	do {                                                                            \
		if (!(condition)) {                                                     \
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition); \
			__builtin_trap();                                               \
		}                                                                       \
	} while (0)

#endif
