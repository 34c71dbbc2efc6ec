/* socket: sockets to listen on and to connect to, with errors that name the place. None blocks without bound; not for the
 * packet path.
 */
#ifndef HG_BASE_SOCKET_H
#define HG_BASE_SOCKET_H

#include <stdint.h>
#include <sys/types.h>

#include "base/error.h"
#include "base/span.h"

/* Where sockets stand that the configuration names without a folder. */
#define HG_RUN_FOLDER "/run/hangu"

/* A stream socket at `path`, non-blocking. Its folder is made when it is missing, a socket that nobody serves any more is
 * replaced; one that is served is an error. */
int hg_socket_listen(int *ret, const char *path, mode_t mode, struct hg_error *err);
/* "127.0.0.1:9100", "[::1]:9100" */
int hg_socket_listen_at(int *ret, const char *address, struct hg_error *err);

/* The next connection, non-blocking; -1: none. */
int hg_socket_accept(int listening);

/* Within `ms` milliseconds; what is connected is non-blocking. type: SOCK_STREAM, SOCK_DGRAM. */
int hg_socket_connect(int *ret, const char *path, int type, struct hg_error *err);
int
hg_socket_connect_to(int *ret, const char *host, const char *port, int type, int ms, struct hg_error *err);

/* What could be sent within `ms` milliseconds, 0 included; -errno: the connection is over. */
ssize_t hg_socket_send(int fd, struct hg_span bytes, int ms);

/* Whether the other side has closed a stream, as far as one can know without sending. */
bool hg_socket_is_closed(int fd);

#endif
