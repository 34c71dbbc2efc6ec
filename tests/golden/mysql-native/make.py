"""MySQL: the sessions of dataplane/app/mysql/examples.md."""
import packets
import traffic

SETTINGS = ['compat=native']
RECORDS = ('mysql', 'login', 'anomaly')


def frames():
	return packets.timed(traffic.examples('mysql')()[1])
