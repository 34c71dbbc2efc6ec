/* linkage_drive: a decider from a text of configuration, with planes that only take notes. */
#ifndef HG_TESTS_LINKAGE_DRIVE_H
#define HG_TESTS_LINKAGE_DRIVE_H

#include "linkage/decision/decision.h"
#include "linkage/driver/driver.h"
#include "linkage/settings.h"

#define DRIVE_NOTES 4096

/* A plane's notes: what it was told, in order. */
struct drive_plane {
	bool ready;
	int answer; /* enum hg_answer */
	unsigned n;
	struct {
		char net[HG_NET_TEXT];
		bool wanted;
		uint32_t seconds;
	} notes[DRIVE_NOTES];
};

struct drive {
	struct hg_config *config;
	struct hg_decider d;
	struct drive_plane planes[2];
	hg_time now;
	unsigned records;
	char last[4096]; /* record */
};

/* `section` is what stands below `linkage:`, each line indented by two blanks; targets a and b are added. */
struct drive *drive_open(const char *section);
void drive_close(struct drive *v);
void drive_pump(struct drive *v);
void drive_pass(struct drive *v, unsigned seconds); /* time goes by, then one turn */

struct hg_net drive_net(const char *text);
struct hg_alert drive_alert(const char *source, uint32_t sid);
void drive_hear(struct drive *v, const char *source, uint32_t sid); /* an alert of a proved source */
bool drive_blocked(const struct drive *v, const char *text);

#endif
