#include "stages/dedup/holdings_reader.h"

#include "common/hook.h"

static void
expect(void *holdings, uint64_t documents, uint64_t entries)
{
	struct holdings *h = holdings;

	(void)documents;
	owner_table_reserve(&h->owners, entries);
}

static void
restore_document(void *holdings, const struct hash *identity, uint64_t key, struct span id)
{
	struct holdings *h = holdings;

	holdings_document(h, identity, key, id);
}

static void
restore_ahead(void *holdings, const struct hash *hash)
{
	owner_table_prefetch(&((struct holdings *)holdings)->owners, hash);
}

static int
restore_entry(void *holdings, const struct entry *e)
{
	struct holdings *h = holdings;

	if (holdings_put(h, e) == 0)
		return 0;
	if (!hook_is_off("first-owner"))
		return ERR_RECORD;
	owner_table_put(&h->owners, e);
	return 0;
}

static int
restore_near_owner(void *holdings, const struct near_owner *o)
{
	struct holdings *h = holdings;

	return holdings_put_near_owner(h, o);
}

static int
restore_near_drop(void *holdings, const struct near_drop *d)
{
	struct holdings *h = holdings;

	return holdings_put_near_drop(h, d);
}

static int
restore_take_back(void *holdings, uint64_t run)
{
	struct holdings *h = holdings;

	(void)run;
	holdings_take_back(h);
	return 0;
}

static int
restore_gap(void *holdings, uint32_t n)
{
	struct holdings *h = holdings;

	document_table_gap(&h->documents, n);
	return 0;
}

static int
restore_forget(void *holdings, uint32_t first, uint32_t end)
{
	struct holdings *h = holdings;

	holdings_forget(h, first, end);
	return 0;
}

struct index_reader
holdings_reader(struct holdings *h)
{
	return (struct index_reader){
	    .object = h,
	    .expect = expect,
	    .document = restore_document,
	    .ahead = restore_ahead,
	    .entry = restore_entry,
	    .take_back = restore_take_back,
	    .gap = restore_gap,
	    .forget = restore_forget,
	    .near_owner = restore_near_owner,
	    .near_drop = restore_near_drop,
	};
}
