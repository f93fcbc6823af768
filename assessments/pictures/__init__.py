"""Screenshots made fit to be shown: what was marked, drawing it in, how a picture looks, what in it may be a patient's."""
