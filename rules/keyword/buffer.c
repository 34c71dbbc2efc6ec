#include <stdio.h>

#include "rules/keyword/keyword_int.h"

/* Protocols by whose names keywords begin, whether this build decodes them or not. */
static const struct {
	const char *prefix, *proto;
} prefixes[] = {
	{ "http2", "http2" },
	{ "http", "http" },
	{ "tls", "tls" },
	{ "ssl", "tls" },
	{ "ja3s", "tls" },
	{ "ja3", "tls" },
	{ "ja4", "tls" },
	{ "dns", "dns" },
	{ "telnet", "telnet" },
	{ "smtp", "smtp" },
	{ "ftpdata", "ftp-data" },
	{ "ftpbounce", "ftp" },
	{ "ftp", "ftp" },
	{ "smb", "smb" },
	{ "ssh", "ssh" },
	{ "dcerpc", "dcerpc" },
	{ "dce", "dcerpc" },
	{ "ike", "ike" },
	{ "krb5", "krb5" },
	{ "snmp", "snmp" },
	{ "sip", "sip" },
	{ "mqtt", "mqtt" },
	{ "rfb", "rfb" },
	{ "quic", "quic" },
	{ "ldap", "ldap" },
	{ "nfs", "nfs" },
	{ "mysql", "mysql" },
	{ "modbus", "modbus" },
	{ "dnp3", "dnp3" },
	{ "enip", "enip" },
	{ "cip", "enip" },
	{ "dhcp", "dhcp" },
	{ "rdp", "rdp" },
	{ "pgsql", "pgsql" },
	{ "tftp", "tftp" },
	{ "websocket", "websocket" },
	{ "pop3", "pop3" },
	{ "imap", "imap" },
};

static bool
has_proto(const struct hg_catalog *c, const char *name)
{
	for (unsigned i = 0; i < c->n_protos; i++)
		if (strcmp(c->protos[i].name, name) == 0 &&
			c->protos[i].n_buffers + c->protos[i].n_anomalies > 0)
			return true;
	return false;
}

const char *
hg_missing_proto(const struct hg_draft *d, struct hg_span name)
{
	for (unsigned i = 0; i < HG_COUNT(prefixes); i++) {
		struct hg_span prefix = hg_span_str(prefixes[i].prefix);

		if (!hg_span_starts(name, prefix))
			continue;
		if (name.len > prefix.len && name.p[prefix.len] != '.' && name.p[prefix.len] != '_')
			continue;
		return has_proto(d->shared->catalog, prefixes[i].proto) ? NULL : prefixes[i].proto;
	}
	return NULL;
}

bool
hg_buffer_info(const struct hg_draft *d, const char *name, struct hg_buffer_info *out)
{
	const struct hg_catalog *c = d->shared->catalog;

	*out = (struct hg_buffer_info){ 0 };
	for (unsigned i = 0; i < c->n_protos; i++) {
		for (unsigned k = 0; k < c->protos[i].n_buffers; k++) {
			const struct hg_buffer_row *row = &c->protos[i].buffers[k];

			if (row->name[0] != name[0] || strcmp(row->name, name) != 0)
				continue;
			out->protos |= HG_PROTO_BIT(c->protos[i].proto);
			out->flags |= row->flags;
			/* A buffer of another protocol than the rule's says nothing about direction. */
			if (d->protos == 0 || d->protos & HG_PROTO_BIT(c->protos[i].proto))
				out->sides |= row->sides;
		}
	}
	return out->protos != 0;
}

#define NAMES_MAX 512

int
hg_buffer_refuse(struct hg_draft *d, uint32_t column, struct hg_span name)
{
	const struct hg_catalog *c = d->shared->catalog;
	const char *proto = hg_missing_proto(d, name), *names[NAMES_MAX];
	unsigned n = 0;

	if (proto != NULL) {
		hg_draft_refuse(d, column, "no decoder for '%s' in this build, which \"%.*s\" looks into",
			proto, (int)HG_MIN(name.len, 63), name.p);
		hg_error_mark(&d->error, "no-decoder");
		return d->error.code;
	}
	for (unsigned i = 0; i < c->n_protos; i++)
		for (unsigned k = 0; k < c->protos[i].n_buffers && n < NAMES_MAX; k++)
			names[n++] = c->protos[i].buffers[k].name;
	hg_draft_refuse(
		d, column, "no decoder in this build has a buffer '%.*s'", (int)HG_MIN(name.len, 63), name.p);
	hg_error_mark(&d->error, "unknown-buffer");
	return hg_draft_guess(d, name, names, n, sizeof(names[0]));
}

static const char *
proto_names(const struct hg_draft *d, uint64_t set, char *text, size_t size)
{
	const struct hg_catalog *c = d->shared->catalog;
	size_t n = 0;

	text[0] = 0;
	for (unsigned i = 0; i < c->n_protos && n < size; i++)
		if (set & HG_PROTO_BIT(c->protos[i].proto))
			n += (size_t)snprintf(
				text + n, size - n, "%s%s", n > 0 ? ", " : "", c->protos[i].name);
	return text;
}

/* The rule's protocol when it is identified only; NULL: it has a decoder. */
static const char *
undecoded(const struct hg_draft *d)
{
	const struct hg_catalog *c = d->shared->catalog;

	for (unsigned i = 0; i < c->n_protos; i++)
		if (d->protos == HG_PROTO_BIT(c->protos[i].proto) && !has_proto(c, c->protos[i].name))
			return c->protos[i].name;
	return NULL;
}

#define RESPONSE_BODY "http.response_body"

const char *
hg_buffer_alias(const char *name)
{
	return strcmp(name, RESPONSE_BODY) == 0 ? "file.data" : name;
}

/* Files are hashed when a rule looks at a digest (the peer does that for MD5 only), their types asked for when one wants them. */
static void
want_digest(struct hg_draft *d, const char *buffer)
{
	static const char *const names[] = { "file.md5", "file.sha1", "file.sha256", "file.sm3" };

	for (unsigned i = 0; i < HG_COUNT(names); i++)
		if (strcmp(buffer, names[i]) == 0 &&
			(i == 0 || !hg_as_peer(d->shared->suricata7, HG_DIFF_RULE_SHA)))
			d->file_hashes |= 1u << i;
	d->file_types |= strcmp(buffer, "file.magic") == 0;
}

int
hg_draft_use_buffer(struct hg_draft *d, const char *name, uint32_t column)
{
	struct hg_buffer_info info;
	char have[128], want[128];
	const bool response = strcmp(name, RESPONSE_BODY) == 0;

	name = hg_buffer_alias(name);
	if (!hg_buffer_info(d, name, &info))
		return hg_buffer_refuse(d, column, hg_span_str(name));
	if (d->protos != 0 && !(d->protos & info.protos) && undecoded(d) != NULL)
		return hg_draft_refuse(d, column, "no decoder for '%s' in this build", undecoded(d));
	if (d->protos != 0 && !(d->protos & info.protos))
		return hg_draft_refuse(d, column, "\"%s\" belongs to %s, but the rule is about %s", name,
			proto_names(d, info.protos, have, sizeof(have)),
			proto_names(d, d->protos, want, sizeof(want)));
	if (response)
		info.protos &= HG_PROTO_BIT(HG_PROTO_HTTP) | HG_PROTO_BIT(HG_PROTO_HTTP2);
	want_digest(d, name);
	if (!response && info.flags & HG_BUFFER_FILE)
		return 0;
	d->protos = d->protos == 0 ? info.protos : d->protos & info.protos;
	return 0;
}

int
hg_draft_use_old(struct hg_draft *d, const char *name, uint32_t column)
{
	const int r = hg_draft_use_buffer(d, name, column);

	if (r != 0 || !hg_as_peer(d->shared->suricata7, HG_DIFF_RULE_OLD_WORDS))
		return r;
	if (!(d->protos & HG_PROTO_BIT(HG_PROTO_HTTP)))
		return hg_draft_refuse(d, column,
			"the older word for \"%s\" is about HTTP/1 only, but the rule is not", name);
	d->protos = HG_PROTO_BIT(HG_PROTO_HTTP);
	return 0;
}
