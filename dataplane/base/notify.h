/* notify: tells the service manager how the program stands, by datagrams to $NOTIFY_SOCKET (sd_notify(3)).
 *
 * Where nobody has asked for it nothing is sent. What the manager reads goes out at once or, when its socket is full,
 * within a second; signs of life never wait. The main thread.
 */
#ifndef HG_BASE_NOTIFY_H
#define HG_BASE_NOTIFY_H

#include <stdint.h>
#include <sys/socket.h>
#include <sys/un.h>

struct hg_notify {
	int fd; /* -1: there is nobody to tell */
	struct sockaddr_un to;
	socklen_t to_size;
	uint64_t every, due; /* signs of life, hg_thread_now(); every 0: none are asked for */
};

/* By the environment: NOTIFY_SOCKET, WATCHDOG_USEC, WATCHDOG_PID. */
void hg_notify_open(struct hg_notify *n);
void hg_notify_close(struct hg_notify *n);

/* All that it does from the start on, or does again; `status` is a line for people. */
void hg_notify_ready(const struct hg_notify *n, const char *status);
void hg_notify_status(const struct hg_notify *n, const char *status);
/* Its configuration is read anew until it is ready again. */
void hg_notify_reloading(const struct hg_notify *n);
void hg_notify_stopping(const struct hg_notify *n);

/* The main loop goes round: sent as often as the manager asks for it, twice in its time-out. */
void hg_notify_alive(struct hg_notify *n, uint64_t now);

#endif
