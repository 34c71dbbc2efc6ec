/* command: what a command line does that an auditor asks for: becomes somebody else, moves a file, is dangerous. */
#ifndef HG_APP_TELNET_COMMAND_H
#define HG_APP_TELNET_COMMAND_H

#include "base/span.h"

enum hg_telnet_danger {
	HG_DANGER_DOWNLOAD,
	HG_DANGER_EXECUTE,
	HG_DANGER_REVERSE_SHELL,
	HG_DANGER_DESTROY,
	HG_DANGER_RESTART,
	HG_DANGER_ACCOUNT,
	HG_DANGER_PERSIST,
	HG_DANGER_CREDENTIALS,
	HG_DANGER_HIDE,
	HG_DANGER_FIREWALL,
	HG_DANGER_CONFIGURE,
	HG_DANGER_PROBE,
	HG_TELNET_DANGERS
};
extern const char *const hg_telnet_dangers[HG_TELNET_DANGERS]; /* their names in records */

/* Bits of hg_telnet_danger. */
uint32_t hg_telnet_danger_of(struct hg_span command);

struct hg_telnet_rise {
	const char *how;     /* "su", "sudo", "enable", "super", "system-view" …; NULL: none */
	struct hg_span user; /* who will be it; empty: not said */
	bool asks;           /* may want a password */
};
struct hg_telnet_rise hg_telnet_rise_of(struct hg_span command);

struct hg_telnet_transfer {
	const char *tool; /* NULL: none */
	bool upload;
	struct hg_span object; /* URL, or host and path as they stand; empty: not said */
};
struct hg_telnet_transfer hg_telnet_transfer_of(struct hg_span command);

#endif
