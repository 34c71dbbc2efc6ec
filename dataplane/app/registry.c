/* All protocols on one screen. A new one is a folder and a row in this table. */
#include <stdlib.h>

#include "app/app_int.h"
#include "app/dcerpc/dcerpc.h"
#include "app/dns/dns.h"
#include "app/ftp/ftp.h"
#include "app/http/http.h"
#include "app/http2/http2.h"
#include "app/imap/imap.h"
#include "app/known.h"
#include "app/krb5/krb5.h"
#include "app/ldap/ldap.h"
#include "app/mysql/mysql.h"
#include "app/nfs/nfs.h"
#include "app/pgsql/pgsql.h"
#include "app/pop3/pop3.h"
#include "app/quic/quic.h"
#include "app/sip/sip.h"
#include "app/smb/smb.h"
#include "app/smtp/smtp.h"
#include "app/snmp/snmp.h"
#include "app/ssh/ssh.h"
#include "app/telnet/telnet.h"
#include "app/tls/tls.h"
#include "app/websocket/websocket.h"

static const struct hg_decoder *const decoders[] = {
	&hg_http,
	&hg_tls,
	&hg_dns,
	&hg_telnet,
	&hg_ssh,
	&hg_smtp,
	&hg_ftp,
	&hg_ftp_data,
	&hg_smb,
	&hg_imap,
	&hg_pop3,
	&hg_dcerpc,
	&hg_http2,
	&hg_known_rfb,
	&hg_known_mqtt,
	&hg_krb5,
	&hg_known_rdp,
	&hg_nfs,
	&hg_known_ntp,
	&hg_known_tftp,
	&hg_known_ike,
	&hg_quic,
	&hg_known_dhcp,
	&hg_snmp,
	&hg_sip,
	&hg_known_bittorrent_dht,
	&hg_websocket,
	&hg_mysql,
	&hg_pgsql,
	&hg_ldap,
};

_Static_assert(HG_COUNT(decoders) <= HG_APP_DECODERS, "HG_APP_DECODERS is too small");

static const struct hg_config_key keys[] = {
	{ "app-layer.protocols.*.enabled", HG_CONFIG_STR, "yes", NULL, NULL,
		"yes: identify and decode; detection-only: identify; no: neither" },
	{ "app-layer.protocols.*.tcp.enabled", HG_CONFIG_STR, NULL, NULL, NULL, "the same, over TCP only" },
	{ "app-layer.protocols.*.udp.enabled", HG_CONFIG_STR, NULL, NULL, NULL, "the same, over UDP only" },
	{ "app-layer.protocols.*.detection-ports.dp", HG_CONFIG_STR, NULL, NULL, NULL,
		"server ports on which the protocol is probed for, parted by commas" },
	{ "app-layer.protocols.*.tcp.detection-ports.dp", HG_CONFIG_STR, NULL, NULL, NULL,
		"the same, over TCP" },
	{ "app-layer.protocols.*.udp.detection-ports.dp", HG_CONFIG_STR, NULL, NULL, NULL,
		"the same, over UDP" },
};

const struct hg_decoder *
hg_app_decoder(unsigned i)
{
	return i < HG_COUNT(decoders) ? decoders[i] : NULL;
}

const struct hg_decoder *
hg_app_decoder_of(enum hg_proto proto)
{
	for (size_t i = 0; i < HG_COUNT(decoders); i++)
		if (decoders[i]->proto == proto)
			return decoders[i];
	return NULL;
}

const struct hg_config_key *
hg_app_config_keys(size_t *n)
{
	*n = HG_COUNT(keys);
	return keys;
}

void
hg_app_catalog(struct hg_app_catalog *c)
{
	uint16_t base = 0;

	for (size_t i = 0; i < HG_COUNT(decoders); i++) {
		const struct hg_decoder *d = decoders[i];

		c->protos[i] = (struct hg_catalog_proto){ .name = d->name,
			.proto = d->proto,
			.tcp = d->tcp,
			.udp = d->udp,
			.buffers = d->buffers,
			.n_buffers = d->n_buffers,
			.buffer_base = base,
			.anomalies = d->anomalies,
			.n_anomalies = d->n_anomalies };
		base = (uint16_t)(base + d->n_buffers);
	}
	for (unsigned e = 0; e < HG_DECODE_EVENTS_END; e++)
		c->decode_events[e] = hg_event_name((enum hg_event)e);
	for (unsigned e = HG_DECODE_EVENTS_END; e < HG_EVENTS; e++)
		c->stream_events[e - HG_DECODE_EVENTS_END] = hg_event_name((enum hg_event)e);
	c->catalog = (struct hg_catalog){ .protos = c->protos,
		.n_protos = HG_COUNT(decoders),
		.decode_events = c->decode_events,
		.n_decode_events = HG_COUNT(c->decode_events),
		.stream_events = c->stream_events,
		.n_stream_events = HG_COUNT(c->stream_events),
		.flow_anomalies = hg_applayer_events,
		.n_flow_anomalies = HG_APPLAYER_EVENTS };
}

static enum hg_enabled
enabled_of(const struct hg_config_node *n, enum hg_enabled other)
{
	const char *text = n == NULL ? NULL : hg_config_text(n);
	bool on;

	if (text == NULL)
		return other;
	if (strcmp(text, "detection-only") == 0)
		return HG_DECODE_ONLY_IDENTIFY;
	if (hg_config_parse_bool(text, &on))
		return on ? HG_DECODE_YES : HG_DECODE_NO;
	return other;
}

/* "53", "80, 8080", "[80,8080]": numbers wherever they stand; ranges and variables name no single port and are skipped. */
static void
ports_of(const struct hg_config_node *n, uint16_t ports[8])
{
	const char *text = n == NULL ? NULL : hg_config_text(n);
	unsigned count = 0;

	if (text == NULL)
		return;
	while (*text != '\0' && count < 8) {
		char *end;
		unsigned long port = strtoul(text, &end, 10);

		if (end == text) {
			text++;
			continue;
		}
		if (port > 0 && port <= UINT16_MAX)
			ports[count++] = (uint16_t)port;
		text = end;
	}
	if (count > 0 && count < 8)
		ports[count] = 0;
}

static const struct hg_config_node *
child(const struct hg_config_node *n, const char *name)
{
	return n == NULL ? NULL : hg_config_child(n, name);
}

/* What the peer does not know is off, unless the protocol, where it knows nothing of it, or this transport is switched on. */
static enum hg_enabled
enabled_over(const struct hg_decoder *d, unsigned udp, const struct hg_config_node *n, bool as_peer)
{
	const uint8_t all = (uint8_t)((d->tcp ? HG_OVER_TCP : 0) | (d->udp ? HG_OVER_UDP : 0));
	const bool unknown = (d->unknown_over & 1u << udp) != 0 && as_peer;

	if (!unknown)
		return enabled_of(child(n, "enabled"), HG_DECODE_YES);
	return d->unknown_over == all ? enabled_of(child(n, "enabled"), HG_DECODE_NO) : HG_DECODE_NO;
}

static void
configure_one(struct hg_protocol *p, const struct hg_config_node *n, bool as_peer)
{
	static const char *const transports[2] = { "tcp", "udp" };

	ports_of(child(child(n, "detection-ports"), "dp"), p->ports);
	for (unsigned t = 0; t < 2; t++) {
		const struct hg_config_node *sub = child(n, transports[t]);

		p->enabled[t] =
			(uint8_t)enabled_of(child(sub, "enabled"), enabled_over(p->decoder, t, n, as_peer));
		ports_of(child(child(sub, "detection-ports"), "dp"), p->ports);
	}
	if (!p->decoder->tcp)
		p->enabled[0] = HG_DECODE_NO;
	if (!p->decoder->udp)
		p->enabled[1] = HG_DECODE_NO;
}

static void
note_magics(struct hg_apps *a, const struct hg_decoder *d)
{
	for (unsigned i = 0; i < d->n_magics; i++) {
		const struct hg_magic *m = &d->magics[i];
		uint16_t end = (uint16_t)(m->offset + m->bytes.len + m->blank_after);

		for (unsigned udp = 0; udp < 2; udp++)
			if (udp ? d->udp : d->tcp)
				a->magic_end[udp][m->dir] = HG_MAX(a->magic_end[udp][m->dir], end);
	}
}

void
hg_registry_configure(struct hg_apps *a, const struct hg_config *config)
{
	const struct hg_config_node *all =
		config == NULL ? NULL : hg_config_find(config, "app-layer.protocols");
	const bool as_peer = hg_as_peer(a->config.suricata7, HG_DIFF_APP_UNKNOWN);

	a->n = HG_COUNT(decoders);
	for (unsigned i = 0; i < a->n; i++) {
		struct hg_protocol *p = &a->protocols[i];

		p->decoder = decoders[i];
		memcpy(p->ports, decoders[i]->ports, sizeof(p->ports));
		configure_one(p, child(all, decoders[i]->name), as_peer);
		note_magics(a, decoders[i]);
		if (p->decoder->configure != NULL)
			p->decoder->configure(p->ctx, config);
	}
}

const struct hg_protocol *
hg_app_protocol(const struct hg_apps *a, enum hg_proto proto)
{
	for (unsigned i = 0; i < a->n; i++)
		if (a->protocols[i].decoder->proto == proto)
			return &a->protocols[i];
	return NULL;
}
