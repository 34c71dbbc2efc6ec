#include <stdio.h>

#include "rules/keyword/keyword_int.h"

/* frame:<protocol>.<type>: rows of the catalog whose names are just that. */

static bool
exists(struct hg_draft *d, const char *name)
{
	struct hg_buffer_info info;

	return hg_buffer_info(d, name, &info) && info.flags & HG_BUFFER_FRAME;
}

/* The rule's only protocol. Frames of HTTP/1 have a short name where the rule says http1. */
static const char *
proto_name(const struct hg_draft *d)
{
	const struct hg_catalog *c = d->shared->catalog;

	if (d->protos & HG_PROTO_BIT(HG_PROTO_DCERPC))
		return "dcerpc";
	if (d->http1)
		return "http1";
	for (unsigned i = 0; i < c->n_protos; i++)
		if (d->protos == HG_PROTO_BIT(c->protos[i].proto))
			return c->protos[i].name;
	return NULL;
}

static const char *
find(struct hg_draft *d, struct hg_span type)
{
	const char *proto = proto_name(d);
	char name[128];

	snprintf(name, sizeof(name), "frame:%.*s", (int)HG_MIN(type.len, 64), type.p);
	if (exists(d, name))
		return hg_draft_text(d, hg_span_str(name));
	/* SMB's kinds of messages stand for the protocol. */
	snprintf(name, sizeof(name), "frame:%s.%.*s", proto == NULL ? "smb" : proto,
		(int)HG_MIN(type.len, 64), type.p);
	return exists(d, name) ? hg_draft_text(d, hg_span_str(name)) : NULL;
}

static int
frame(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	const char *name = arg->text.len > 64 ? NULL : find(d, arg->text);

	if (name == NULL && arg->text.len > 0 && hg_span_find(arg->text, 0, '.') == SIZE_MAX &&
		d->protos == 0)
		return hg_draft_refuse(
			d, arg->column, "the rule names no protocol, so a frame is <protocol>.<type>");
	if (name == NULL)
		return hg_draft_refuse(d, arg->column, "no decoder in this build has a frame \"%.*s\"",
			(int)HG_MIN(arg->text.len, 64), arg->text.p);
	if (hg_draft_use_buffer(d, name, arg->column) != 0)
		return d->error.code;
	return hg_sticky_open(d, k, name, arg->column);
}

/* Frames are looked at one by one. So with the peer a rule on several kinds is decided by the kind that its fast pattern
 * stands in, and without one by any. */
int
hg_frames_settle(struct hg_draft *d)
{
	const bool peer = hg_as_peer(d->shared->suricata7, HG_DIFF_RULE_FRAMES);
	unsigned frames = 0;

	for (unsigned i = 0; i < d->n_lists; i++)
		frames += d->lists[i].buffer != NULL && exists(d, d->lists[i].buffer);
	if (frames > 0 && (frames < d->n_lists || (frames > 1 && !peer) || d->n_anomalies > 0))
		return hg_draft_refuse(d, 0, "a rule that looks into a frame looks into nothing else");
	return 0;
}

static const struct hg_keyword rows[] = {
	{ .name = "frame",
		.kind = HG_KW_BUFFER,
		.compile = frame,
		.syntax = "[<protocol>.]<type>",
		.doc = "Buffer: a piece of the protocol as it stands in the stream; the protocol may be left "
		       "out where the rule names it." },
};
HG_KEYWORDS(frame, rows);
