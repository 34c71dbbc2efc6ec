"""NFS 2 to 4: the sessions of dataplane/app/nfs/examples.md."""
import packets
import traffic

SETTINGS = ['compat=native']
RECORDS = ('nfs', 'anomaly')


def frames():
	return packets.timed(traffic.examples('nfs')()[1])
