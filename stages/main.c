/* The one main() of all stages; which stage it is, the descriptor says that is linked with it. */
#include "stages/stage.h"

int
main(int argc, char **argv)
{
	return stage_run(&stage, argc, argv);
}
