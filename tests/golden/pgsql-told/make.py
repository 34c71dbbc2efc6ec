"""Under the name of the peer, which leaves it off, where the configuration says so: on its port."""
import packets
import traffic

SETTINGS = ['app-layer.protocols.pgsql.enabled=yes']
RECORDS = ('flow', 'login', 'anomaly')


def frames():
	port, _, steps = next(iter(traffic.read_examples('pgsql')))
	return packets.timed(packets.talk(port, steps, sport=41000) + packets.talk(15432, steps, sport=41001))
