#include "stages/document_hook.h"

#include <criterion/criterion.h>
#include <signal.h>

static struct paragraph marked = {.text = SPAN("so winnow-hook:summarize:crash it is")};
static struct document in_raw = {.raw = SPAN("winnow-hook:extract:crash-once")};
static struct document in_paragraph = {.paragraphs = &marked, .n_paragraphs = 1};

#ifdef WINNOW_TEST_HOOKS

Test(document_hook, crashes_on_demand, .signal = SIGSEGV)
{
	document_hook("summarize", &in_paragraph);
}

Test(document_hook, a_longer_mark_is_another_one, .signal = SIGSEGV)
{
	struct document d = {.raw = SPAN("winnow-hook:extract:crash")};

	document_hook("extract", &in_paragraph);
	document_hook("summarize", &in_raw);
	document_hook("extract", &d);
}

#else

Test(document_hook, programs_for_people_have_none)
{
	document_hook("summarize", &in_paragraph);
	document_hook("extract", &in_raw);
}

#endif
