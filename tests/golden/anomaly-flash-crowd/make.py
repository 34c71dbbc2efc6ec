"""Many clients at once, a crawler, a host that asks many services: all are served."""
import attacks

DETECTIONS = False


def frames():
	return attacks.flash_crowd()
