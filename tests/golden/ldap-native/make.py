"""LDAP: the sessions of dataplane/app/ldap/examples.md."""
import packets
import traffic

SETTINGS = ['compat=native']
RECORDS = ('ldap', 'login', 'anomaly')
KEYS = ('ldap', 'anomaly')


def frames():
	return packets.timed(traffic.examples('ldap')()[1])
