/* Protocols that are recognised without a decoder: rows of magics as the peer looks for them (peer-semantics 6.1). A row
 * leaves this file when its protocol gets a folder. */
#include "app/known.h"

#define MAGICS(rows) .magics = (rows), .n_magics = HG_COUNT(rows)

#define TS_TC(text, nocase)                                                   \
	{                                                                     \
		{ HG_BYTES(text), 0, HG_TO_SERVER, nocase, false, false },    \
		{                                                             \
			HG_BYTES(text), 0, HG_TO_CLIENT, nocase, false, false \
		}                                                             \
	}

static const struct hg_magic rfb_magics[] = TS_TC("RFB ", true);
static const struct hg_magic dht_magics[] = TS_TC("d1:ad2:id20:", false);

const struct hg_decoder hg_known_rfb = {
	.name = "rfb", .proto = HG_PROTO_RFB, .tcp = true, MAGICS(rfb_magics)
};
const struct hg_decoder hg_known_bittorrent_dht = {
	.name = "bittorrent-dht", .proto = HG_PROTO_BITTORRENT_DHT, .udp = true, MAGICS(dht_magics)
};

/* Only where a port hints at it; a probe that still wants more past 16 bytes has failed. */
#define PROBED(title, id, fields)                                                                           \
	const struct hg_decoder hg_known_##title = {                                                        \
		.name = #title, .proto = HG_PROTO_##id, .probe = hg_probe_##title, .probe_most = 16, fields \
	}
#define ON_TCP(...) .tcp = true, .ports = { __VA_ARGS__ }
#define ON_UDP(...) .udp = true, .ports = { __VA_ARGS__ }
#define ON_BOTH(...) .tcp = true, .udp = true, .ports = { __VA_ARGS__ }

PROBED(mqtt, MQTT, ON_TCP(1883));
PROBED(rdp, RDP, ON_TCP(3389));
PROBED(ntp, NTP, ON_UDP(123));
PROBED(tftp, TFTP, ON_UDP(69));
PROBED(ike, IKE, ON_UDP(500));
PROBED(dhcp, DHCP, ON_UDP(67, 68));
