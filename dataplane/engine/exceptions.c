#include "engine/exceptions.h"

#include <errno.h>

struct reading {
	const struct hg_config *config;
	bool ips;
};

/* Not one that is set: what the mode and the kind of exception make of it. */
#define AUTO ((enum hg_exception)(HG_EXCEPTION_REJECT + 1))

static enum hg_exception
by_name(const char *name)
{
	static const char *const names[] = {
		[HG_EXCEPTION_IGNORE] = "ignore",
		[HG_EXCEPTION_PASS_PACKET] = "pass-packet",
		[HG_EXCEPTION_PASS_FLOW] = "pass-flow",
		[HG_EXCEPTION_BYPASS] = "bypass",
		[HG_EXCEPTION_DROP_PACKET] = "drop-packet",
		[HG_EXCEPTION_DROP_FLOW] = "drop-flow",
		[HG_EXCEPTION_REJECT] = "reject",
	};

	for (unsigned i = 0; i < HG_COUNT(names); i++)
		if (strcmp(names[i], name) == 0)
			return (enum hg_exception)i;
	return AUTO;
}

/* Inline what cannot be inspected does not pass; unless sessions may be taken up in the middle, then it can. */
static enum hg_exception
automatic(const struct reading *r, bool midstream)
{
	return r->ips && !midstream ? HG_EXCEPTION_DROP_FLOW : HG_EXCEPTION_IGNORE;
}

static enum hg_exception
master(const struct reading *r, bool midstream)
{
	const char *name = hg_config_str(r->config, "exception-policy");
	const enum hg_exception p = name == NULL ? AUTO : by_name(name);

	if (p == AUTO)
		return automatic(r, midstream);
	if (!r->ips && (p == HG_EXCEPTION_DROP_PACKET || p == HG_EXCEPTION_DROP_FLOW))
		return HG_EXCEPTION_IGNORE;
	return p;
}

static enum hg_exception
read_one(const struct reading *r, const char *key)
{
	const char *name = hg_config_str(r->config, key);
	const enum hg_exception p = name == NULL ? master(r, false) : by_name(name);

	return p == AUTO ? automatic(r, false) : p;
}

/* Where no flow is at hand only the packet can be meant. */
static enum hg_exception
of_packet(enum hg_exception p)
{
	switch (p) {
	case HG_EXCEPTION_DROP_FLOW:
		return HG_EXCEPTION_DROP_PACKET;
	case HG_EXCEPTION_PASS_FLOW:
		return HG_EXCEPTION_PASS_PACKET;
	case HG_EXCEPTION_BYPASS:
		return HG_EXCEPTION_IGNORE;
	default:
		return p;
	}
}

static int
read_midstream(struct hg_settings *s, const struct reading *r, struct hg_error *err)
{
	static const char key[] = "stream.midstream-policy";
	const char *name = hg_config_str(r->config, key);
	const bool taken = s->stream.midstream;
	enum hg_exception p = name == NULL ? master(r, taken) : by_name(name);

	if (p == AUTO)
		p = automatic(r, taken);
	else if (name != NULL && taken && p != HG_EXCEPTION_IGNORE && p != HG_EXCEPTION_PASS_FLOW)
		return hg_error_set(err, -EINVAL,
			"%s: with stream.midstream it is pass-flow or ignore, not '%s'", key, name);
	if (name != NULL && !s->ips && p == HG_EXCEPTION_DROP_FLOW)
		return hg_error_set(err, -EINVAL, "%s: drop-flow needs simulate-ips", key);
	if (p == HG_EXCEPTION_PASS_PACKET || p == HG_EXCEPTION_DROP_PACKET)
		return hg_error_set(err, -EINVAL, "%s: concerns the flow, not single packets", key);
	s->stream.midstream_policy = p;
	return 0;
}

/* Out of line nothing can be dropped. */
static enum hg_exception
of_overload(const struct reading *r)
{
	const enum hg_exception p = by_name(hg_config_str(r->config, "engine.overload-policy"));

	return !r->ips && p >= HG_EXCEPTION_DROP_PACKET ? HG_EXCEPTION_IGNORE : p;
}

int
hg_exceptions_read(struct hg_settings *s, const struct hg_config *c, struct hg_error *err)
{
	const struct reading r = { c, s->ips };

	s->decode.ips = s->flow.ips = s->ips;
	s->decode.defrag_memcap_policy = (uint8_t)of_packet(read_one(&r, "defrag.memcap-policy"));
	s->flow.memcap_policy = of_packet(read_one(&r, "flow.memcap-policy"));
	s->flow.overload_policy = of_overload(&r);
	s->stream.memcap_policy = read_one(&r, "stream.memcap-policy");
	s->stream.reassembly_memcap_policy = read_one(&r, "stream.reassembly.memcap-policy");
	s->apps.error_policy = read_one(&r, "app-layer.error-policy");
	return read_midstream(s, &r, err);
}
