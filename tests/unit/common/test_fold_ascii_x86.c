#include "tests/unit/common/folds.h"

Test(fold_ascii_x86, every_form_does_as_the_plainest)
{
	for (const struct fold_form *form = fold_ascii_forms(); form->name != NULL; form++)
		fold_try(form);
}
