"""Training: runs in which strangers train one model, round by round."""
