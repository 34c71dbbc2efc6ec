"""PostgreSQL: the sessions of dataplane/app/pgsql/examples.md."""
import packets
import traffic

SETTINGS = ['compat=native']
RECORDS = ('pgsql', 'login', 'anomaly')


def frames():
	return packets.timed(traffic.examples('pgsql')()[1])
