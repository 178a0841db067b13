"""Stakes: what an account holds of a hotkey's alpha, how reserves move, and how locks decay."""
