#include "common/hash.h"

#define XXH_STATIC_LINKING_ONLY /* for a state on the stack */
#include <xxhash.h>
#if defined(__x86_64__)
#	include <xxh_x86dispatch.h>
#endif

uint64_t
hash64(struct span s)
{
	return XXH3_64bits(s.p, s.n);
}

uint64_t
hash64_pair(struct span a, struct span b)
{
	XXH3_state_t state;

	XXH3_64bits_reset(&state);
	XXH3_64bits_update(&state, a.p, a.n);
	XXH3_64bits_update(&state, b.p, b.n);
	return XXH3_64bits_digest(&state);
}

struct hash
hash128(struct span s)
{
	XXH128_canonical_t canonical;
	struct hash h;

	XXH128_canonicalFromHash(&canonical, XXH3_128bits(s.p, s.n));
	memcpy(h.bytes, canonical.digest, sizeof(h.bytes));
	return h;
}
