#include "tests/unit/common/folds.h"

Test(fold_ascii_neon, does_as_the_plainest)
{
	for (const struct fold_form *form = fold_ascii_forms(); form->name != NULL; form++)
		if (strcmp(form->name, "neon") == 0)
			fold_try(form);
}
