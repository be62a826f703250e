#include "proto/certificate.h"
#include "stages/winnow/commands.h"
#include "tests/unit/folder.h"

static int
keygen(const char *folder, const char *a, const char *b)
{
	char *argv[] = {(char *)"keygen", (char *)folder, (char *)a, (char *)b, NULL};
	int argc = 1;

	while (argv[argc] != NULL)
		argc++;
	return command_keygen(argc, argv);
}

Test(keygen, makes_a_pair_for_a_chain_or_one_for_each_name)
{
	struct certificate one, two;
	struct folder f;

	folder_open(&f);
	cr_assert_eq(keygen(folder_path(&f, "one"), NULL, NULL), 0);
	cr_assert_eq(certificate_load(&one, folder_path(&f, "one/winnow.key_secret")), 0);
	cr_assert_str_neq(one.secret_key, "");
	cr_assert_eq(keygen(f.path, "read", "dedup"), 0);
	cr_assert_eq(certificate_load(&one, folder_path(&f, "read.key")), 0);
	cr_assert_eq(certificate_load(&two, folder_path(&f, "dedup.key")), 0);
	cr_assert_str_neq(one.public_key, two.public_key);
	folder_done(&f);
}

Test(keygen, nothing_is_overwritten)
{
	struct folder f;

	folder_open(&f);
	cr_assert_eq(keygen(f.path, "read", NULL), 0);
	cr_assert_eq(keygen(f.path, "read", NULL), EXIT_PERMANENT);
	cr_assert_eq(keygen(NULL, NULL, NULL), EXIT_PERMANENT);
	cr_assert_eq(keygen("--wrong", NULL, NULL), EXIT_PERMANENT);
	folder_done(&f);
}
