"""Port 445 of eighty hosts, none of which answers."""
import attacks
import packets

DETECTIONS = True


def frames():
	return attacks.host_scan() + attacks.later(packets.START + 30 * attacks.SECOND)
