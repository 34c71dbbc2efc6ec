#include <errno.h>

#include "engine/control_int.h"

/* dataset-add, dataset-remove, dataset-lookup, dataset-clear, dataset-dump: sets of values that rules know by name. A value
 * stands as in files: of type string in base64. */

#define TTL_MOST (10 * 366 * 86400)

/* What the arguments name. */
struct named {
	struct hg_control_set set;
	struct hg_span value;
	uint8_t buf[HG_SET_VALUE_MAX];
};

static const char *
text_of(const struct hg_call *call, const char *name)
{
	return json_string_value(json_object_get(call->arguments, name));
}

static int
find_set(struct hg_call *call, struct named *n)
{
	const char *name = text_of(call, "setname"), *type = text_of(call, "settype");

	if (call->ops->set == NULL)
		return hg_call_fail(call, "the engine has no sets");
	if (name == NULL)
		return hg_call_fail(call, "\"setname\" is missing");
	if (!call->ops->set(call->ops->arg, name, &n->set))
		return hg_call_fail(call, "no rule knows a set \"%s\"", name);
	if (type != NULL && strcmp(type, hg_set_type_name(hg_set_type_of(n->set.set))) != 0)
		return hg_call_fail(
			call, "set \"%s\" is of type %s", name, hg_set_type_name(hg_set_type_of(n->set.set)));
	return 0;
}

static int
find_value(struct hg_call *call, struct named *n)
{
	const char *value = text_of(call, "datavalue");
	int r = find_set(call, n);

	if (r < 0)
		return r;
	if (value == NULL)
		return hg_call_fail(call, "\"datavalue\" is missing");
	if (!hg_set_parse(hg_set_type_of(n->set.set), hg_span_str(value), n->buf, &n->value))
		return hg_call_fail(call, "\"datavalue\" is no value of type %s%s",
			hg_set_type_name(hg_set_type_of(n->set.set)),
			hg_set_type_of(n->set.set) == HG_SET_STRING ? ", which stands in base64" : "");
	return 0;
}

static int
read_number(struct hg_call *call, const char *name, json_int_t most, json_int_t *out)
{
	const json_t *v = json_object_get(call->arguments, name);

	*out = v == NULL ? 0 : json_integer_value(v);
	if (v != NULL && (!json_is_integer(v) || *out < 0 || *out > most))
		return hg_call_fail(call, "\"%s\" is a number from 0 to %lld", name, (long long)most);
	return 0;
}

static int
run_add(struct hg_call *call)
{
	json_int_t ttl = 0, score = 0;
	struct named n;
	int r = find_value(call, &n);

	if (r == 0)
		r = read_number(call, "ttl", TTL_MOST, &ttl);
	if (r == 0)
		r = read_number(call, "score", UINT16_MAX, &score);
	if (r < 0)
		return r;
	switch (hg_set_add(n.set.set, n.value, (uint16_t)score, n.set.now,
		ttl == 0 ? HG_SET_FOREVER : n.set.now + (hg_time)ttl * HG_SEC)) {
	case HG_SET_DONE:
		call->message = json_string("data added");
		return 0;
	case HG_SET_KNOWN:
		call->message = json_string("data already in set");
		return 0;
	default:
		return hg_call_fail(call, "the set is full; give it more by datasets.%s.memcap",
			text_of(call, "setname"));
	}
}

static int
run_remove(struct hg_call *call)
{
	struct named n;
	int r = find_value(call, &n);

	if (r < 0)
		return r;
	if (!hg_set_remove(n.set.set, n.value, n.set.now))
		return hg_call_fail(call, "it is not in the set");
	call->message = json_string("data removed");
	return 0;
}

static int
run_lookup(struct hg_call *call)
{
	struct named n;
	uint16_t score = 0;
	int r = find_value(call, &n);

	if (r < 0)
		return r;
	if (!hg_set_has(n.set.set, n.value, n.set.now, &score))
		return hg_call_fail(call, "item not found in set");
	call->message = score == 0 ? json_string("item found in set")
				   : json_sprintf("item found in set, score %u", (unsigned)score);
	return 0;
}

static int
run_clear(struct hg_call *call)
{
	struct named n;
	int r = find_set(call, &n);

	if (r < 0)
		return r;
	hg_set_clear(n.set.set);
	call->message = json_string("dataset cleared");
	return 0;
}

static int
run_dump(struct hg_call *call)
{
	if (call->ops->set_save == NULL)
		return hg_call_fail(call, "the engine has no sets");
	if (call->ops->set_save(call->ops->arg, &call->err) < 0)
		return call->err.code;
	call->message = json_string("datasets dump done");
	return 0;
}

static const struct hg_command commands[] = {
	{ "dataset-add", "setname settype datavalue [score] [ttl]",
		"puts a value into a set of rules; strings stand in base64", run_add },
	{ "dataset-remove", "setname settype datavalue", "takes a value out of a set", run_remove },
	{ "dataset-lookup", "setname settype datavalue", "whether a value is in a set", run_lookup },
	{ "dataset-clear", "setname settype", "takes all values out of a set", run_clear },
	{ "dataset-dump", "", "writes the sets that have a file to it", run_dump },
};

const struct hg_command_table hg_commands_set = { commands, HG_COUNT(commands) };
