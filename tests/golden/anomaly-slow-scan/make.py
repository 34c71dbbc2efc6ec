"""A port a second: nobody is told."""
import attacks

DETECTIONS = False


def frames():
	return attacks.slow_scan()
