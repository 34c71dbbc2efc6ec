"""The lines of threshold.config."""

FRAMES_OF = 'thresholds'
SETTINGS = ["threshold-file=@/threshold.config"]
