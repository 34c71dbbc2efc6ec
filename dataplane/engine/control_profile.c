#include "engine/control_int.h"

#include <stdlib.h>

/* ruleset-profile-start, ruleset-profile-stop, ruleset-profile: what rules cost. */

#define RULES_MOST 100000 /* in one answer */

static int
switch_to(struct hg_call *call, bool on)
{
	int r;

	if (call->ops->measure == NULL)
		return hg_call_unable(call);
	r = call->ops->measure(call->ops->arg, on, &call->err);
	if (r == 0)
		call->message = json_string("OK");
	return r;
}

static int
run_start(struct hg_call *call)
{
	return switch_to(call, true);
}

static int
run_stop(struct hg_call *call)
{
	return switch_to(call, false);
}

/* As configured, unless the arguments say something else. */
static int
read_view(struct hg_call *call, struct hg_profile_view *v)
{
	const json_t *sort = json_object_get(call->arguments, "sort"),
		     *limit = json_object_get(call->arguments, "limit");

	*v = hg_profile_view(call->config);
	if (sort != NULL)
		v->sort = json_string_value(sort);
	if (v->sort == NULL || !hg_profile_sorts(v->sort))
		return hg_call_fail(call, "\"sort\" is ticks, avgticks, checks, matches or maxticks");
	if (limit != NULL && (!json_is_integer(limit) || json_integer_value(limit) < 0))
		return hg_call_fail(call, "\"limit\" is a number of rules; 0: all");
	if (limit != NULL)
		v->limit = (uint64_t)json_integer_value(limit);
	if (v->limit == 0 || v->limit > RULES_MOST)
		v->limit = RULES_MOST;
	return 0;
}

static int
run_dump(struct hg_call *call)
{
	struct hg_profile_view v;
	char *text;

	if (call->ops->costs == NULL)
		return hg_call_unable(call);
	if (read_view(call, &v) < 0)
		return call->err.code;
	text = call->ops->costs(call->ops->arg, &v, &call->err);
	if (text == NULL)
		return call->err.code;
	call->message = json_loads(text, 0, NULL);
	free(text);
	return call->message == NULL ? hg_call_fail(call, "no memory for the answer") : 0;
}

static const struct hg_command commands[] = {
	{ "ruleset-profile-start", "", "measures from now on what each rule costs", run_start },
	{ "ruleset-profile-stop", "", "measures no longer; the figures stay until it begins again",
		run_stop },
	{ "ruleset-profile", "[limit] [sort]", "what the rules cost that cost most", run_dump },
};

const struct hg_command_table hg_commands_profile = { commands, HG_COUNT(commands) };
