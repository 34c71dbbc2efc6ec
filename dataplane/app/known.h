/* Protocols that are recognised and not decoded yet (known.c, known_probe.c). */
#ifndef HG_APP_KNOWN_H
#define HG_APP_KNOWN_H

#include "app/app.h"

extern const struct hg_decoder hg_known_rfb, hg_known_mqtt, hg_known_rdp, hg_known_ntp, hg_known_tftp,
	hg_known_ike, hg_known_dhcp, hg_known_bittorrent_dht;

/* Their probes. */
enum hg_probe hg_probe_mqtt(enum hg_dir dir, struct hg_span in, bool udp);
enum hg_probe hg_probe_krb5(enum hg_dir dir, struct hg_span in, bool udp);
enum hg_probe hg_probe_rdp(enum hg_dir dir, struct hg_span in, bool udp);
enum hg_probe hg_probe_nfs(enum hg_dir dir, struct hg_span in, bool udp);
enum hg_probe hg_probe_ntp(enum hg_dir dir, struct hg_span in, bool udp);
enum hg_probe hg_probe_tftp(enum hg_dir dir, struct hg_span in, bool udp);
enum hg_probe hg_probe_ike(enum hg_dir dir, struct hg_span in, bool udp);
enum hg_probe hg_probe_dhcp(enum hg_dir dir, struct hg_span in, bool udp);

#endif
