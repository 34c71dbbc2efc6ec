/* control_int: what control.c and the files of commands share. */
#ifndef HG_ENGINE_CONTROL_INT_H
#define HG_ENGINE_CONTROL_INT_H

#include <jansson.h>

#include "engine/control.h"

/* A command at work. */
struct hg_call {
	const struct hg_control_ops *ops;
	const struct hg_config *config;
	const json_t *arguments; /* an object, or NULL */
	json_t *message;         /* the answer */
	bool later;              /* it comes by hg_control_reloaded */
	struct hg_error err;     /* of a command that failed */
};

struct hg_command {
	const char *name;
	const char *arguments; /* as help shows them; "": none */
	const char *doc;
	int (*run)(struct hg_call *call); /* 0, or -errno with call->err */
};

struct hg_command_table {
	const struct hg_command *rows;
	size_t n;
};
extern const struct hg_command_table hg_commands_engine, hg_commands_block, hg_commands_set,
	hg_commands_profile;

const struct hg_command *hg_command_at(size_t i); /* NULL: past the end */

/* What the engine does not do. */
int hg_call_unable(struct hg_call *call);
/* The sentence is the answer. */
int hg_call_fail(struct hg_call *call, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
