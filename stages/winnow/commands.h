/*
 * commands - what `winnow COMMAND` can be, each with its arguments from the command on. They return
 * the exit status.
 */
#ifndef WINNOW_COMMANDS_H
#define WINNOW_COMMANDS_H

int command_run(int argc, char **argv);     /* run.c */
int command_cat(int argc, char **argv);     /* cat.c */
int command_claims(int argc, char **argv);  /* claims_table.c */
int command_near(int argc, char **argv);    /* near_sample.c */
int command_explain(int argc, char **argv); /* explain.c */
int command_index(int argc, char **argv);   /* index_command.c */
int command_plan(int argc, char **argv);    /* plan_command.c */
int command_keygen(int argc, char **argv);  /* keygen.c */
int command_ready(int argc, char **argv);   /* ready.c */

#endif
