"""SIP over UDP and TCP: the sessions of dataplane/app/sip/examples.md."""
import packets
import traffic

SETTINGS = ['compat=native']
RECORDS = ('sip', 'login', 'anomaly')
KEYS = ('sip', 'anomaly')


def frames():
	return packets.timed(traffic.examples('sip')()[1])
