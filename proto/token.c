#include "proto/token.h"

#include "proto/fields.h"
#include "proto/pack.h"

void
token_pack(struct buf *out, const struct token *t)
{
	mp_map(out, 3);
	mp_key(out, "input");
	mp_uint64(out, t->input);
	mp_key(out, "offset");
	mp_uint64(out, t->offset);
	mp_key(out, "state");
	mp_bytes(out, t->state.p, t->state.n);
}

static int
token_field(void *object, struct span key, struct scan *s, struct arena *a)
{
	struct token *t = object;

	(void)a;
	if (KEY_IS("input"))
		return scan_uint64(s, &t->input);
	if (KEY_IS("offset"))
		return scan_uint64(s, &t->offset);
	if (KEY_IS("state"))
		return scan_bin(s, &t->state);
	return scan_skip(s, NULL);
}

int
token_unpack(struct token *ret_token, struct scan *s)
{
	struct token t = {0};

	TRY(read_fields(s, NULL, &t, token_field));
	*ret_token = t;
	return 0;
}
