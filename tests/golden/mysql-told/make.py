"""Under the name of the peer, which does not know it, where the configuration says so: on its port."""
import packets
import traffic

SETTINGS = ['app-layer.protocols.mysql.enabled=yes']
RECORDS = ('flow', 'login', 'anomaly')


def frames():
	port, _, steps = next(iter(traffic.read_examples('mysql')))
	return packets.timed(packets.talk(port, steps, sport=41000) + packets.talk(13306, steps, sport=41001))
