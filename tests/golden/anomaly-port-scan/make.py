"""A hundred ports of one host within a fifth of a second, two of them open."""
import attacks

DETECTIONS = True


def frames():
	return attacks.port_scan()
