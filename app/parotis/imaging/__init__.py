"""Pictures: from an imported file to safe pixels, and the label border of a key image."""
