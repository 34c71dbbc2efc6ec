"""Kerberos natively: the sessions of dataplane/app/krb5/examples.md."""
import packets
import traffic

SETTINGS = ['compat=native']
RECORDS = ('krb5', 'login', 'anomaly')


def frames():
	return packets.timed(traffic.examples('krb5')()[1])
